import { SegmentedControl } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Language } from "../format";
import { changeLanguage, LANGUAGES } from "../i18n";

export function LanguageChoice() {
  const { t, i18n } = useTranslation();
  return (
    <SegmentedControl
      fullWidth
      size="xs"
      aria-label={t("account.language")}
      value={i18n.language}
      onChange={(language) => void changeLanguage(language as Language)}
      data={LANGUAGES.map(({ language, name }) => ({ value: language, label: <span lang={language}>{name}</span> }))}
    />
  );
}
