import { defineConfig, loadEnv } from "vite";

export default defineConfig(({ mode }) => ({
  build: {
    target: "es2022",
    // The content security policy of the server allows files of its own alone, so nothing is inlined as a data: URL.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  server: {
    host: "127.0.0.1",
    proxy: Object.fromEntries(
      ["/api", "/v1", "/healthz", "/readyz", "/metrics"].map((path) => [path, devServer(mode)]),
    ),
  },
}));

/** The server that `make dev` starts beside Vite; everything that is not the page itself goes there. */
function devServer(mode: string): string {
  return loadEnv(mode, ".", "RITORNO_")["RITORNO_DEV_SERVER"] ?? "http://127.0.0.1:8080";
}
