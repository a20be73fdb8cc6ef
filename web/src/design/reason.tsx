import { Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { sentence } from "./sentence";

export type ReasonArea = "quarantine" | "incident" | "mail";

interface ReasonProps {
  of: ReasonArea;
  /** Which of the known reasons it is, with the names and numbers in it. */
  said: { code: string; values: Record<string, string> } | null | undefined;
  /** The server's own words. */
  text: string | null | undefined;
  /** Only the sentence, for a line of a list. */
  brief?: boolean;
}

/** Why something did not go on, in the reader's language, with the server's own words under it. */
export function Reason({ of, said, text, brief = false }: ReasonProps) {
  const { t, i18n } = useTranslation("reasons");
  if (!said && !text) return null;
  const key = `${of}.${said?.code ?? "other"}`;
  const isKnown = i18n.exists(key, { ns: "reasons" });
  const words = t((isKnown ? key : `${of}.other`) as never, { ...said?.values, defaultValue: "" }) as string;
  const own = sentence(text ?? "");
  // Nothing of ours is known about it: in a list the server's words say more than “another reason”.
  if (brief) return <span title={own || undefined}>{said ? words : own || words}</span>;
  return (
    <>
      <Text component="span" inherit>
        {words}
      </Text>
      {own && own !== words && (
        <Text component="span" size="sm" c="dimmed" display="block" lang="en" style={{ overflowWrap: "anywhere" }}>
          {own}
        </Text>
      )}
    </>
  );
}
