import { Anchor, Button, Group, Loader, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { paths } from "../../app/paths";
import { AppLink, CopyText, Note, Section, TextSkeleton } from "../../design";
import { useFormat } from "../../format/react";
import type { ShopName } from "../../i18n/guide";
import classes from "./connections.module.css";
import { GuideView, WithGuide } from "./guide-view";
import { OwnKey } from "./own-key";
import { useConnection, useRejectedOpen, type ShopKind } from "./queries";
import { SecretValue } from "./secret-value";
import type { StepProps } from "./steps-bar";

interface WebhooksStepProps extends StepProps {
  shop: ShopName;
  kind: ShopKind;
  source: number;
  secret: string | undefined;
  onSecret: (secret: string) => void;
}

/** What to type in at the shop so that it tells what happens, and whether it does. */
export function WebhooksStep({ shop, source, secret, onSecret, back, onNext }: WebhooksStepProps) {
  const { t } = useTranslation("connections");
  const { data: connection } = useConnection(source);
  if (!connection) return <TextSkeleton lines={8} />;
  const values = {
    webhook_url: <CopyText text={connection.webhook_url} label={t("wizard.values.webhook_url")} />,
    secret: <SecretValue source={source} secret={secret} onMade={onSecret} />,
  };
  return (
    <WithGuide shop={shop}>
      {(guide) => (
        <Section title={t("wizard.webhooks.title")}>
          {isHidden(connection.webhook_url) && (
            <div className={classes.hiddenAddress}>
              <Note tone="wait" title={t("wizard.webhooks.hidden")}>
                {t("wizard.webhooks.hiddenText")}
              </Note>
            </div>
          )}
          <GuideView part={guide.webhooks} values={values} address={connection.webhook_url} />
          {guide.ownKey && <OwnKey source={source} field={guide.ownKey} />}
          <Listening source={source} />
          <Group justify={back ? "space-between" : "flex-end"} mt="lg">
            {back}
            <Button onClick={onNext}>{t("wizard.next")}</Button>
          </Group>
        </Section>
      )}
    </WithGuide>
  );
}

/** A shop elsewhere cannot reach this machine by its own names for itself. */
function isHidden(url: string): boolean {
  const { hostname } = new URL(url);
  return hostname === "localhost" || hostname.startsWith("127.") || hostname === "[::1]" || hostname === "0.0.0.0";
}

/** Whether a webhook has come in, while one watches. */
function Listening({ source }: { source: number }) {
  const { t } = useTranslation("connections");
  const { relative } = useFormat();
  const { data: connection } = useConnection(source, true);
  const { data: rejected } = useRejectedOpen(source, true);
  if (!connection) return null;
  return (
    <div className={classes.listening} aria-live="polite">
      {connection.last_event_at ? (
        <Note tone="good" title={t("wizard.webhooks.heard")}>
          {t("wizard.webhooks.heardText", { when: relative(connection.last_event_at) })}
        </Note>
      ) : connection.wrong_signatures > 0 ? (
        <Note tone="bad" title={t("wizard.webhooks.wrong")}>
          {t("wizard.webhooks.wrongText")}
        </Note>
      ) : (
        <div className={classes.waiting}>
          <Loader size="xs" aria-hidden />
          <div>
            <Text fw={540}>{t("wizard.webhooks.waiting")}</Text>
            <Text size="sm" c="dimmed">
              {t("wizard.webhooks.waitingText")}
            </Text>
          </div>
        </div>
      )}
      {rejected && rejected.items.length > 0 && (
        <Note tone="wait" title={t("wizard.webhooks.rejected")}>
          <Anchor component={AppLink} to={paths.connection(source, { tab: "rejected" })} inherit underline="always">
            {t("wizard.webhooks.toRejected")}
          </Anchor>
        </Note>
      )}
    </div>
  );
}
