/**
 * Due jobs per second of graphile-worker with an empty handler, as fast as it goes:
 *
 *   node graphile.mjs postgres://… [--jobs 100000] [--concurrency 200] [--queue 2000] [--batch-delay-ms 0] [--json]
 *
 * Loads that many jobs, all due, into a schema of its own; then starts one runner and stops the clock when the last job
 * is gone from its table, so that every completion is committed and counted. Jobs are fetched in batches (`localQueue`)
 * and completed in batches (`completeJobBatchDelay`), which is what makes it fast. The database's own settings are left
 * as they are: whoever compares gives both sides the same server.
 */

import { parseArgs } from "node:util";
import { Logger, makeWorkerUtils, run } from "graphile-worker";
import pg from "pg";

const SCHEMA = "rival_graphile";
const CHUNK = 10_000;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    jobs: { type: "string", default: "100000" },
    concurrency: { type: "string", default: "200" },
    queue: { type: "string", default: "2000" },
    "batch-delay-ms": { type: "string", default: "0" },
    json: { type: "boolean", default: false },
  },
});
const [connectionString] = positionals;
if (!connectionString) {
  console.error("usage: node graphile.mjs postgres://… [--jobs N] [--concurrency N] [--queue N] [--batch-delay-ms N] [--json]");
  process.exit(1);
}
const jobs = Number(values.jobs);
const quiet = new Logger(() => () => {});
const pool = new pg.Pool({ connectionString, max: 8 });
// A lost connection ends the measurement; the query that meets it says so.
pool.on("error", () => {});
pool.on("connect", (client) => client.on("error", () => {}));

async function load() {
  await pool.query(`drop schema if exists ${SCHEMA} cascade`);
  const utils = await makeWorkerUtils({ pgPool: pool, schema: SCHEMA, logger: quiet });
  await utils.migrate();
  await utils.release();
  for (let done = 0; done < jobs; done += CHUNK) {
    await pool.query(
      `select count(*) from ${SCHEMA}.add_jobs(array(
         select ('timer', json_build_object('cart', n), null, now() - interval '1 second', null, null, null, null)::${SCHEMA}.job_spec
         from generate_series($1::int, $2::int) as n))`,
      [done + 1, Math.min(done + CHUNK, jobs)],
    );
  }
  await pool.query("vacuum analyze");
}

async function left() {
  const { rows } = await pool.query(`select exists (select from ${SCHEMA}._private_jobs) as some`);
  return rows[0].some;
}

async function work() {
  let handled = 0;
  let allHandled;
  const everything = new Promise((resolve) => (allHandled = resolve));
  const cpuBefore = process.cpuUsage();
  const started = process.hrtime.bigint();
  const runner = await run({
    pgPool: pool,
    logger: quiet,
    noHandleSignals: true,
    taskList: {
      timer: () => {
        handled += 1;
        if (handled === jobs) allHandled();
      },
    },
    preset: {
      worker: {
        schema: SCHEMA,
        concurrentJobs: Number(values.concurrency),
        localQueue: { size: Number(values.queue) },
        completeJobBatchDelay: Number(values["batch-delay-ms"]),
        failJobBatchDelay: Number(values["batch-delay-ms"]),
      },
    },
  });
  await everything;
  while (await left()) await new Promise((resolve) => setTimeout(resolve, 5));
  const seconds = Number(process.hrtime.bigint() - started) / 1e9;
  const cpu = process.cpuUsage(cpuBefore);
  await runner.stop();
  if (handled !== jobs) throw new Error(`${handled} jobs were handled, not ${jobs}`);
  return { seconds, cpuSeconds: (cpu.user + cpu.system) / 1e6 };
}

await load();
const { seconds, cpuSeconds } = await work();
await pool.query(`drop schema ${SCHEMA} cascade`);
await pool.end().catch(() => {});

const result = {
  rival: "graphile-worker 0.17.3",
  jobs,
  seconds: Number(seconds.toFixed(3)),
  jobs_per_second: Math.round(jobs / seconds),
  // Of this process alone; the database's share is on the other side of the wire.
  cpu_us_per_job: Number(((cpuSeconds * 1e6) / jobs).toFixed(1)),
};
console.log(values.json ? JSON.stringify(result) : `${result.rival}: ${result.jobs_per_second} jobs/s (${jobs} jobs in ${result.seconds} s)`);
process.exit(0);
