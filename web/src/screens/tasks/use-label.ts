import { useTranslation } from "react-i18next";

/** How a variable is called where a person reads it: a word of ours where we know it, else its name in plain words. */
export function useLabel(): (name: string) => string {
  const { t, i18n } = useTranslation("tasks");
  return (name) => {
    const key = `known.${name}`;
    if (i18n.exists(key, { ns: "tasks" })) return t(key as "known.percent");
    const words = name.replaceAll("_", " ").trim();
    return words.charAt(0).toLocaleUpperCase() + words.slice(1);
  };
}
