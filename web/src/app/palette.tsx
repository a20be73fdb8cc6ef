import "@mantine/spotlight/styles.css";
import { Spotlight, spotlight } from "@mantine/spotlight";
import { IconBolt, IconSearch, IconUser } from "@tabler/icons-react";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useDebouncedValue } from "@mantine/hooks";
import { useEffect, useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { api, take } from "../api/client";
import { changeLanguage } from "../i18n";
import { openKeysHelp } from "./hotkeys";
import { useAreas } from "./navigation";
import { paths } from "./paths";
import { useSession, useSignOut } from "./session";

const CUSTOMERS_MAX = 6;

interface Action {
  id: string;
  label: string;
  hint?: string;
  icon: ReactNode;
  run: () => void;
}

/** Search and commands: customers as one types, every page, everything that can be done from everywhere. */
export function Palette({ wanted }: { wanted: number }) {
  const { t } = useTranslation();
  const [text, setText] = useState("");
  useEffect(() => spotlight.open(), [wanted]);
  const { pages, commands } = useCommands();
  const customers = useCustomers(text.trim());
  const fits = (action: Action) => action.label.toLocaleLowerCase().includes(text.trim().toLocaleLowerCase());
  const groups: [string, Action[]][] = [
    [t("search.customers"), customers],
    [t("search.pages"), pages.filter(fits)],
    [t("search.actions"), text.trim() === "" ? [] : commands.filter(fits)],
  ];
  const isEmpty = groups.every(([, actions]) => actions.length === 0);
  return (
    <Spotlight.Root query={text} onQueryChange={setText} shortcut={null} scrollable maxHeight={420} radius="lg" size="lg" attributes={{ content: { "aria-label": t("search.open") } }} styles={{ content: { background: "var(--r-surface)" } }} overlayProps={{ blur: 0, backgroundOpacity: 0.45 }} transitionProps={{ duration: 80 }}>
      <Spotlight.Search placeholder={t("search.placeholder")} aria-label={t("search.open")} leftSection={<IconSearch size={18} aria-hidden />} />
      <Spotlight.ActionsList>
        {groups.map(([label, actions]) =>
          actions.length === 0 ? null : (
            <Spotlight.ActionsGroup key={label} label={label}>
              {actions.map(({ id, label: name, hint, icon, run }) => (
                <Spotlight.Action key={id} label={name} description={hint} leftSection={icon} onClick={run} />
              ))}
            </Spotlight.ActionsGroup>
          ),
        )}
        {isEmpty && <Spotlight.Empty>{t("search.nothing")}</Spotlight.Empty>}
      </Spotlight.ActionsList>
    </Spotlight.Root>
  );
}

function useCustomers(text: string): Action[] {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { can } = useSession();
  const [q] = useDebouncedValue(text, 150);
  const { data } = useQuery({
    queryKey: ["get", "/api/v1/customers", { q, limit: CUSTOMERS_MAX }],
    queryFn: () => take(api.GET("/api/v1/customers", { params: { query: { q, limit: CUSTOMERS_MAX } } })),
    enabled: q.length > 0 && can("customers:read"),
    placeholderData: keepPreviousData,
  });
  if (text === "" || !can("customers:read")) return [];
  const found = (data?.items ?? []).map((customer) => ({
    id: customer.id,
    label: customer.name || customer.email || t("search.unnamed"),
    hint: customer.email && customer.name ? customer.email : undefined,
    icon: <IconUser size={18} stroke={1.6} aria-hidden />,
    run: () => void navigate({ to: paths.customer(customer.id) }),
  }));
  const all = { id: "all", label: t("search.allCustomers", { text }), icon: <IconSearch size={18} stroke={1.6} aria-hidden />, run: () => void navigate({ to: "/customers", search: { q: text } } as never) };
  return [all, ...found] as Action[];
}

function useCommands(): { pages: Action[]; commands: Action[] } {
  const { t, i18n } = useTranslation();
  const navigate = useNavigate();
  const { can } = useSession();
  const { signOut } = useSignOut();
  const areas = useAreas();
  const icon = <IconBolt size={18} stroke={1.6} aria-hidden />;
  const pages = areas.map((area) => ({
    id: area.name,
    label: t(`nav.${area.name}`),
    icon: <area.icon size={18} stroke={1.6} aria-hidden />,
    run: () => void navigate({ to: area.to }),
  }));
  const ofAreas = areas
    .flatMap((area) => area.commands ?? [])
    .filter(({ needs }) => !needs || can(needs))
    .map(({ id, label, to }) => ({ id, label: t(label as "save"), icon, run: () => void navigate({ href: to }) }));
  const other = i18n.language === "it" ? "en" : "it";
  const general = [
    { id: "language", label: other === "it" ? "Passa all’italiano" : "Switch to English", icon, run: () => void changeLanguage(other) },
    { id: "keys", label: t("account.keys"), icon, run: openKeysHelp },
    { id: "sign-out", label: t("account.signOut"), icon, run: () => void signOut() },
  ];
  return { pages, commands: [...ofAreas, ...general] };
}
