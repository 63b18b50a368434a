import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { build as buildWithVite } from "vite";
import { quantity } from "../figure.ts";
import type { Figure, Figures, Goal } from "../row.ts";

export const name = "sizes";
export const computed = true;

/** One client as a page loads it: only what the page imports. */
interface Contestant {
  /** Of the figure: `sizes.<name>_kb`. */
  readonly name: string;
  /** The package whose version is shown; ours has none yet. */
  readonly from?: string;
  readonly imports: readonly string[];
  readonly goal?: Goal;
  /** Modules that are left out, since browsers do not have them. */
  readonly leftOut?: readonly string[];
  /** Bundled by Vite, which leaves such things out by itself. */
  readonly vite?: boolean;
}

const contestants: readonly Contestant[] = [
  { name: "callboard", imports: ['{ connect } from "@callboard/client"'], goal: { atMost: 8 } },
  { name: "callboard_hooks", imports: ['* from "@callboard/client/react"'], goal: { atMost: 10 } },
  {
    name: "callboard_react",
    imports: ['{ connect } from "@callboard/client"', '* from "@callboard/client/react"'],
  },
  { name: "ably", from: "ably", imports: ['{ Realtime } from "ably"'] },
  {
    name: "ably_modular",
    from: "ably",
    imports: ['{ BaseRealtime, FetchRequest, WebSocketTransport } from "ably/modular"'],
  },
  {
    name: "ably_react",
    from: "ably",
    imports: ['{ Realtime } from "ably"', '{ AblyProvider, ChannelProvider, useChannel } from "ably/react"'],
  },
  { name: "liveblocks", from: "@liveblocks/client", imports: ['{ createClient } from "@liveblocks/client"'] },
  {
    name: "liveblocks_react",
    from: "@liveblocks/react",
    imports: ['{ LiveblocksProvider, RoomProvider, useStorage } from "@liveblocks/react"'],
  },
  { name: "centrifuge", from: "centrifuge", imports: ['{ Centrifuge } from "centrifuge"'] },
  {
    name: "supabase",
    from: "@supabase/realtime-js",
    imports: ['{ RealtimeClient } from "@supabase/realtime-js"'],
  },
  {
    name: "trpc_websocket",
    from: "@trpc/client",
    imports: ['{ createTRPCClient, createWSClient, wsLink } from "@trpc/client"'],
  },
  {
    name: "trpc_events",
    from: "@trpc/client",
    imports: ['{ createTRPCClient, httpSubscriptionLink } from "@trpc/client"'],
  },
  { name: "partysocket", from: "partysocket", imports: ['{ PartySocket } from "partysocket"'] },
  {
    name: "partysocket_react",
    from: "partysocket",
    imports: ['{ usePartySocket } from "partysocket/react"'],
  },
  {
    name: "trigger_react",
    from: "@trigger.dev/react-hooks",
    imports: ['{ useRealtimeRun, useWaitToken } from "@trigger.dev/react-hooks"'],
    leftOut: ["node:http2"],
  },
  {
    name: "trigger_react_vite",
    from: "@trigger.dev/react-hooks",
    imports: ['{ useRealtimeRun, useWaitToken } from "@trigger.dev/react-hooks"'],
    vite: true,
  },
];

const define = { "process.env.NODE_ENV": '"production"' };
const react = ["react", "react-dom", "react/jsx-runtime"];
const bench = fileURLToPath(new URL("..", import.meta.url));

/**
 * What a page loads for each client: a bundle for browsers, minified and gzipped, without React, and without what is loaded
 * only when it is needed.
 */
export async function run(): Promise<Figures> {
  const figures: Figure[] = [];
  for (const one of contestants) {
    const words = { name: `sizes.${one.name}_kb`, what: await whatOf(one), unit: "KB" };
    const kilobytes = (await gzippedBytes(one)) / 1000;
    figures.push(quantity({ ...words, ...(one.goal ? { goal: one.goal } : {}) }, [kilobytes]));
  }
  return { figures };
}

const gzipped = (code: string | Uint8Array): number => gzipSync(code, { level: 9 }).length;

async function gzippedBytes({ imports, leftOut = [], vite = false }: Contestant): Promise<number> {
  const contents = imports.map((one) => `export ${one};`).join("\n");
  if (vite) return gzipped(await bundledByVite(contents));
  return (await loadedAtOnce(contents, leftOut)).reduce((sum, code) => sum + gzipped(code), 0);
}

/** The files that a page loads at once, of those that esbuild makes where it splits what is imported when it is wanted. */
async function loadedAtOnce(contents: string, leftOut: readonly string[]): Promise<Uint8Array[]> {
  const { outputFiles, metafile } = await build({
    stdin: { contents, resolveDir: bench },
    bundle: true,
    splitting: true,
    outdir: "out",
    minify: true,
    write: false,
    metafile: true,
    platform: "browser",
    format: "esm",
    external: [...react, ...leftOut],
    define,
    logLevel: "silent",
  });
  const atOnce = new Set<string>();
  const add = (path: string): void => {
    if (atOnce.has(path)) return;
    atOnce.add(path);
    for (const { kind, external, path: of } of metafile.outputs[path]!.imports)
      if (kind === "import-statement" && !external) add(of);
  };
  add(Object.keys(metafile.outputs).find((path) => metafile.outputs[path]!.entryPoint !== undefined)!);
  return [...atOnce].map((path) => outputFiles.find((file) => file.path.endsWith(path))!.contents);
}

async function bundledByVite(contents: string): Promise<string> {
  const entry = `${bench}sizes-entry.js`;
  const results = await buildWithVite({
    root: bench,
    configFile: false,
    logLevel: "silent",
    define,
    build: {
      write: false,
      minify: true,
      lib: { entry, formats: ["es"] },
      rollupOptions: { external: [...react] },
    },
    plugins: [
      {
        name: "sizes-entry",
        enforce: "pre",
        resolveId: (id) => (id === entry ? entry : null),
        load: (id) => (id === entry ? contents : null),
      },
    ],
  });
  const chunks = [results].flat().flatMap((result) => ("output" in result ? result.output : []));
  const first = chunks.find((chunk) => chunk.type === "chunk" && chunk.isEntry);
  if (first?.type !== "chunk") throw new Error("Vite has made no bundle");
  return first.code;
}

async function whatOf({ from, imports, leftOut, vite }: Contestant): Promise<string> {
  const version = from === undefined ? "this checkout" : `${from} ${await versionOf(from)}`;
  const names = imports.map(nameOf).join(" and ");
  const how = vite ? ", bundled by Vite" : leftOut ? `, with ${leftOut.join(", ")} left out` : "";
  return `${names} of ${version}${how}`;
}

/** `{ connect }`, or of what entry everything is taken. */
const nameOf = (statement: string): string =>
  statement.startsWith("*")
    ? `all of \`/${statement.slice(0, -1).split("/").at(-1)}\``
    : `\`${statement.slice(0, statement.indexOf("}") + 1)}\``;

async function versionOf(from: string): Promise<string> {
  const manifest = await readFile(`${bench}node_modules/${from}/package.json`, "utf8");
  return (JSON.parse(manifest) as { version: string }).version;
}
