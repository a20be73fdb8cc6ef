import { Button, Group, Text } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useSession } from "../../app/session";
import { ConfirmWithReason, Section, StateBadge, When, toast } from "../../design";
import classes from "./customers.module.css";
import { useCustomerWrites, type CustomerData } from "./queries";

type Word = CustomerData["consent"][number];

/** What the customer said on being written to; a person may write down a word of theirs, with its proof. */
export function Consent({ data, name }: { data: CustomerData; name: string }) {
  const { t } = useTranslation("customers");
  const { can } = useSession();
  const { setConsent } = useCustomerWrites(data.id);
  const [asked, setAsked] = useState<boolean | null>(null);
  const marketing = data.consent.find(({ channel, purpose }) => channel === "email" && purpose === "marketing");
  const write = async (isGranted: boolean, source: string) => {
    await setConsent({ channel: "email", purpose: "marketing", is_granted: isGranted, source });
    // What was never said cannot be said to be unsaid.
    const undo = marketing && marketing.is_granted !== isGranted ? () => setConsent({ channel: "email", purpose: "marketing", is_granted: marketing.is_granted, source: marketing.source }) : undefined;
    toast(t(isGranted ? "consent.savedYes" : "consent.savedNo"), { undo });
  };
  return (
    <Section title={t("consent.title")} lead={t("consent.lead")}>
      {data.consent.length === 0 && (
        <Text size="sm" mb="sm">
          {t("consent.none")}
        </Text>
      )}
      <ul className={classes.plain}>
        {data.consent.map((word) => (
          <WordRow key={`${word.purpose} ${word.channel}`} word={word} />
        ))}
      </ul>
      {can("customers:write") && (
        <Group gap="xs" mt="sm">
          {(!marketing?.is_granted || data.is_suppressed) && (
            <Button variant="default" size="compact-md" onClick={() => setAsked(true)}>
              {t("consent.grant")}
            </Button>
          )}
          {marketing?.is_granted !== false && (
            <Button variant="default" size="compact-md" onClick={() => setAsked(false)}>
              {t("consent.deny")}
            </Button>
          )}
        </Group>
      )}
      {([true, false] as const).map((isGranted) => (
        <ConfirmWithReason
          key={String(isGranted)}
          isOpen={asked === isGranted}
          onClose={() => setAsked(null)}
          title={t(isGranted ? "consent.grantTitle" : "consent.denyTitle", { customer: name })}
          action={t(isGranted ? "consent.grant" : "consent.deny")}
          reason={{ label: t("consent.proof"), placeholder: t("consent.proofHint"), isRequired: isGranted }}
          onConfirm={(proof) => write(isGranted, proof)}
        >
          {t(isGranted ? "consent.grantText" : "consent.denyText")}
        </ConfirmWithReason>
      ))}
    </Section>
  );
}

function WordRow({ word }: { word: Word }) {
  const { t } = useTranslation("customers");
  const known = <K extends string>(names: readonly K[], value: string) => names.find((name) => name === value);
  const purpose = known(["marketing", "tracking", "service"] as const, word.purpose);
  const channel = known(["email", "sms"] as const, word.channel);
  const source = known(["trait", "unsubscribe"] as const, word.source);
  const from = source ? t(`consent.sources.${source}`) : /^(person|key):/.test(word.source) ? t("consent.byPerson") : word.source;
  return (
    <li>
      <div className={classes.between}>
        <span>{t("consent.on", { purpose: purpose ? t(`consent.${purpose}`) : word.purpose, channel: channel ? t(`consent.${channel}`) : word.channel })}</span>
        <StateBadge of="consent" state={word.is_granted ? "granted" : "denied"} />
      </div>
      <span className={classes.soft}>
        <bdi>{t("consent.from", { source: from })}</bdi> · <When at={word.at} />
      </span>
    </li>
  );
}
