import { SegmentedControl, Switch, Text } from "@mantine/core";
import { IconMailOff } from "@tabler/icons-react";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { Schemas } from "../../api/client";
import { EmptyState, Note, sentence, useUrlState } from "../../design";
import classes from "./messages.module.css";

/** The words of a message as a mailbox shows them: on a desktop, on a phone, as plain text, light or dark. */
export function Preview({ body }: { body: Schemas["Preview"] }) {
  const { t } = useTranslation("messages");
  const url = useUrlState("view", "dark");
  const view = body.html ? url.values.view || "desktop" : "text";
  const isDark = url.values.dark !== "";
  if (body.problem || (!body.html && !body.text)) {
    return (
      <div className={classes.preview}>
        <EmptyState icon={IconMailOff} title={t("preview.none")}>
          {sentence(body.problem ?? "")}
        </EmptyState>
      </div>
    );
  }
  return (
    <section className={classes.preview} aria-label={t("preview.title")}>
      <div className={classes.previewBar}>
        <SegmentedControl
          aria-label={t("preview.view")}
          value={view}
          onChange={(chosen) => url.set({ view: chosen === "desktop" ? "" : chosen })}
          data={[
            { value: "desktop", label: t("preview.desktop"), disabled: !body.html },
            { value: "phone", label: t("preview.phone"), disabled: !body.html },
            { value: "text", label: t("preview.text") },
          ]}
        />
        {view !== "text" && <Switch label={t("preview.dark")} checked={isDark} onChange={(event) => url.set({ dark: event.currentTarget.checked ? "1" : "" })} />}
      </div>
      {!body.is_as_sent && <Note tone="neutral">{t("preview.notYet")}</Note>}
      {view === "text" ? <pre className={classes.text}>{body.text ?? t("preview.noText")}</pre> : <Frame html={body.html ?? ""} isPhone={view === "phone"} isDark={isDark} title={body.subject ?? t("preview.title")} />}
      <Text size="sm" c="dimmed">
        {t("preview.links")}
      </Text>
    </section>
  );
}

/** The message in a frame that runs nothing, sends nothing and leads nowhere. */
function Frame({ html, isPhone, isDark, title }: { html: string; isPhone: boolean; isDark: boolean; title: string }) {
  const source = useMemo(() => inScheme(html, isDark), [html, isDark]);
  return (
    <div className={classes.stage} data-phone={isPhone || undefined} data-dark={isDark || undefined}>
      <iframe key={`${isPhone}-${isDark}`} className={classes.frame} title={title} sandbox="" srcDoc={source} style={{ colorScheme: isDark ? "dark" : "light" }} />
    </div>
  );
}

/** A frame takes the scheme of the reader's device; here it is the one that was chosen. */
function inScheme(html: string, isDark: boolean): string {
  const asked = html.replace(/\(\s*prefers-color-scheme\s*:\s*dark\s*\)/g, isDark ? "all" : "not all");
  // What the message says it can do (`color-scheme: light dark`) would let the device decide.
  return `${asked}<style>:root { color-scheme: ${isDark ? "dark" : "light"} only !important; }</style>`;
}
