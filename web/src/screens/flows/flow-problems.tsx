import { List } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Schemas } from "../../api/client";
import { Note, sentence } from "../../design";

/** What a check found, worst first; a quiet word where it found nothing. */
export function FlowProblems({ problems }: { problems: Schemas["FlowProblem"][] }) {
  const { t } = useTranslation("flows");
  if (problems.length === 0) return <Note tone="good" title={t("check.fine")} role="status" />;
  const isFatal = problems.some(({ is_fatal }) => is_fatal);
  const lines = problems.flatMap((problem) => problem.message.split("\n").map((message) => ({ ...problem, message })));
  return (
    <Note tone={isFatal ? "bad" : "wait"} title={isFatal ? t("check.fatal") : t("check.warnings")} role="alert">
      <List size="sm" spacing={4}>
        {lines.map(({ message, name, element, line }, index) => (
          <List.Item key={index}>
            {(name ?? element) && <strong style={{ display: "inline" }}>{name ?? element}: </strong>}
            {sentence(message)}
            {line ? ` ${t("check.line", { line })}` : ""}
          </List.Item>
        ))}
      </List>
    </Note>
  );
}
