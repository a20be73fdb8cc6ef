import { IconPlayerPause, IconPlugConnectedX } from "@tabler/icons-react";
import { lazy, Suspense, useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { queries } from "../api/client";
import { toast } from "../design/toasts";
import { useFormat } from "../format/react";
import { useLive } from "./live";
import { useSession } from "./session";
import classes from "./shell.module.css";

const ReleaseHold = lazy(async () => ({ default: (await import("./release-hold")).ReleaseHold }));

/** Sending is paused, as after a restore: says so on every page, and offers to let it go on. */
export function HoldBanner() {
  const { t } = useTranslation();
  const { relative } = useFormat();
  const { can } = useSession();
  const { status } = useLive();
  const { data: hold } = queries.useQuery("get", "/api/v1/hold", {}, { enabled: can("messages:read") });
  const since = status ? status.hold_since : hold?.since;
  if (!since) return null;
  const held = hold?.held ?? 0;
  return (
    <div className={classes.banner} role="status">
      <IconPlayerPause size={18} aria-hidden />
      <span className={classes.bannerText}>
        <strong>{t("hold.title")}</strong>
        {t("hold.text", { count: held, since: relative(since) })}
      </span>
      {can("messages:write") && (
        <Suspense fallback={null}>
          <ReleaseHold held={held} />
        </Suspense>
      )}
    </div>
  );
}

/** The page is not told of what happens any more. */
export function LiveBanner() {
  const { t } = useTranslation();
  const { state } = useLive();
  const was = useRef(state);
  useEffect(() => {
    if (was.current === "lost" && state === "open") toast(t("live.back"));
    was.current = state;
  }, [state, t]);
  if (state !== "lost") return null;
  return (
    <div className={classes.banner} data-tone="bad" role="status">
      <IconPlugConnectedX size={18} aria-hidden />
      <span className={classes.bannerText}>{t("live.lost")}</span>
    </div>
  );
}
