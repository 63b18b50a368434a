import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build, type Plugin } from "esbuild";
import { banner } from "./bundle.ts";
import { startCliServer } from "./cli-server.ts";
import { platform, root } from "./platform.ts";
import type { Synthesis } from "./resource.ts";

export interface SynthOptions {
  readonly stage: string;
  /** As `sst dev` evaluates it. */
  readonly dev?: boolean;
  /** What the environment says beside what is always in it. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Changes a file of ours before it is bundled, by its path from the root: how a mutation is tested. */
  readonly change?: (path: string, text: string) => string;
  /** `none`: functions are not bundled, so that what is missing in them is not found. */
  readonly functions?: "bundled" | "none";
}

/**
 * Evaluates `sst.config.ts` for a stage as `sst deploy` would, without an account and without Pulumi's engine: SST's own
 * components run, AWS is stood in for. Throws what the evaluation throws. It sees what SST sees; what only AWS or its
 * provider checks (names in use, quotas, whether values are allowed together) it cannot.
 */
export async function synthesize(options: SynthOptions): Promise<Synthesis> {
  const folder = await mkdtemp(join(tmpdir(), "callboard-synth-"));
  const program = join(platform, `synth-${folder.split("-").at(-1)}.mjs`);
  const cli = await startCliServer(join(folder, "functions"), { bundle: options.functions !== "none" });
  try {
    const out = join(folder, "resources.json");
    await bundleProgram(options, program, join(folder, "work"), out);
    await run(program, cli.url, options);
    const evaluated = JSON.parse(await readFile(out, "utf8")) as Synthesis;
    return { ...evaluated, bundles: cli.bundles };
  } finally {
    await cli.close();
    await Promise.all([folder, program].map((path) => rm(path, { recursive: true, force: true })));
  }
}

/** What SST's command puts before each file of an app. */
const globals = [
  'import * as aws from "@pulumi/aws";',
  `import * as sst from ${JSON.stringify(join(platform, "src/components"))};`,
].join("\n");

function ownFiles(change: SynthOptions["change"] = (_, text) => text): Plugin {
  return {
    name: "own-files",
    setup({ onLoad }) {
      onLoad({ filter: /\.tsx?$/ }, async ({ path }) => {
        const own = path.slice(root.length);
        if (!path.startsWith(root) || own.startsWith(".sst/") || own.includes("node_modules/"))
          return undefined;
        const text = change(own, await readFile(path, "utf8"));
        const isStack = own.startsWith("stacks/") || own === "sst.config.ts";
        return {
          contents: isStack ? `${globals}\n${text}` : text,
          loader: path.endsWith("x") ? "tsx" : "ts",
        };
      });
    },
  };
}

async function bundleProgram(
  { stage, change, dev = false }: SynthOptions,
  outfile: string,
  work: string,
  out: string,
): Promise<void> {
  const cli = {
    command: dev ? "dev" : "deploy",
    dev,
    paths: { home: work, root, work, platform },
    state: { version: {} },
  };
  await build({
    absWorkingDir: root,
    stdin: {
      contents: `
        import { run } from ${JSON.stringify(join(platform, "src/auto/run.ts"))};
        import { evaluate } from ${JSON.stringify(join(root, "scripts/synth/program.ts"))};
        import config from ${JSON.stringify(join(root, "sst.config.ts"))};
        Object.assign($app, await config.app({ stage: $app.stage }));
        await evaluate($app, ${JSON.stringify(out)}, (noteOptions) => run(() => {
          noteOptions();
          return config.run();
        }));
      `,
      resolveDir: root,
      loader: "ts",
    },
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    target: "esnext",
    mainFields: ["module", "main"],
    nodePaths: [join(platform, "node_modules")],
    external: [
      "@pulumi/*",
      "undici",
      "@pulumiverse/*",
      "@sst-provider/*",
      "@aws-sdk/*",
      "esbuild",
      "archiver",
      "glob",
      "vite",
    ],
    banner: {
      js: `${banner}\nglobalThis.$app = ${JSON.stringify({ stage, providers: {} })};`,
    },
    define: { $cli: JSON.stringify(cli), $dev: String(dev) },
    inject: [join(platform, "src/shim/run.js")],
    plugins: [ownFiles(change)],
    logLevel: "silent",
  });
}

/** Runs the program in a process of its own: Pulumi's runtime is one to a process. */
async function run(program: string, server: string, { environment = {} }: SynthOptions): Promise<void> {
  const { PATH = "", HOME = "", TMPDIR } = process.env;
  const child = spawn(process.execPath, ["--no-warnings", program], {
    cwd: root,
    env: {
      PATH,
      HOME,
      ...(TMPDIR ? { TMPDIR } : {}),
      SST_SERVER: server,
      SST_SECRET_ModelKey: "synth",
      ...environment,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (output += chunk));
  const code = await new Promise((resolve, reject) => child.on("exit", resolve).on("error", reject));
  if (code !== 0) throw new Error(`the stage could not be evaluated:\n${output.slice(-4000)}`);
}
