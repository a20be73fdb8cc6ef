import { Anchor, NumberInput, Select, Switch } from "@mantine/core";
import { Trans, useTranslation } from "react-i18next";
import { paths } from "../../app/paths";
import { useAgents } from "../../app/session";
import { AppLink, Section } from "../../design";
import { SettingsFrame } from "./frame";
import { SettingsForm } from "./settings-form";
import classes from "./settings.module.css";

const KEYS = ["idle_hours", "expire_days", "cart_pause_hours", "remind_buyers", "default_agent", "low_stock"] as const;

/** What holds for all flows, where one does not say otherwise. */
export function FlowDefaultsPage() {
  const { t } = useTranslation("settings");
  const { agents } = useAgents();
  return (
    <SettingsFrame section="flows">
      <SettingsForm name="flows" keys={KEYS}>
        {(form, isLocked) => (
          <>
            <Section title={t("flows.carts")}>
              <div className={classes.fields}>
                <NumberInput label={t("flows.idle")} description={t("flows.idleHint")} suffix={` ${t("flows.hours")}`} min={1} max={1440} allowDecimal={false} clampBehavior="strict" disabled={isLocked} {...form.getInputProps("idle_hours")} />
                <NumberInput label={t("flows.expire")} description={t("flows.expireHint")} suffix={` ${t("flows.days")}`} min={0} max={3650} allowDecimal={false} clampBehavior="strict" disabled={isLocked} {...form.getInputProps("expire_days")} />
              </div>
            </Section>
            <Section title={t("flows.restraint")}>
              <div className={classes.fields}>
                <NumberInput label={t("flows.pause")} description={t("flows.pauseHint")} suffix={` ${t("flows.hours")}`} min={0} max={8760} allowDecimal={false} clampBehavior="strict" disabled={isLocked} {...form.getInputProps("cart_pause_hours")} />
                <Switch className={classes.wide} label={t("flows.remind")} description={t("flows.remindHint")} disabled={isLocked} {...form.getInputProps("remind_buyers", { type: "checkbox" })} />
              </div>
            </Section>
            <Section title={t("flows.stock")}>
              <div className={classes.fields}>
                <NumberInput label={t("flows.low")} description={t("flows.lowHint")} min={0} max={1000000} allowDecimal={false} clampBehavior="strict" disabled={isLocked} {...form.getInputProps("low_stock")} />
              </div>
            </Section>
            <Section title={t("flows.agents")}>
              <Select
                label={t("flows.agent")}
                description={
                  <Trans t={t} i18nKey="flows.agentHint" components={{ agents: <Anchor component={AppLink} to={paths.settings("agents")} inherit underline="always" /> }} />
                }
                data={[{ value: "", label: t("flows.agentNone") }, ...agents.filter(({ is_active }) => is_active).map(({ id, name }) => ({ value: id, label: name }))]}
                allowDeselect={false}
                maw="24rem"
                disabled={isLocked}
                {...form.getInputProps("default_agent")}
              />
            </Section>
          </>
        )}
      </SettingsForm>
    </SettingsFrame>
  );
}
