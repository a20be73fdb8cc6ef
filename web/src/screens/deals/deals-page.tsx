import { Button, Kbd, Skeleton, Text } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { IconPlus } from "@tabler/icons-react";
import { Suspense, lazy, useState } from "react";
import { useTranslation } from "react-i18next";
import { useAgents, useSession } from "../../app/session";
import { BREAKPOINTS, FilterBar, FilterSelect, Note, Page, ProblemView, useUrlState } from "../../design";
import { AddStage } from "./add-stage";
import classes from "./deals.module.css";
import { PhoneList } from "./phone-list";
import { PIPELINE, useStages } from "./stages";
import { useMoves, type Deal } from "./use-moves";

// Dragging is a library of its own: a phone never fetches it.
const Board = lazy(async () => ({ default: (await import("./board")).Board }));

/** The deals of a pipeline, stage by stage. */
export function DealsPage() {
  const { t } = useTranslation(["deals", "common"]);
  const { can } = useSession();
  const { agents } = useAgents();
  const url = useUrlState("agent", "pipeline");
  const pipeline = url.values.pipeline || PIPELINE;
  const stages = useStages(pipeline);
  const { moved, move } = useMoves();
  const [adding, setAdding] = useState<Deal | "stage" | null>(null);
  const isPhone = useMediaQuery(`(max-width: ${BREAKPOINTS.phone})`, window.matchMedia(`(max-width: ${BREAKPOINTS.phone})`).matches) ?? false;
  const isMine = can("carts:write");
  const shared = { pipeline, stages, agent: url.values.agent, moved, move: isMine ? move : undefined, onNewStage: setAdding };
  return (
    <Page
      title={t("title")}
      lead={t("lead", { pipeline })}
      actions={
        isMine && (
          <Button variant="default" leftSection={<IconPlus size={16} />} onClick={() => setAdding("stage")}>
            {t("addStage.action")}
          </Button>
        )
      }
    >
      <FilterBar clear={() => url.set({ agent: "" })} isAny={url.values.agent !== ""}>
        <FilterSelect label={t("agent")} any={t("anyAgent")} value={url.values.agent} onChange={(agent) => url.set({ agent })} options={agents.map(({ id, name }) => ({ value: id, label: name }))} />
        {!isPhone && isMine && (
          <Text size="sm" c="dimmed" className={classes.keys} visibleFrom="md">
            <Kbd size="xs">Shift</Kbd> <Kbd size="xs">←</Kbd> <Kbd size="xs">→</Kbd> {t("keys")}
          </Text>
        )}
      </FilterBar>
      {!isMine && <Note>{t("common:notAllowed")}</Note>}
      {stages.error ? (
        <ProblemView error={stages.error} retry={stages.retry} />
      ) : isPhone ? (
        <PhoneList {...shared} />
      ) : (
        <Suspense fallback={<Skeleton height={420} radius="lg" role="status" aria-label={t("common:loading")} />}>
          <Board {...shared} />
        </Suspense>
      )}
      <AddStage
        isOpen={adding !== null}
        taken={stages.names}
        onClose={() => setAdding(null)}
        onAdd={(name) => {
          stages.add(name);
          if (adding !== null && adding !== "stage") move(adding, name);
        }}
      />
    </Page>
  );
}
