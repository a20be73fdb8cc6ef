import { Select, TextInput } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Section } from "../../design";
import { currencyOptions, languageOptions, timeZoneOptions } from "../../format/options";
import { useFormat } from "../../format/react";
import { SettingsFrame } from "./frame";
import { SettingsForm } from "./settings-form";
import classes from "./settings.module.css";

const KEYS = ["name", "currency", "language", "time_zone", "shop_url", "cart_url"] as const;

/** The shop itself: its name, where it is, how it counts. */
export function ShopPage() {
  const { t } = useTranslation("settings");
  const { language } = useFormat();
  return (
    <SettingsFrame section="shop">
      <SettingsForm name="shop" keys={KEYS}>
        {(form) => (
          <>
            <Section title={t("shop.about")}>
              <div className={classes.fields}>
                <TextInput className={classes.wide} label={t("shop.name")} description={t("shop.nameHint")} maxLength={200} {...form.getInputProps("name")} />
                <Select label={t("shop.currency")} description={t("shop.currencyHint")} data={currencyOptions(language)} searchable allowDeselect={false} {...form.getInputProps("currency")} />
                <Select label={t("shop.timeZone")} description={t("shop.timeZoneHint")} data={timeZoneOptions()} searchable allowDeselect={false} {...form.getInputProps("time_zone")} />
                <Select label={t("shop.language")} description={t("shop.languageHint")} data={languageOptions(language)} allowDeselect={false} {...form.getInputProps("language")} />
              </div>
            </Section>
            <Section title={t("shop.addresses")}>
              <div className={classes.fields}>
                <TextInput className={classes.wide} label={t("shop.url")} placeholder="https://" type="url" {...form.getInputProps("shop_url")} />
                <TextInput className={classes.wide} label={t("shop.cartUrl")} description={t("shop.cartUrlHint")} placeholder="https://…/cart?id={cart_id}" {...form.getInputProps("cart_url")} />
              </div>
            </Section>
          </>
        )}
      </SettingsForm>
    </SettingsFrame>
  );
}
