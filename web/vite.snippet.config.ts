import { defineConfig } from "vite";

/** The browser snippet of ../sdk, one file beside the interface: what shops put into their pages. */
export default defineConfig({
  publicDir: false,
  build: {
    target: "es2020",
    emptyOutDir: false,
    lib: { entry: "../sdk/ritorno.ts", name: "ritornoSnippet", formats: ["iife"], fileName: () => "ritorno.js" },
  },
});
