import { Stack } from "@mantine/core";
import { useForm, type UseFormReturnType } from "@mantine/form";
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { api, queries, type Schemas } from "../../api/client";
import { asProblem, type Problem } from "../../api/problem";
import { below } from "../../api/queries";
import { useSession } from "../../app/session";
import { Note, ProblemLine, ProblemView, SaveBar, TextSkeleton, toast, useDraft } from "../../design";

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
  const client = useQueryClient();
  const { data, error, refetch } = queries.useQuery("get", "/api/v1/settings");
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const form = useForm<Pick<Values, K>>({ initialValues: pick({}, keys) });
  const { forget, isRestored } = useDraft(`settings.${name}`, form, Boolean(data));
  const isLocked = !can("settings:write");

  useEffect(() => {
    if (!data) return;
    const fresh = pick(data, keys);
    const dirty = form.getDirty();
    const values = form.getValues();
    const kept = Object.fromEntries(keys.filter((key) => dirty[key as string]).map((key) => [key, values[key]]));
    form.setInitialValues(fresh);
    form.setValues({ ...fresh, ...kept } as Pick<Values, K>);
    // The form is the same for ever; what came from the server is what changes.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [data]);

  if (error && !data) return <ProblemView error={error} retry={() => void refetch()} />;
  if (!data) return <TextSkeleton lines={6} />;

  const save = async () => {
    setBusy(true);
    setProblem(null);
    const values = form.getValues();
    const before = pick(data, keys);
    const changed = Object.fromEntries(keys.filter((key) => values[key] !== before[key]).map((key) => [key, wire(key, values[key])]));
    try {
      const { data: saved } = await api.PUT("/api/v1/settings", { body: changed as Settings });
      forget();
      form.resetDirty();
      client.setQueryData(["get", "/api/v1/settings"], saved);
      await client.invalidateQueries(below("/api/v1/settings"));
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
        <fieldset disabled={isLocked} style={{ all: "unset", display: "contents" }}>
          {children(form, isLocked)}
        </fieldset>
        {problem && <ProblemLine problem={problem} />}
        <SaveBar isDirty={isDirty && !isLocked} isBusy={isBusy} onDiscard={discard} />
      </Stack>
    </form>
  );
}

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
