/**
 * The npm package bpmn-engine on the process of `ritorno bench journeys`, one instance beside another:
 *
 *   node bpmn-engine.mjs [--count 500] [--json]
 *
 * Starts so many instances up to their event-based gateway, then sends each its message. It keeps everything in memory; what
 * a caller would have to store is measured once more, as the JSON that the package gives of each instance that waits. Rates
 * are per processor second of this process.
 */

import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import * as elements from "bpmn-elements";
import { Engine } from "bpmn-engine";
import BpmnModdle from "bpmn-moddle";
import Serializer, { TypeResolver } from "moddle-context-serializer";

const { values } = parseArgs({ options: { count: { type: "string", default: "500" }, json: { type: "boolean", default: false } } });
const count = Number(values.count);

const source = readFileSync(new URL("process.bpmn", import.meta.url), "utf8")
  .replace("SERVICE", "${environment.services.mark}")
  .replace("LARGE", "${environment.services.isLarge}")
  .replace("TWO_DAYS", "PT48H");
const services = {
  mark: (_scope, done) => done(),
  isLarge: ({ environment }) => environment.variables.total >= 2000,
};

const cpu = () => process.cpuUsage().user / 1e6 + process.cpuUsage().system / 1e6;
const resident = () => process.memoryUsage().rss;

// The source is read once, and each instance is made from what was read: the fastest way that the package has.
const moddleContext = await new BpmnModdle().fromXML(source);
const sourceContext = Serializer(moddleContext, TypeResolver(elements));

globalThis.gc?.();
const before = { cpu: cpu(), resident: resident() };
const waiting = [];
for (let i = 0; i < count; i++) {
  const engine = new Engine({ name: `i${i}`, sourceContext });
  const execution = await engine.execute({ variables: { total: 2500 }, services });
  waiting.push({ engine, execution });
}
const started = cpu();
globalThis.gc?.();
const rss = resident() - before.resident;
const stored = cpu();
let bytes = 0;
for (const { engine } of waiting) bytes += JSON.stringify(await engine.getState()).length;
const told = cpu();
let ended = 0;
for (const { engine, execution } of waiting) {
  const done = engine.waitFor("end");
  execution.signal({ id: "answered" });
  await done;
  ended += 1;
}
const finished = cpu();
const figures = {
  rival: "bpmn-engine",
  count,
  ended,
  starts_per_cpu_second: count / (started - before.cpu),
  starts_with_json_per_cpu_second: count / (started - before.cpu + told - stored),
  completions_per_cpu_second: ended / (finished - told),
  rss_bytes_per_waiting: rss / count,
  json_bytes_per_waiting: bytes / count,
};
console.log(
  values.json
    ? JSON.stringify(figures)
    : `bpmn-engine: ${count} waiting; starts ${figures.starts_per_cpu_second.toFixed(0)} a processor second (${figures.starts_with_json_per_cpu_second.toFixed(0)} with the JSON to store), completions ${figures.completions_per_cpu_second.toFixed(0)}, ${(figures.rss_bytes_per_waiting / 1024).toFixed(0)} KiB of memory each, ${(figures.json_bytes_per_waiting / 1024).toFixed(1)} KiB of JSON`,
);
process.exit(0);
