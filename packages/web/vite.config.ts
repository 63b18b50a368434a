import { join } from "node:path";
import react from "@vitejs/plugin-react";
import { defineConfig, type Plugin } from "vite";
import { builtInPolicy } from "./src/policy.ts";

const contentSecurityPolicy: Plugin = {
  name: "content-security-policy",
  apply: "build",
  transformIndexHtml: () => [
    {
      tag: "meta",
      attrs: { "http-equiv": "Content-Security-Policy", content: builtInPolicy },
      injectTo: "head-prepend",
    },
  ],
};

/** A deployment says where everything is when it builds; on one machine the host itself answers `config.json`. */
const configuration: Plugin = {
  name: "configuration",
  apply: "build",
  generateBundle() {
    const source = process.env.CALLBOARD_PAGES_CONFIG;
    if (source) this.emitFile({ type: "asset", fileName: "config.json", source });
  },
};

export default defineConfig({
  root: import.meta.dirname,
  base: "./",
  plugins: [react(), contentSecurityPolicy, configuration],
  build: {
    outDir: "dist",
    emptyOutDir: true,
    target: "es2022",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      input: ["index.html", "viewer.html", "creator.html"].map((page) => join(import.meta.dirname, page)),
    },
  },
});
