import { useQueryClient } from "@tanstack/react-query";
import { Outlet, useLocation } from "@tanstack/react-router";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { TimeZoneProvider } from "../format/react";
import { Header } from "./header";
import { HoldBanner, LiveBanner } from "./banners";
import { KeysHelp } from "./hotkeys";
import { startLive } from "./live";
import { BottomBar, SideNavigation } from "./navigation";
import { PaletteHost } from "./palette-host";
import { useWorkspace } from "./session";
import classes from "./shell.module.css";

/** The frame around every screen: navigation, header, banners, and the content. */
export function Shell() {
  const { t } = useTranslation();
  const client = useQueryClient();
  const { timeZone } = useWorkspace();
  const main = useRef<HTMLElement>(null);
  useEffect(() => startLive(client), [client]);
  useFocusOnNavigation(main);
  return (
    <TimeZoneProvider timeZone={timeZone}>
      <a href="#main" className="r-skip">
        {t("skip")}
      </a>
      <div className={classes.frame}>
        <SideNavigation />
        <div className={classes.column}>
          <Header />
          <div className="r-no-print">
            <HoldBanner />
            <LiveBanner />
          </div>
          <main id="main" ref={main} tabIndex={-1} className={classes.main}>
            <Outlet />
          </main>
        </div>
        <BottomBar />
      </div>
      <PaletteHost />
      <KeysHelp />
    </TimeZoneProvider>
  );
}

/** Those who use a keyboard or a screen reader go on at the new page's beginning, not in the navigation of the old. */
function useFocusOnNavigation(main: React.RefObject<HTMLElement | null>): void {
  const { pathname } = useLocation();
  const before = useRef(pathname);
  useEffect(() => {
    if (before.current === pathname) return;
    before.current = pathname;
    main.current?.focus({ preventScroll: true });
  }, [pathname, main]);
}
