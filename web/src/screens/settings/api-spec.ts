/** The part of OpenAPI 3.1 that our own description uses. */

export interface Schema {
  $ref?: string;
  type?: string | string[];
  format?: string;
  description?: string;
  enum?: unknown[];
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  additionalProperties?: Schema | boolean;
  allOf?: Schema[];
  oneOf?: Schema[];
  anyOf?: Schema[];
  default?: unknown;
  example?: unknown;
}

export interface Parameter {
  name: string;
  in: string;
  required?: boolean;
  description?: string;
  schema?: Schema;
}

interface Content {
  content?: Record<string, { schema?: Schema }>;
  description?: string;
}

interface SpecOperation {
  operationId?: string;
  summary?: string;
  description?: string;
  tags?: string[];
  parameters?: Parameter[];
  requestBody?: Content;
  responses?: Record<string, Content>;
  security?: Record<string, string[]>[];
}

export interface Spec {
  paths: Record<string, Record<string, SpecOperation>>;
  components: { schemas: Record<string, Schema> };
}

export interface Operation {
  id: string;
  tag: string;
  method: string;
  path: string;
  summary: string;
  description: string;
  parameters: Parameter[];
  body: Schema | null;
  /** What it answers when all is well: status and, if there is one, the shape. */
  answers: { status: string; schema: Schema | null; description: string }[];
  scopes: string[];
}

const METHODS = ["get", "post", "put", "patch", "delete"];

export function operationsOf(spec: Spec): Operation[] {
  return Object.entries(spec.paths).flatMap(([path, methods]) =>
    METHODS.flatMap((method) => {
      const operation = methods[method];
      return operation ? [operationOf(path, method, operation)] : [];
    }),
  );
}

function operationOf(path: string, method: string, said: SpecOperation): Operation {
  return {
    id: said.operationId ?? `${method} ${path}`,
    tag: said.tags?.[0] ?? "",
    method: method.toUpperCase(),
    path,
    summary: said.summary ?? "",
    description: said.description ?? "",
    parameters: said.parameters ?? [],
    body: schemaOf(said.requestBody),
    answers: Object.entries(said.responses ?? {})
      .filter(([status]) => status.startsWith("2"))
      .map(([status, answer]) => ({ status, schema: schemaOf(answer), description: answer.description ?? "" })),
    scopes: (said.security ?? []).flatMap((each) => Object.values(each).flat()),
  };
}

function schemaOf(content: Content | undefined): Schema | null {
  return Object.values(content?.content ?? {})[0]?.schema ?? null;
}

/** The schema that a reference leads to; parts joined by `allOf` as one. */
export function resolve(spec: Spec, schema: Schema): Schema {
  const found = schema.$ref ? spec.components.schemas[schema.$ref.split("/").at(-1) ?? ""] : schema;
  if (!found) return schema;
  if (!found.allOf) return found;
  const parts = found.allOf.map((part) => resolve(spec, part));
  return {
    ...found,
    properties: Object.assign({}, ...parts.map(({ properties }) => properties ?? {})) as Record<string, Schema>,
    required: parts.flatMap(({ required }) => required ?? []),
  };
}

/** The schema of a value that may be `null`, without the `null`. */
export function unwrap(schema: Schema): Schema {
  const choices = (schema.oneOf ?? schema.anyOf)?.filter(({ type }) => type !== "null");
  return choices?.length === 1 && choices[0] ? choices[0] : schema;
}

/** How a type reads: `text`, `[CartItem]`, `integer or null`. */
export function typeText(schema: Schema | undefined): string {
  if (!schema) return "any";
  if (schema.$ref) return schema.$ref.split("/").at(-1) ?? "any";
  const choices = schema.oneOf ?? schema.anyOf;
  if (choices) return choices.map(typeText).join(" or ");
  if (schema.allOf) return schema.allOf.map(typeText).join(" and ");
  if (schema.enum) return schema.enum.map(String).join(" | ");
  const types = [schema.type ?? "any"].flat();
  return types.map((type) => (type === "array" ? `[${typeText(schema.items)}]` : type === "string" && schema.format ? schema.format : type)).join(" or ");
}
