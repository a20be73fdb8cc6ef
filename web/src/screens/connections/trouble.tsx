import { Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { sentence } from "../../design";

type Said = { code: "denied" | "address" | "moved" | "later" | "html" | "missing" | "unreachable" | "private" | "repeats" | "signature" | "noSignature" | "tooOld" | "paused" | "other"; values?: Record<string, string> };

/** How the server words what shops do; the first that fits counts. */
const KNOWN: readonly [RegExp, Said["code"], string?][] = [
  [/private network|which this server does not call|may not be called/, "private"],
  [/needs the credential (\S+)/, "missing", "name"],
  [/does not let us in|does not sign us in|does not let this administrator/, "denied"],
  [/no API at this address/, "address"],
  [/sends us on to (.+?): set/, "moved", "place"],
  [/limits how often|not available \(503\)/, "later"],
  [/page of HTML/, "html"],
  [/cannot be reached|did not answer within/, "unreachable"],
  [/repeats a page/, "repeats"],
  [/signature in .+ is not that|holds no .+ signature/, "signature"],
  [/has no header/, "noSignature"],
  [/was signed .+ from now/, "tooOld"],
  [/connection is paused/, "paused"],
];

export function troubleOf(text: string): Said {
  for (const [pattern, code, name] of KNOWN) {
    const found = pattern.exec(text);
    if (found) return name ? { code, values: { [name]: found[1] ?? "" } } : { code };
  }
  return { code: "other" };
}

const REASONS = ["paused", "blank", "shop_error", "unknown_topic", "unknown_object", "ids_only", "unreadable", "wrong_value", "missing", "too_large"] as const;

/** Why a body was not understood: in the reader's language, and the server's own words with all detail below. */
export function Refusal({ body, brief = false }: { body: { code: string; about?: string | null; reason: string }; brief?: boolean }) {
  const { t } = useTranslation("connections");
  const code = REASONS.find((each) => each === body.code);
  if (!code) return <Trouble text={body.reason} brief={brief} />;
  return (
    <>
      <span style={{ overflowWrap: "anywhere" }}>{t(`rejected.why.${code}`, { about: body.about ?? "" })}</span>
      {!brief && code !== "paused" && (
        <Text component="span" size="sm" display="block" mt={4} lang="en" style={{ overflowWrap: "anywhere" }}>
          {sentence(body.reason)}
        </Text>
      )}
    </>
  );
}

/** What a shop did not do as it should: what to do about it in the reader's language, and the server's own words below. */
export function Trouble({ text, brief = false }: { text: string; brief?: boolean }) {
  const { t } = useTranslation("connections");
  const { code, values } = troubleOf(text);
  const own = sentence(text);
  if (code === "other") return <span lang="en" style={{ overflowWrap: "anywhere" }}>{own}</span>;
  return (
    <>
      <span>{t(`check.${code}`, { name: "", place: "", ...values })}</span>
      {!brief && (
        <Text component="span" size="sm" display="block" mt={4} lang="en" style={{ overflowWrap: "anywhere" }}>
          {own}
        </Text>
      )}
    </>
  );
}
