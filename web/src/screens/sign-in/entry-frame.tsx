import { Text, Title } from "@mantine/core";
import { useEffect, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { LanguageChoice } from "../../app/language-choice";
import classes from "./entry-frame.module.css";

/** The frame of the pages before the sign-in: the mark, one card, the language. */
export function EntryFrame({ title, lead, width = "24rem", children }: { title: string; lead?: ReactNode; width?: string; children: ReactNode }) {
  const { t } = useTranslation();
  useEffect(() => {
    document.title = `${title} · Ritorno`;
  }, [title]);
  return (
    <div className={classes.frame}>
      <a href="#main" className="r-skip">
        {t("skip")}
      </a>
      <header className={classes.head}>
        <span className={classes.brand}>
          <img src="/mark.svg" alt="" width="32" height="32" />
          Ritorno
        </span>
        <div className={classes.language}>
          <LanguageChoice />
        </div>
      </header>
      <main id="main" tabIndex={-1} className={classes.card} style={{ maxWidth: width }}>
        <Title order={1}>{title}</Title>
        {lead && (
          <Text c="dimmed" mt={4} component="div">
            {lead}
          </Text>
        )}
        <div className={classes.body}>{children}</div>
      </main>
    </div>
  );
}
