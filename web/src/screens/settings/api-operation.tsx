import { UnstyledButton } from "@mantine/core";
import { IconChevronRight } from "@tabler/icons-react";
import { useId, useState } from "react";
import { useTranslation } from "react-i18next";
import { sentence } from "../../design";
import { resolve, typeText, unwrap, type Operation, type Schema, type Spec } from "./api-spec";
import classes from "./api.module.css";

/** How deep shapes are unfolded; deeper ones are named. */
const DEPTH_MAX = 3;

/** One operation: what it does in a line, and, unfolded, what it takes and gives. */
export function OperationView({ spec, operation }: { spec: Spec; operation: Operation }) {
  const { t } = useTranslation("settings");
  const [isOpen, setOpen] = useState(false);
  const panel = useId();
  return (
    <article className={classes.operation}>
      <UnstyledButton className={classes.head} onClick={() => setOpen(!isOpen)} aria-expanded={isOpen} aria-controls={panel}>
        <IconChevronRight size={16} aria-hidden className={classes.chevron} data-open={isOpen || undefined} />
        <span className={classes.method} data-method={operation.method}>
          {operation.method}
        </span>
        <span className={classes.path}>{operation.path.replace("/api/v1", "")}</span>
        <span className={classes.summary}>{operation.summary}</span>
      </UnstyledButton>
      {isOpen && (
        <div id={panel} className={classes.body}>
          <p>{sentence(operation.summary)}</p>
          {operation.description && <p>{operation.description}</p>}
          {operation.scopes.length > 0 && (
            <p>
              {t("api.scope")} {operation.scopes.map((scope) => <code key={scope}>{scope}</code>)}
            </p>
          )}
          {operation.parameters.length > 0 && (
            <>
              <h3>{t("api.parameters")}</h3>
              <Fields fields={operation.parameters.map((each) => ({ name: each.name, note: each.in, isRequired: each.required ?? false, schema: each.schema, description: each.description ?? each.schema?.description }))} />
            </>
          )}
          {operation.body && (
            <>
              <h3>{t("api.body")}</h3>
              <Shape spec={spec} schema={operation.body} />
            </>
          )}
          {operation.answers.map(({ status, schema, description }) => (
            <div key={status}>
              <h3>
                {t("api.answer")} {status}
              </h3>
              {schema ? <Shape spec={spec} schema={schema} /> : <p>{description || t("api.empty")}</p>}
            </div>
          ))}
        </div>
      )}
    </article>
  );
}

interface Field {
  name: string;
  note?: string;
  isRequired: boolean;
  schema: Schema | undefined;
  description?: string | undefined;
}

function Fields({ fields, spec, depth = DEPTH_MAX }: { fields: Field[]; spec?: Spec; depth?: number }) {
  const { t } = useTranslation("settings");
  return (
    <dl className={classes.fields}>
      {fields.map(({ name, note, isRequired, schema, description }) => (
        <div key={name}>
          <dt>
            <code>{name}</code> <span>{typeText(schema)}</span> {note && <span>· {note}</span>} {isRequired && <strong>{t("api.required")}</strong>}
          </dt>
          {description && <dd>{description}</dd>}
          {spec && schema && depth < DEPTH_MAX && hasShape(spec, schema) && (
            <dd>
              <Shape spec={spec} schema={schema} depth={depth + 1} />
            </dd>
          )}
        </div>
      ))}
    </dl>
  );
}

function inner(schema: Schema): Schema {
  const one = unwrap(schema);
  return one.items ? unwrap(one.items) : one;
}

function hasShape(spec: Spec, schema: Schema): boolean {
  return Object.keys(resolve(spec, inner(schema)).properties ?? {}).length > 0;
}

/** The fields of a shape, and those of the shapes inside it. */
function Shape({ spec, schema, depth = 0 }: { spec: Spec; schema: Schema; depth?: number }) {
  const found = resolve(spec, inner(schema));
  const properties = Object.entries(found.properties ?? {});
  if (properties.length === 0) return <p>{typeText(schema)}</p>;
  const required = new Set(found.required ?? []);
  return <Fields spec={spec} depth={depth} fields={properties.map(([name, each]) => ({ name, isRequired: required.has(name), schema: each, description: each.description }))} />;
}
