import { Anchor, List } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { fetchHealth } from "../../api/health";
import { useLive } from "../../app/live";
import { Figure, Figures, Note, Section, type Tone } from "../../design";
import { useFormat } from "../../format/react";
import { SettingsFrame } from "./frame";

const ASK_EVERY_MS = 5_000;
const TONES: Record<string, Tone> = { ready: "good", hold: "wait", not_ready: "wait", unreachable: "bad" };

/** How the server is: what `/readyz` says, in words. */
export function StatusPage() {
  const { t } = useTranslation("settings");
  const { number, duration } = useFormat();
  const { status } = useLive();
  const { data: health } = useQuery({ queryKey: ["health"], queryFn: fetchHealth, refetchInterval: ASK_EVERY_MS, staleTime: 0 });
  const lag = health?.oldestUnappliedMs ?? null;
  const count = (value: number | null | undefined) => (value === null || value === undefined ? "–" : number(value));
  return (
    <SettingsFrame section="status">
      <div data-health={health?.state ?? "unknown"}>
        <Note tone={health ? (TONES[health.state] ?? "neutral") : "neutral"} title={health ? t(`status.${health.state}`) : t("status.asking")} role="status">
          {health?.reason}
        </Note>
      </div>
      <Figures>
        <Figure label={t("status.lag")} value={lag === null ? "–" : lag === 0 ? t("status.none") : duration(lag)} />
        <Figure label={t("status.timers")} value={count(health?.timersOverdue)} />
        <Figure label={t("status.outbox")} value={count(health?.outboxDepth)} />
        <Figure label={t("status.position")} value={count(status?.position)} />
        <Figure label={t("status.version")} value={health?.version ?? "–"} />
      </Figures>
      <Section title={t("status.links")}>
        <List spacing="xs">
          {(["ready", "metrics", "api"] as const).map((name) => (
            <List.Item key={name}>
              <Anchor href={{ ready: "/readyz", metrics: "/metrics", api: "/api/openapi.json" }[name]}>{t(`status.${name}_link`)}</Anchor>
            </List.Item>
          ))}
        </List>
      </Section>
    </SettingsFrame>
  );
}
