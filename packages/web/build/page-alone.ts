import { join } from "node:path";
import react from "@vitejs/plugin-react";
import type { BuildOptions, InlineConfig } from "vite";
import { firstParts, pagePlugins } from "./page-html.ts";
import { renderer } from "./renderer.ts";

/**
 * Pages that are built by themselves: people come to them from elsewhere, with nothing of the others in their browsers.
 * What they shared with those would be cut into more and larger files for all.
 */
export const pagesAlone = ["answer", "settings"] as const;

/** How all pages are written. */
export const output = {
  target: "es2022",
  // What is older lacks `:dir()`, which would be guessed by the language.
  cssTarget: ["chrome120", "firefox121", "safari16.4"],
  assetsInlineLimit: 0,
  modulePreload: { polyfill: false },
} satisfies BuildOptions;

const root = join(import.meta.dirname, "..");

/** How such a page is built; `build` says where to. */
export const buildOf = (page: (typeof pagesAlone)[number], build: BuildOptions = {}): InlineConfig => ({
  configFile: false,
  root,
  base: "./",
  mode: "production",
  logLevel: "warn",
  plugins: [react(), ...pagePlugins],
  resolve: { alias: renderer },
  build: {
    ...output,
    ...build,
    // What comes later does so in few files.
    modulePreload: false,
    rolldownOptions: {
      input: { [page]: join(root, `${page}.html`), shell: join(root, firstParts.shell) },
    },
  },
});
