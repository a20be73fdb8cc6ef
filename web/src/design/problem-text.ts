import i18next from "i18next";
import type { Problem } from "../api/problem";
import { sentence } from "./sentence";

/** What went wrong and what to do, in the reader's language where the code is known, else in the server's words. */
export function problemText(problem: Problem): string {
  if (problem.code === "network") return i18next.t("problem.networkText");
  const detail = sentence(problem.message);
  return i18next.t(`problems:${problem.code.replaceAll(".", "_")}` as never, { detail, defaultValue: detail }) as string;
}

/** The server's own words, which name the value that is wrong; `null` where they are said already. */
export function problemDetail(problem: Problem): string | null {
  const detail = sentence(problem.message);
  return detail === "" || problem.code === "network" || problemText(problem) === detail ? null : detail;
}
