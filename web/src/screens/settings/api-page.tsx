import { Anchor, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import specUrl from "../../../../docs/openapi.gen.json?url";
import { Problem } from "../../api/problem";
import { EmptyState, FilterBar, ProblemView, SearchBox, TextSkeleton, useUrlState } from "../../design";
import { OperationView } from "./api-operation";
import { operationsOf, type Operation, type Spec } from "./api-spec";
import classes from "./api.module.css";
import { SettingsFrame } from "./frame";
import { IconZoomQuestion } from "@tabler/icons-react";

/** Every operation of the API, from the description that this interface was built with. */
export function ApiPage() {
  const { t } = useTranslation("settings");
  const { values, set } = useUrlState("q");
  const { data: spec, error, refetch } = useQuery({ queryKey: ["openapi"], queryFn: readSpec, staleTime: Infinity });
  const groups = useMemo(() => (spec ? grouped(operationsOf(spec), values.q) : []), [spec, values.q]);
  return (
    <SettingsFrame section="api">
      <p className={classes.intro}>
        {t("api.intro")} <Anchor href="/api/openapi.json">{t("api.file")}</Anchor>
      </p>
      <FilterBar>
        <SearchBox value={values.q} onChange={(q) => set({ q })} label={t("api.search")} />
      </FilterBar>
      {error && <ProblemView error={error} retry={() => void refetch()} />}
      {!spec && !error && <TextSkeleton lines={10} />}
      {spec && groups.length === 0 && <EmptyState icon={IconZoomQuestion} title={t("api.none")} compact />}
      {spec &&
        groups.map(([tag, operations]) => (
          <section key={tag} lang="en">
            <Title order={2} mb="sm" className={classes.tag}>
              {tag}
            </Title>
            <div className={classes.operations}>
              {operations.map((operation) => (
                <OperationView key={operation.id} spec={spec} operation={operation} />
              ))}
            </div>
          </section>
        ))}
    </SettingsFrame>
  );
}

async function readSpec(): Promise<Spec> {
  const response = await fetch(specUrl);
  if (!response.ok) throw new Problem(response.status, "unknown", response.statusText);
  return (await response.json()) as Spec;
}

function grouped(operations: Operation[], q: string): [string, Operation[]][] {
  const words = q.toLowerCase().split(/\s+/).filter(Boolean);
  const groups = new Map<string, Operation[]>();
  for (const operation of operations) {
    const text = `${operation.method} ${operation.path} ${operation.summary} ${operation.id}`.toLowerCase();
    if (words.every((word) => text.includes(word))) groups.set(operation.tag, [...(groups.get(operation.tag) ?? []), operation]);
  }
  return [...groups];
}
