import { TextInput } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useSession } from "../../app/session";
import { Note, Section } from "../../design";
import { SettingsFrame } from "./frame";
import { SettingsForm } from "./settings-form";
import classes from "./settings.module.css";
import { TestPart } from "./test-part";

const KEYS = ["sender_name", "sender_address", "send_all_to"] as const;

/** Where messages come from, and a test of them. */
export function SendingPage() {
  const { t } = useTranslation("settings");
  const { can } = useSession();
  return (
    <SettingsFrame section="sending">
      <SettingsForm name="sending" keys={KEYS}>
        {(form) => (
          <>
            <Section title={t("sending.sender")} lead={t("sending.senderLead")}>
              <div className={classes.fields}>
                <TextInput label={t("sending.name")} description={t("sending.nameHint")} maxLength={200} {...form.getInputProps("sender_name")} />
                <TextInput label={t("sending.address")} description={t("sending.addressHint")} type="email" {...form.getInputProps("sender_address")} />
              </div>
            </Section>
            <Section title={t("sending.all")} lead={t("sending.allLead")}>
              <div className={classes.fields}>
                <TextInput label={t("sending.allTo")} description={t("sending.allToHint")} type="email" {...form.getInputProps("send_all_to")} />
              </div>
              {form.getValues().send_all_to !== "" && (
                <div style={{ marginTop: "1rem" }}>
                  <Note tone="wait">{t("sending.allOn")}</Note>
                </div>
              )}
            </Section>
          </>
        )}
      </SettingsForm>
      {can("messages:write") && <TestPart />}
    </SettingsFrame>
  );
}
