/**
 * The one way to the server. Every answer that is no success is thrown as a `Problem`; writes carry the session's CSRF
 * token; a session that has ended asks the person to sign in over the open page and then repeats the request.
 */

import createClient from "openapi-fetch";
import createQueries from "openapi-react-query";
import { Problem, networkProblem, problemOf } from "./problem";
import type { components, paths } from "./schema";

export type Schemas = components["schemas"];

let csrfToken = "";
/** Asks the person to sign in again; `false`: they would not. */
let askToSignIn: (() => Promise<boolean>) | null = null;

export function setCsrfToken(token: string): void {
  csrfToken = token;
}

/** Called once there is a page over which to ask. */
export function onSessionEnded(ask: (() => Promise<boolean>) | null): void {
  askToSignIn = ask;
}

/** Called when the server refuses what the page offered: the person's role may have changed meanwhile. */
let onRefused: (() => void) | null = null;

export function onNotAllowed(refused: (() => void) | null): void {
  onRefused = refused;
}

const api = createClient<paths>({ baseUrl: "", fetch: send });

api.use({
  async onResponse({ response }) {
    if (!response.ok) throw await problemOf(response);
    return response;
  },
});

/** `api.GET("/api/v1/…")`, `api.POST(…)`: typed by the API's own description. They throw a `Problem`. */
export { api };

/** `queries.useQuery("get", "/api/v1/…", { params })` and its like; keys begin with the method and the path. */
export const queries = createQueries(api);

async function send(request: Request): Promise<Response> {
  // A body can be read once: keep a copy for the case that it has to be sent again.
  const again = request.clone();
  const response = await sendOnce(request);
  if (response.status === 401 && askToSignIn && !isAboutSession(request)) {
    return (await askToSignIn()) ? sendOnce(again) : response;
  }
  if (response.status !== 403) return response;
  const { code } = await problemOf(response.clone());
  // Somebody signed in anew in another tab: the cookie is theirs, our token is of the session before.
  if (code === "auth.csrf") {
    await refreshToken();
    return sendOnce(again);
  }
  if (code === "auth.not_allowed" || code === "people.owners_only") onRefused?.();
  return response;
}

async function sendOnce(request: Request): Promise<Response> {
  if (request.method !== "GET") request.headers.set("X-CSRF-Token", csrfToken);
  try {
    return await fetch(request);
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw networkProblem();
  }
}

function isAboutSession(request: Request): boolean {
  const path = new URL(request.url).pathname;
  return path === "/api/v1/session" || path.startsWith("/api/v1/first-run") || path.startsWith("/api/v1/password-reset");
}

async function refreshToken(): Promise<void> {
  const response = await fetch("/api/v1/session");
  if (response.ok) setCsrfToken(((await response.json()) as Schemas["Session"]).csrf_token);
}

/**
 * Sends a file as the body of a request and says how much of it is sent. The server reads it as it arrives, so what is sent is
 * nearly what is read. `fetch` cannot tell how far it is.
 */
export async function upload<T>(path: string, file: Blob, progress: (share: number) => void): Promise<T> {
  const answer = await uploadOnce(path, file, progress);
  const response = answer.status === 401 && askToSignIn && (await askToSignIn()) ? await uploadOnce(path, file, progress) : answer;
  if (!response.ok) throw await problemOf(response);
  return (await response.json()) as T;
}

function uploadOnce(path: string, file: Blob, progress: (share: number) => void): Promise<Response> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", path);
    request.setRequestHeader("X-CSRF-Token", csrfToken);
    request.setRequestHeader("Content-Type", "application/octet-stream");
    request.upload.addEventListener("progress", ({ loaded, total }) => progress(total > 0 ? loaded / total : 1));
    request.addEventListener("load", () => resolve(new Response(request.responseText, { status: request.status, statusText: request.statusText })));
    request.addEventListener("error", () => reject(networkProblem()));
    request.addEventListener("abort", () => reject(networkProblem()));
    request.send(file);
  });
}

/** The data of an answer. Answers that are no success never come this far. */
export async function take<T>(answer: Promise<{ data?: T }>): Promise<T> {
  const { data } = await answer;
  if (data === undefined) throw new Problem(0, "unknown", "the server's answer was empty");
  return data;
}
