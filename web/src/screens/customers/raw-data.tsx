import { UnstyledButton } from "@mantine/core";
import { IconBraces } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import classes from "./customers.module.css";

/** So much is shown at most: an event may hold a thousand products. */
const CHARACTERS_MAX = 20_000;

/** Data as it was received, behind a button. */
export function RawData({ data, label }: { data: unknown; label?: string }) {
  const { t } = useTranslation("customers");
  const [isOpen, setOpen] = useState(false);
  return (
    <div className={classes.raw}>
      <UnstyledButton className={classes.rawButton} aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
        <IconBraces size={14} aria-hidden /> {label ?? t("timeline.data")}
      </UnstyledButton>
      {isOpen && (
        <pre className={classes.code} tabIndex={0} dir="ltr">
          {cut(JSON.stringify(data, null, 2))}
        </pre>
      )}
    </div>
  );
}

function cut(text: string): string {
  return text.length > CHARACTERS_MAX ? `${text.slice(0, CHARACTERS_MAX)}\n…` : text;
}
