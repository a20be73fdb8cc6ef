/**
 * Writes src/api/schema.ts, the types of the API, from docs/openapi.gen.json. With `--check` it writes nothing and fails
 * where the file is not what it would write.
 */

import { readFile, writeFile } from "node:fs/promises";
import openapiTS, { astToString } from "openapi-typescript";

const SOURCE = new URL("../../docs/openapi.gen.json", import.meta.url);
const TARGET = new URL("../src/api/schema.ts", import.meta.url);
const HEAD = "// Generated from docs/openapi.gen.json by `npm run gen`. Do not edit.\n\n";

const wanted = HEAD + astToString(await openapiTS(SOURCE, { alphabetize: true, defaultNonNullable: false }));
if (!process.argv.includes("--check")) {
  await writeFile(TARGET, wanted);
} else if ((await readFile(TARGET, "utf8").catch(() => "")) !== wanted) {
  console.error("src/api/schema.ts is not what docs/openapi.gen.json says: run `make gen`");
  process.exit(1);
}
