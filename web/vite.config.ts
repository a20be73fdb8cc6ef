import react from "@vitejs/plugin-react";
import { defineConfig, loadEnv } from "vite";

export default defineConfig(({ mode }) => ({
  plugins: [react()],
  // The gallery of components is for those who build screens; a build for users leaves it out.
  define: { __GALLERY__: JSON.stringify(mode === "development" || loadEnv(mode, ".", "RITORNO_")["RITORNO_GALLERY"] === "1") },
  build: {
    target: "es2022",
    // The content security policy of the server allows files of its own alone, so nothing is inlined as a data: URL.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1500,
  },
  server: {
    host: "127.0.0.1",
    // The description of the API lies above this folder.
    fs: { allow: [".."] },
    proxy: Object.fromEntries(
      ["/api", "/v1", "/healthz", "/readyz", "/metrics", "/version"].map((path) => [path, devServer(mode)]),
    ),
  },
}));

/** The server that `make dev` starts beside Vite; everything that is not the page itself goes there. */
function devServer(mode: string): string {
  return loadEnv(mode, ".", "RITORNO_")["RITORNO_DEV_SERVER"] ?? "http://127.0.0.1:8080";
}
