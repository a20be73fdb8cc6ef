import type { TFunction } from "i18next";
import type { Job } from "./queries";

/** What came of a comparison, in a sentence. */
export function verdictOf(job: Job, t: TFunction<"connections">): string {
  const isOrder = ({ kind, what }: Job["found"][number]) => kind === "orders" && what === "missing";
  const orders = job.found.filter(isOrder);
  const repaired = orders.filter(({ is_repaired }) => is_repaired).length;
  const all = job.missing + job.differing;
  if (orders.length > 0 && repaired === orders.length) return t("job.verdict.orders", { count: orders.length });
  if (orders.length > 0) return t("job.verdict.partly", { count: orders.length, repaired });
  if (all > 0) return t("job.verdict.others", { count: all, repaired: job.repaired });
  return t("job.verdict.none");
}

/** Orders that the newest finished comparison brought in. */
export function recoveredOf(jobs: readonly Job[]): number | null {
  const last = jobs.find(({ purpose, state }) => purpose === "reconcile" && state === "done");
  if (!last) return null;
  return last.found.filter(({ kind, what, is_repaired }) => kind === "orders" && what === "missing" && is_repaired).length;
}
