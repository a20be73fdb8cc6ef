import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import classes from "./customers.module.css";

interface Named {
  name: string;
  email?: string | null;
}

/** What a customer is called: their name, else their address. Of any script and direction, and never read as markup. */
export function usePersonName(): (person: Named) => string {
  const { t } = useTranslation("customers");
  return (person) => person.name.trim() || person.email || t("unnamed");
}

/** A name in a line of text: its direction stays its own. */
export function PersonName({ person, withEmail = false }: { person: Named; withEmail?: boolean }) {
  const nameOf = usePersonName();
  const name = nameOf(person);
  return (
    <>
      <bdi>{name}</bdi>
      {withEmail && person.email && person.email !== name && <Below>{person.email}</Below>}
    </>
  );
}

/** A second, softer line in a cell. */
export function Below({ children }: { children: ReactNode }) {
  return (
    <span className={classes.below} dir="auto">
      {children}
    </span>
  );
}
