import { ActionIcon, Progress, Tooltip } from "@mantine/core";
import { IconX } from "@tabler/icons-react";
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Schemas } from "../../api/client";
import { asProblem } from "../../api/problem";
import { Moneys, problemText, toast } from "../../design";
import { AgentMenu } from "../customers/agent-menu";
import { putAgent, refreshPeople } from "../customers/queries";
import classes from "./carts.module.css";

type Cart = Schemas["CartItem"];
type Agent = Schemas["Agent"];

/** What was an agent before and what is now, of one customer. */
interface Change {
  customer: string;
  before: string | null;
}

/** So many are written at a time: the server answers each once it is in the log. */
const AT_ONCE = 4;

/** What can be done with the selected carts. Stays in view; Escape deselects. */
export function BulkBar({ carts, clear }: { carts: Cart[]; clear: () => void }) {
  const { t } = useTranslation("carts");
  const client = useQueryClient();
  const [done, setDone] = useState<number | null>(null);
  useEscape(clear, carts.length > 0);
  if (carts.length === 0) return null;
  const customers = [...new Map(carts.map(({ customer }) => [customer.id, customer])).values()];

  const give = async (agent: Agent | null) => {
    const changes = customers.filter((customer) => (customer.agent ?? null) !== (agent?.id ?? null)).map((customer) => ({ customer: customer.id, before: customer.agent ?? null }));
    setDone(0);
    const { changed, problem } = await putAll(changes, () => agent?.id ?? null, setDone);
    setDone(null);
    refreshPeople(client);
    const undo = async () => {
      const back = await putAll(changed, ({ before }) => before);
      refreshPeople(client);
      if (back.problem) throw back.problem;
    };
    const count = problem ? changed.length : customers.length;
    if (count > 0) toast(agent ? t("bulk.given", { count, agent: agent.name }) : t("bulk.released", { count }), changed.length > 0 ? { undo } : {});
    if (problem) toast(t("bulk.failed", { count: changes.length - changed.length, reason: problemText(asProblem(problem)) }), { tone: "bad" });
    else clear();
  };

  return (
    <div className={`${classes.bulk} r-no-print`} role="region" aria-label={t("bulk.region")}>
      <div className={classes.bulkText}>
        <strong>{t("bulk.chosen", { count: carts.length })}</strong>
        <span>
          {t("bulk.customers", { count: customers.length })} · <Moneys amounts={sums(carts)} />
        </span>
      </div>
      {done !== null && (
        <div className={classes.bulkProgress} role="status">
          <Progress value={(done / customers.length) * 100} aria-label={t("bulk.give")} />
          {t("bulk.progress", { done, count: customers.length })}
        </div>
      )}
      <AgentMenu label={t("bulk.give")} own={null} alwaysRelease onGive={(agent) => void give(agent)} isBusy={done !== null} variant="filled" />
      <Tooltip label={t("bulk.clear")}>
        <ActionIcon variant="subtle" color="gray" size="lg" onClick={clear} disabled={done !== null} aria-label={t("bulk.clear")}>
          <IconX size={18} />
        </ActionIcon>
      </Tooltip>
    </div>
  );
}

function useEscape(run: () => void, isOn: boolean): void {
  useEffect(() => {
    if (!isOn) return;
    const onKey = (event: KeyboardEvent) => {
      if (event.key === "Escape" && !document.querySelector("[role=dialog], [role=menu]")) run();
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, [run, isOn]);
}

/** Writes all that it can; says which were written and why the first of the others was not. */
async function putAll(changes: Change[], agentOf: (change: Change) => string | null, tell: (done: number) => void = () => undefined): Promise<{ changed: Change[]; problem: unknown }> {
  const waiting = [...changes];
  const changed: Change[] = [];
  let problem: unknown = null;
  const work = async () => {
    for (let change = waiting.shift(); change; change = waiting.shift()) {
      try {
        await putAgent(change.customer, agentOf(change));
        changed.push(change);
        tell(changed.length);
      } catch (error) {
        problem ??= error;
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return { changed, problem };
}

/** Amounts of each currency, added up. */
function sums(carts: Cart[]): Schemas["Amount"][] {
  const byCurrency = new Map<string, number>();
  for (const { total } of carts) if (total) byCurrency.set(total.currency, (byCurrency.get(total.currency) ?? 0) + total.minor);
  return [...byCurrency].map(([currency, minor]) => ({ currency, minor }));
}
