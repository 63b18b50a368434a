import { join } from "node:path";
import react from "@vitejs/plugin-react";
import type { BuildOptions, InlineConfig } from "vite";
import { firstParts, pagePlugins } from "./page-html.ts";
import { renderer } from "./renderer.ts";

/**
 * Pages that are built separately: people open them from mails and links, without any other page in the
 * browser's cache. Sharing code with the other pages would mean more and larger files for all.
 */
export const pagesAlone = ["answer", "settings"] as const;

/** The output options of all pages. */
export const output = {
  target: "es2022",
  // Older browsers lack `:dir()`, which would be emulated by the language.
  cssTarget: ["chrome120", "firefox121", "safari16.4"],
  assetsInlineLimit: 0,
  modulePreload: { polyfill: false },
} satisfies BuildOptions;

const root = join(import.meta.dirname, "..");

/** The build of such a page; `build` sets the output folder. */
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
    // Code that is loaded later should be in few files.
    modulePreload: false,
    rolldownOptions: {
      input: { [page]: join(root, `${page}.html`), shell: join(root, firstParts.shell) },
    },
  },
});
