import { Kbd, VisuallyHidden } from "@mantine/core";
import { IconSearch } from "@tabler/icons-react";
import { lazy, Suspense } from "react";
import { useTranslation } from "react-i18next";
import { COMMAND_KEY } from "../design/keys";
import { AppLink } from "../design/link";
import { openPalette } from "./palette-host";
import { paths } from "./paths";
import classes from "./shell.module.css";

const HeaderMenus = lazy(async () => ({ default: (await import("./header-menus")).HeaderMenus }));

/** The top of the frame: search, notices, account. */
export function Header() {
  const { t } = useTranslation();
  return (
    <header className={`${classes.header} r-no-print`}>
      <AppLink to={paths.home()} className={classes.headerBrand}>
        <img src="/mark.svg" alt="Ritorno" width="30" height="30" />
      </AppLink>
      <button type="button" className={classes.searchField} onClick={openPalette} aria-haspopup="dialog">
        <IconSearch size={16} aria-hidden />
        <VisuallyHidden>{t("search.open")}</VisuallyHidden>
        <span>{t("search.field")}</span>
        <Kbd size="xs" visibleFrom="md" aria-hidden>
          {COMMAND_KEY}K
        </Kbd>
      </button>
      <div className={classes.spacer} />
      <Suspense fallback={<div className={classes.menusSpace} />}>
        <HeaderMenus />
      </Suspense>
    </header>
  );
}

