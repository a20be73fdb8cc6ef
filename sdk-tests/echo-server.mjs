/**
 * A stand-in for the server that says yes to everything and keeps what it was asked, for the tests of the scripts
 * themselves. As a program (`node echo-server.mjs [PORT]`) it prints each request as one JSON line.
 */

import { createServer } from "node:http";
import { gunzipSync } from "node:zlib";

/** Resolves to `{url, requests, close}`; each request is `{method, path, headers, json}`. */
export async function startEcho(port = 0, onRequest = () => {}) {
  const requests = [];
  const server = createServer(async (request, response) => {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const raw = Buffer.concat(chunks);
    const plain = request.headers["content-encoding"] === "gzip" ? gunzipSync(raw) : raw;
    const seen = { method: request.method, path: request.url, headers: request.headers, json: parse(plain) };
    requests.push(seen);
    onRequest(seen);
    answer(request, response);
  });
  await new Promise((resolve) => server.listen(port, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    requests,
    close: () => new Promise((resolve) => server.close(resolve)),
  };
}

function parse(bytes) {
  if (bytes.length === 0) return null;
  try {
    return JSON.parse(bytes.toString("utf8"));
  } catch {
    return { not_json: bytes.toString("utf8") };
  }
}

function answer(request, response) {
  response.setHeader("access-control-allow-origin", request.headers.origin ?? "*");
  if (request.headers.origin) response.setHeader("access-control-allow-credentials", "true");
  if (request.method === "OPTIONS") {
    response.setHeader("access-control-allow-methods", "GET, POST");
    response.setHeader("access-control-allow-headers", request.headers["access-control-request-headers"] ?? "*");
    return response.writeHead(204).end();
  }
  const settings = /^\/v1\/projects\/([^/]+)\/settings$/.exec(request.url);
  const body = settings ? projectSettings(settings[1], request.headers.host) : { success: true };
  response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(body));
}

/**
 * The least that the browser SDK needs to talk to this host from then on: key, host and protocol; and no sampling,
 * because by default the SDK reports figures about itself to its maker.
 */
export function projectSettings(key, host) {
  return {
    integrations: { "Segment.io": { apiKey: key, apiHost: `${host}/v1`, protocol: "http" } },
    metrics: { sampleRate: 0 },
  };
}

if (process.argv[1] === new URL(import.meta.url).pathname) {
  const { url } = await startEcho(Number(process.argv[2] ?? 0), (request) => console.log(JSON.stringify(request)));
  console.error(`listening on ${url}`);
}
