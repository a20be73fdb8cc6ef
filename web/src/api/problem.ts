import type { components } from "./schema";

/** What the API says when it refuses, RFC 9457, and what we say ourselves when it says nothing. */
export class Problem extends Error {
  readonly status: number;
  /** A stable word, such as `people.weak_password`; `network` where no answer came. */
  readonly code: string;

  constructor(status: number, code: string, detail: string) {
    super(detail);
    this.name = "Problem";
    this.status = status;
    this.code = code;
  }

  /** Trying the same again may help. */
  get isPassing(): boolean {
    return this.status === 0 || this.status >= 500 || this.status === 429;
  }
}

export function networkProblem(): Problem {
  return new Problem(0, "network", "");
}

export async function problemOf(response: Response): Promise<Problem> {
  const body: unknown = await response.json().catch(() => null);
  if (typeof body === "object" && body !== null) {
    const said = body as Partial<components["schemas"]["ProblemBody"]>;
    return new Problem(response.status, said.code ?? "unknown", said.detail ?? said.title ?? response.statusText);
  }
  return new Problem(response.status, "unknown", response.statusText);
}

/** Whatever was thrown, as a problem. */
export function asProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  return new Problem(0, "unknown", error instanceof Error ? error.message : String(error));
}
