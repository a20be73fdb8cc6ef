import { useDisclosure } from "@mantine/hooks";
import { IconDots } from "@tabler/icons-react";
import { useLocation } from "@tanstack/react-router";
import { lazy, Suspense, useRef } from "react";
import { useTranslation } from "react-i18next";
import { AppLink } from "../design/link";
import type { Area } from "./area";
import { areas } from "./areas";
import { useLive } from "./live";
import { paths } from "./paths";
import { useSession, useWorkspace } from "./session";
import classes from "./shell.module.css";

const MoreDrawer = lazy(async () => ({ default: (await import("./more-drawer")).MoreDrawer }));

/** The areas that the person may see. */
export function useAreas(): readonly Area[] {
  const { can } = useSession();
  return areas.filter(({ needs }) => !needs || can(needs));
}

function useIsActive(): (area: Area) => boolean {
  const { pathname } = useLocation();
  return ({ to }) => (to === "/" ? pathname === "/" : pathname === to || pathname.startsWith(`${to}/`));
}

/** The navigation where there is room for it: at the left, always in view. */
export function SideNavigation() {
  const { t } = useTranslation();
  const { name } = useWorkspace();
  return (
    <nav className={`${classes.side} r-no-print`} aria-label={t("nav.label")}>
      <AppLink to={paths.home()} className={classes.brand}>
        <img src="/mark.svg" alt="Ritorno" width="28" height="28" />
        <span dir="auto">{name || "Ritorno"}</span>
      </AppLink>
      <NavigationItems group="work" />
      <hr className={classes.rule} />
      <NavigationItems group="setup" />
      <div className={classes.foot}>
        <LiveMark />
      </div>
    </nav>
  );
}

/** The links of one part of the navigation. */
export function NavigationItems({ group, onNavigate }: { group: Area["group"]; onNavigate?: () => void }) {
  const { t } = useTranslation();
  const isActive = useIsActive();
  return useAreas()
    .filter((area) => area.group === group)
    .map((area) => (
      <AppLink key={area.name} to={area.to} className={classes.item} data-active={isActive(area) || undefined} aria-current={isActive(area) ? "page" : undefined} onClick={onNavigate}>
        <area.icon size={19} stroke={1.7} aria-hidden />
        {t(`nav.${area.name}`)}
      </AppLink>
    ));
}

function LiveMark() {
  const { t } = useTranslation();
  const { state } = useLive();
  return (
    <span className={classes.live}>
      <span className={classes.dot} data-state={state} aria-hidden />
      {state === "open" ? t("live.on") : t("live.off")}
    </span>
  );
}

/** The navigation of phones and tablets: the daily areas in reach of the thumb, the others behind “More”. */
export function BottomBar() {
  const { t } = useTranslation();
  const isActive = useIsActive();
  const [isOpen, { open, close }] = useDisclosure(false);
  const all = useAreas();
  const inBar = all.filter((area) => area.isInBar).slice(0, 4);
  const wasOpen = useRef(false);
  wasOpen.current ||= isOpen;
  const isElsewhere = !inBar.some(isActive);
  return (
    <>
      <nav className={`${classes.bar} r-no-print`} aria-label={t("nav.label")}>
        {inBar.map((area) => (
          <AppLink key={area.name} to={area.to} className={classes.barItem} data-active={isActive(area) || undefined} aria-current={isActive(area) ? "page" : undefined}>
            <area.icon size={21} stroke={1.7} aria-hidden />
            {t(`nav.${area.name}`)}
          </AppLink>
        ))}
        <button type="button" className={classes.barItem} onClick={open} data-active={isElsewhere || undefined} aria-haspopup="dialog" aria-expanded={isOpen}>
          <IconDots size={21} stroke={1.7} aria-hidden />
          {t("nav.more")}
        </button>
      </nav>
      {(isOpen || wasOpen.current) && (
        <Suspense fallback={null}>
          <MoreDrawer isOpen={isOpen} onClose={close} />
        </Suspense>
      )}
    </>
  );
}
