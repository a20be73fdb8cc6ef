import { List } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Schemas } from "../../api/client";
import { Note, sentence } from "../../design";

type ModelProblem = Schemas["ModelProblem"];

/** What is wrong with a decision model, cell by cell; a quiet word where nothing is. */
export function ModelProblems({ problems }: { problems: ModelProblem[] }) {
  const { t } = useTranslation("flows");
  const where = ({ rule, column }: ModelProblem) => {
    if (typeof rule !== "number" || typeof column !== "number") return null;
    return rule === 0 ? t("decisions.head", { column }) : t("decisions.cell", { rule, column });
  };
  if (problems.length === 0) return <Note tone="good" title={t("decisions.fine")} role="status" />;
  return (
    <Note tone="bad" title={t("decisions.wrong", { count: problems.length })} role="status">
      <List size="sm" spacing={4}>
        {problems.map((problem, index) => (
          <List.Item key={index}>
            {where(problem) && <strong style={{ display: "inline" }}>{where(problem)}: </strong>}
            <span lang="en">{sentence(problem.message)}</span>
          </List.Item>
        ))}
      </List>
    </Note>
  );
}
