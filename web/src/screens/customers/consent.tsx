import { Button, Group, Text } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useSession } from "../../app/session";
import { ConfirmWithReason, Section, StateBadge, When, toast } from "../../design";
import classes from "./customers.module.css";
import { useCustomerWrites, type CustomerData } from "./queries";

type Word = CustomerData["consent"][number];

/** What a person may write down a word on: on which channel each is said. */
const ASKED = { marketing: "email", sharing: "crm" } as const;
type Purpose = keyof typeof ASKED;

/** What the customer said on being written to and on being passed on; a person may write down a word of theirs, with its proof. */
export function Consent({ data, name }: { data: CustomerData; name: string }) {
  const { t } = useTranslation("customers");
  const { can } = useSession();
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
        <>
          <Asked purpose="marketing" data={data} name={name} />
          <Asked purpose="sharing" data={data} name={name} />
        </>
      )}
    </Section>
  );
}

function Asked({ purpose, data, name }: { purpose: Purpose; data: CustomerData; name: string }) {
  const { t } = useTranslation("customers");
  const { setConsent } = useCustomerWrites(data.id);
  const [asked, setAsked] = useState<boolean | null>(null);
  const channel = ASKED[purpose];
  const said = data.consent.find((word) => word.channel === channel && word.purpose === purpose);
  const write = async (isGranted: boolean, source: string) => {
    await setConsent({ channel, purpose, is_granted: isGranted, source });
    // What was never said cannot be said to be unsaid.
    const undo = said && said.is_granted !== isGranted ? () => setConsent({ channel, purpose, is_granted: said.is_granted, source: said.source }) : undefined;
    toast(t(isGranted ? "consent.savedYes" : "consent.savedNo"), { undo });
  };
  const words = `consent.asked.${purpose}` as const;
  return (
    <Group gap="xs" mt="sm">
      {(!said?.is_granted || (purpose === "marketing" && data.is_suppressed)) && (
        <Button variant="default" size="compact-md" onClick={() => setAsked(true)}>
          {t(`${words}.grant`)}
        </Button>
      )}
      {said?.is_granted !== false && (
        <Button variant="default" size="compact-md" onClick={() => setAsked(false)}>
          {t(`${words}.deny`)}
        </Button>
      )}
      {([true, false] as const).map((isGranted) => (
        <ConfirmWithReason
          key={String(isGranted)}
          isOpen={asked === isGranted}
          onClose={() => setAsked(null)}
          title={t(isGranted ? `${words}.grantTitle` : `${words}.denyTitle`, { customer: name })}
          action={t(isGranted ? `${words}.grant` : `${words}.deny`)}
          reason={{ label: t("consent.proof"), placeholder: t("consent.proofHint"), isRequired: isGranted }}
          onConfirm={(proof) => write(isGranted, proof)}
        >
          {t(isGranted ? `${words}.grantText` : `${words}.denyText`)}
        </ConfirmWithReason>
      ))}
    </Group>
  );
}

function WordRow({ word }: { word: Word }) {
  const { t } = useTranslation("customers");
  const known = <K extends string>(names: readonly K[], value: string) => names.find((name) => name === value);
  const purpose = known(["marketing", "tracking", "service", "sharing"] as const, word.purpose);
  const channel = known(["email", "sms"] as const, word.channel);
  const source = known(["trait", "unsubscribe"] as const, word.source);
  const from = source ? t(`consent.sources.${source}`) : /^(person|key):/.test(word.source) ? t("consent.byPerson") : word.source;
  return (
    <li>
      <div className={classes.between}>
        <span>{word.purpose === "sharing" ? t("consent.sharing") : t("consent.on", { purpose: purpose ? t(`consent.${purpose}`) : word.purpose, channel: channel ? t(`consent.${channel}`) : word.channel })}</span>
        <StateBadge of="consent" state={word.is_granted ? "granted" : "denied"} />
      </div>
      <span className={classes.soft}>
        <bdi>{t("consent.from", { source: from })}</bdi> · <When at={word.at} />
      </span>
    </li>
  );
}
