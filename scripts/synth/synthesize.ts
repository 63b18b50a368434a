import { spawn } from "node:child_process";
import { chmod, mkdir, mkdtemp, readFile, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { build, type Plugin } from "esbuild";
import { banner } from "./bundle.ts";
import { startCliServer } from "./cli-server.ts";
import { type Catalog, startModelsStandIn } from "./models-stand-in.ts";
import { root as here } from "./platform.ts";
import type { Synthesis } from "./resource.ts";

export interface SynthOptions {
  readonly stage: string;
  /** The application's folder, in which SST's platform is installed. Default: this repository. */
  readonly root?: string;
  /** Evaluates as `sst dev` does. */
  readonly dev?: boolean;
  /** Environment variables in addition to those that are always set. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Changes a file of ours, given by its path from the root, before it is bundled: for mutation tests. */
  readonly change?: (path: string, text: string) => string;
  /** `none`: functions are not bundled, so missing files or handlers in them are not found. */
  readonly functions?: "bundled" | "none";
  /** The answers of Bedrock and Transcribe. */
  readonly catalog?: Catalog;
  /** Whether Docker answers. */
  readonly docker?: boolean;
}

/**
 * Evaluates `sst.config.ts` for a stage as `sst deploy` would, without an account and without Pulumi's engine: SST's own
 * components run, and AWS's answers are simulated. Throws what the evaluation throws. It sees what SST sees; it cannot
 * see what only AWS or its provider checks (names in use, quotas, combinations of values).
 */
export async function synthesize(options: SynthOptions): Promise<Synthesis> {
  const { root = here } = options;
  // Unbundled modules are resolved from the program's real folder.
  const platform = await realpath(join(root, ".sst/platform"));
  const folder = await mkdtemp(join(tmpdir(), "callboard-synth-"));
  const program = join(platform, `synth-${folder.split("-").at(-1)}.mjs`);
  const cli = await startCliServer(join(folder, "functions"), {
    bundle: options.functions !== "none",
    root,
  });
  const models = await startModelsStandIn(options.catalog);
  try {
    const out = join(folder, "resources.json");
    await bundleProgram({ ...options, root }, { platform, program, work: join(folder, "work"), out });
    const docker = await standInDocker(join(folder, "bin"), options.docker ?? true);
    await run(root, program, cli.url, { ...models.variables, ...options.environment }, docker);
    const evaluated = JSON.parse(await readFile(out, "utf8")) as Synthesis;
    return { ...evaluated, bundles: cli.bundles, prebuilt: cli.prebuilt };
  } finally {
    await Promise.all([cli.close(), models.close()]);
    await Promise.all([folder, program].map((path) => rm(path, { recursive: true, force: true })));
  }
}

/**
 * What SST's command puts before each file of the application and its packages that it bundles (pkg/js/js.go); not before
 * SST's own files or files with other extensions.
 */
function injectGlobals(
  root: string,
  platform: string,
  change: SynthOptions["change"] = (_, text) => text,
): Plugin {
  const globals = [
    'import * as aws from "@pulumi/aws";',
    `import * as sst from ${JSON.stringify(join(platform, "src/components"))};`,
  ].join("\n");
  return {
    name: "inject-globals",
    setup({ onLoad }) {
      onLoad({ filter: /\.(js|ts|jsx|tsx)$/ }, async ({ path }) => {
        // The program that evaluates is ours, and SST's own files stay unchanged.
        if (path.includes(".sst") || path.startsWith(join(here, "scripts"))) return undefined;
        const text = await readFile(path, "utf8");
        const own = path.startsWith(root) ? change(path.slice(root.length).replace(/^\//, ""), text) : text;
        return { contents: `${globals}\n${own}`, loader: "default" };
      });
    },
  };
}

async function bundleProgram(
  { stage, change, dev = false, root }: SynthOptions & { readonly root: string },
  { platform, program, work, out }: Readonly<Record<"platform" | "program" | "work" | "out", string>>,
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
        import { evaluate } from ${JSON.stringify(join(here, "scripts/synth/program.ts"))};
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
    outfile: program,
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
    plugins: [injectGlobals(root, platform, change)],
    logLevel: "silent",
  });
}

/** A `docker` command that answers, or does not. */
async function standInDocker(folder: string, answers: boolean): Promise<string> {
  const file = join(folder, "docker");
  await mkdir(folder, { recursive: true });
  await writeFile(file, `#!/bin/sh\nexit ${answers ? 0 : 1}\n`);
  await chmod(file, 0o755);
  return folder;
}

/** Runs the program in a process of its own: a process can have only one Pulumi runtime. */
async function run(
  root: string,
  program: string,
  server: string,
  environment: Readonly<Record<string, string>>,
  programs: string,
): Promise<void> {
  const { PATH = "", HOME = "", TMPDIR } = process.env;
  const child = spawn(process.execPath, ["--no-warnings", program], {
    cwd: root,
    env: {
      PATH: `${programs}${delimiter}${PATH}`,
      HOME,
      ...(TMPDIR ? { TMPDIR } : {}),
      SST_SERVER: server,
      SST_AWS_REGION: "us-east-1",
      SST_SECRET_ModelKey: "synth",
      SST_SECRET_SmtpPassword: "s3cret",
      ...environment,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (output += chunk));
  const code = await new Promise((resolve, reject) => child.on("exit", resolve).on("error", reject));
  if (code !== 0) throw new Error(`the stage could not be evaluated:\n${output.slice(-4000)}`);
}
