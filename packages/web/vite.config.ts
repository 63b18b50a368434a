import { readFile } from "node:fs/promises";
import { join } from "node:path";
import react from "@vitejs/plugin-react";
import { build, defineConfig, type Plugin } from "vite";
import { writeSingleFile } from "../../scripts/single-file.ts";
import { buildOf, output, pagesAlone } from "./build/page-alone.ts";
import { firstParts, firstScript, pagePlugins, sharedByPages } from "./build/page-html.ts";
import { renderer } from "./build/renderer.ts";

/** Under `sst dev` the stage provides all addresses; elsewhere the host of the pages has a `config.json`. */
const configuration: Plugin = {
  name: "configuration",
  apply: "serve",
  configureServer(server) {
    server.middlewares.use("/config.json", (_, response, next) => {
      const source = process.env.CALLBOARD_PAGES_CONFIG;
      if (!source) return next();
      response.setHeader("content-type", "application/json");
      response.end(source);
    });
  },
};

/** `<callboard-question>` is in the pages' folder under a fixed name, for other sites. */
const element: Plugin = {
  name: "element",
  async writeBundle({ dir }) {
    await writeElement(dir!);
  },
  configureServer({ middlewares, config }) {
    middlewares.use(`/${elementFile}`, async (_, response) => {
      response.setHeader("content-type", "text/javascript");
      response.end(await readFile(await writeElement(config.cacheDir)));
    });
  },
};

const elementFile = "callboard-question.js";

async function writeElement(folder: string): Promise<string> {
  const file = join(folder, elementFile);
  await writeSingleFile("packages/client/src/element/question-element.ts", file);
  return file;
}

/** Builds each of these pages separately; `vite` serves them like all others. */
const alone: Plugin = {
  name: "pages-alone",
  async writeBundle({ dir }) {
    for (const page of pagesAlone) await build(buildOf(page, { outDir: dir!, emptyOutDir: false }));
  },
};

export default defineConfig({
  root: import.meta.dirname,
  base: "./",
  // An issuer sends people back to this address and to no other.
  server: { host: "localhost", port: 5173, strictPort: true },
  plugins: [react(), ...pagePlugins, configuration, element, alone],
  resolve: { alias: renderer },
  build: {
    outDir: "dist",
    emptyOutDir: true,
    ...output,
    rolldownOptions: {
      input: Object.fromEntries(
        [
          ...["index", "viewer", "creator", "sign-in"].map((page) => [page, `${page}.html`] as const),
          ...Object.entries(firstParts),
        ].map(([name, file]) => [name, join(import.meta.dirname, file)]),
      ),
      output: {
        // The name of a chunk that is shared lists all who share it.
        chunkFileNames: ({ name }) => `assets/${name.replace(/~.*/, "")}-[hash].js`,
        codeSplitting: {
          groups: [
            // One request for the first script and all that it needs, one for what draws, and one for what pages share.
            { name: "boot", test: firstScript, priority: 2 },
            { name: "preact", test: /node_modules.preact/, priority: 1 },
            {
              name: "page",
              tags: ["$initial"],
              test: sharedByPages,
              minShareCount: 2,
              entriesAware: true,
              entriesAwareMergeThreshold: 100_000,
            },
          ],
        },
      },
    },
  },
});
