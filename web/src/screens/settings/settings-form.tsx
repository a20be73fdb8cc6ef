import { Button, Stack } from "@mantine/core";
import { useForm, type UseFormReturnType } from "@mantine/form";
import { queryOptions, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { api, type Schemas } from "../../api/client";
import { Problem, asProblem } from "../../api/problem";
import { below } from "../../api/queries";
import { useSession } from "../../app/session";
import { Note, ProblemLine, ProblemView, SaveBar, TextSkeleton, toast, useDraft } from "../../design";
import { useFormat } from "../../format/react";

export type Settings = Schemas["Settings"];
/** What a form of one page changes. */
export type Values = Required<{ [K in keyof Settings]: NonNullable<Settings[K]> }>;

interface SettingsFormProps<K extends keyof Values> {
  /** Its draft's name. */
  name: string;
  /** The settings that this page shows; no others are sent. */
  keys: readonly K[];
  children: (form: UseFormReturnType<Pick<Values, K>>, isLocked: boolean) => ReactNode;
}

/**
 * A form over some settings. Only what was changed is sent, so that two people on two pages do not undo each other; what
 * somebody else saved meanwhile appears in the fields that were not touched.
 */
export function SettingsForm<K extends keyof Values>({ name, keys, children }: SettingsFormProps<K>) {
  const { t } = useTranslation();
  const { can } = useSession();
  const { list, language } = useFormat();
  const client = useQueryClient();
  const { data: read, error, refetch } = useQuery(settingsQuery);
  const data = read?.settings;
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const isRead = useRef(false);
  const told = useRef<HTMLDivElement>(null);
  const form = useForm<Pick<Values, K>>({ initialValues: pick({}, keys) });
  const { forget, isRestored } = useDraft(`settings.${name}`, form, Boolean(data));
  const isLocked = !can("settings:write");
  /** What a field held when somebody else saved another value over it, while it was being changed here. */
  const [overtaken, setOvertaken] = useState<K[]>([]);

  useEffect(() => {
    if (!data) return;
    const fresh = pick(data, keys);
    const dirty = form.getDirty();
    const values = form.getValues();
    const before = form.getInitialValues();
    const isFirst = !isRead.current;
    isRead.current = true;
    setOvertaken((known) => keys.filter((key) => values[key] !== fresh[key] && (known.includes(key) || (!isFirst && dirty[key as string] && before[key] !== fresh[key]))));
    const kept = Object.fromEntries(keys.filter((key) => dirty[key as string]).map((key) => [key, values[key]]));
    form.setInitialValues(fresh);
    form.setValues({ ...fresh, ...kept } as Pick<Values, K>);
    // The form is the same for ever; what came from the server is what changes.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [data]);

  // The button that saves is at the other end of a long form.
  useEffect(() => {
    if (overtaken.length > 0) told.current?.scrollIntoView({ block: "center" });
  }, [overtaken.length]);

  if (error && !data) return <ProblemView error={error} retry={() => void refetch()} />;
  if (!data) return <TextSkeleton lines={6} />;

  /** Only over what was seen here. What somebody else changed on another page stands in nobody's way. */
  const put = async (changed: Settings): Promise<void> => {
    try {
      await api.PUT("/api/v1/settings", { body: changed, params: { header: { "If-Match": read?.tag ?? "*" } } });
    } catch (failure) {
      if (asProblem(failure).code !== "settings.changed") throw failure;
      const newer = await client.fetchQuery({ ...settingsQuery, staleTime: 0 });
      const [was, is] = [pick(data, keys), pick(newer.settings, keys)];
      if (Object.keys(changed).some((key) => was[key as K] !== is[key as K])) throw failure;
      await api.PUT("/api/v1/settings", { body: changed, params: { header: { "If-Match": newer.tag } } });
    }
  };
  const save = async () => {
    setBusy(true);
    setProblem(null);
    const values = form.getValues();
    const before = pick(data, keys);
    const changed = Object.fromEntries(keys.filter((key) => values[key] !== before[key]).map((key) => [key, wire(key, values[key])]));
    try {
      await put(changed as Settings);
      forget();
      form.resetDirty();
      setOvertaken([]);
      await client.invalidateQueries(below("/api/v1/settings", "/api/v1/session"));
      toast(t("saved"));
    } catch (failure) {
      setProblem(asProblem(failure));
    } finally {
      setBusy(false);
    }
  };
  const discard = () => {
    forget();
    setProblem(null);
    setOvertaken([]);
    form.setValues(pick(data, keys));
  };
  const isDirty = keys.some((key) => form.getValues()[key] !== pick(data, keys)[key]);
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <Stack gap="lg">
        {isLocked && <Note tone="neutral">{t("notAllowed")}</Note>}
        {isRestored && isDirty && <Note>{t("draftRestored")}</Note>}
        {overtaken.length > 0 && (
          <div ref={told}>
            <Note tone="wait" role="alert" title={t("overtaken.title")} actions={<Button size="compact-sm" variant="default" onClick={discard}>{t("overtaken.take")}</Button>}>
              {t("overtaken.text", { values: list(overtaken.map((key) => (language === "it" ? `«${String(pick(data, keys)[key])}»` : `“${String(pick(data, keys)[key])}”`))) })}
            </Note>
          </div>
        )}
        <fieldset disabled={isLocked} style={{ all: "unset", display: "contents" }}>
          {children(form, isLocked)}
        </fieldset>
        {problem && (overtaken.length === 0 || problem.code !== "settings.changed") && <ProblemLine problem={problem} />}
        <SaveBar isDirty={isDirty && !isLocked} isBusy={isBusy} onDiscard={discard} />
      </Stack>
    </form>
  );
}

/** The settings, and the tag by which the server knows whether they are still the same. */
const settingsQuery = queryOptions({
  queryKey: ["get", "/api/v1/settings", "tagged"],
  queryFn: async () => {
    const { data, response } = await api.GET("/api/v1/settings");
    if (!data) throw new Problem(0, "unknown", "");
    return { settings: data, tag: response.headers.get("etag") ?? "*" };
  },
});

const NOTHING: Values = {
  name: "",
  currency: "EUR",
  language: "it",
  time_zone: "Europe/Rome",
  shop_url: "",
  cart_url: "",
  sender_name: "",
  sender_address: "",
  send_all_to: "",
  default_agent: "",
  idle_hours: 24,
  expire_days: 0,
  cart_pause_hours: 20,
  low_stock: 5,
  remind_buyers: true,
};

function pick<K extends keyof Values>(settings: Settings, keys: readonly K[]): Pick<Values, K> {
  return Object.fromEntries(keys.map((key) => [key, settings[key] ?? NOTHING[key]])) as Pick<Values, K>;
}

/** Fields hold texts; the API wants `null` for no agent. */
function wire(key: keyof Values, value: unknown): unknown {
  if (key === "default_agent") return value === "" ? null : value;
  return typeof value === "string" ? value.trim() : value;
}
