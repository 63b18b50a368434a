import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { cp, readdir, readFile, writeFile } from "node:fs/promises";
import { isBuiltin } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, inject, it, onTestFinished } from "vitest";
import { packageOf, thisRoot as root } from "../../scripts/bundle.ts";
import { readManifest } from "../../scripts/manifests.ts";
import { npmCommand } from "../../scripts/pack.ts";
import { within } from "../e2e/people.ts";
import { bundlerImportsOf, importsOf, singleFilesOf } from "./imports.ts";
import {
  openProject,
  type Project,
  packed,
  plainEnvironment,
  readmeCommands,
  tools,
  versionHere,
} from "./project.ts";
import { type Started, startCallboard } from "./started.ts";

const libraries = [
  "@callboard/asl",
  "@callboard/aws-local",
  "@callboard/client",
  "@callboard/protocol",
  "@callboard/tokens",
];
const component = "@callboard/sst";
const names = [...libraries, component, "callboard"].sort();

const place = inject("place");
const beside = ["react", "@types/react", "@types/node", "ws", "@types/ws"].map(versionHere);

/** The examples of the client, in the project's README and in its own, in their order: they need no cast. */
const examples = ["README.md", "packages/client/README.md"].flatMap((file) =>
  [
    ...readFileSync(join(root, file), "utf8").matchAll(
      /```[jt]s\n(import [^;]*"@callboard\/client";.*?)```/gs,
    ),
  ].map(([, example]) => example!),
);
const clientReadme = readFileSync(join(root, "packages/client/README.md"), "utf8");

let project: Project;
beforeAll(async () => {
  // Users' folders have spaces and letters beyond ASCII in their names.
  project = await openProject(join(place, "my café app"));
  const [program, ...args] = npmCommand("install", ...beside);
  await project.run(program, ...args);
  await project.type(readmeCommands().install, { npm_config_ignore_scripts: "true" });
  await cp(fileURLToPath(new URL("consumer", import.meta.url)), join(project.folder, "src"), {
    recursive: true,
  });
  for (const [n, example] of examples.entries()) await project.write(`src/readme-${n}.ts`, example);
  // The examples of hooks are compiled unchanged; packages/client/src/readme.test.tsx draws them.
  for (const [n, [, text]] of [...clientReadme.matchAll(/```tsx\n(.*?)```/gs)].entries())
    await project.write(`src/example-${n}.tsx`, text!);
}, 300_000);

const packedOf = (name: string) => packed.find((one) => one.name === name)!;

/** Versions of Node that a user may have: this one, and a later one with its own WebSocket class. */
const nodes: Readonly<Record<string, string>> = {
  [process.version]: process.execPath,
  "v24.22.3": join(tools, "node-24/bin/node"),
};
const isThere = process.platform === "linux" && process.arch === "x64";
const runnable = Object.keys(nodes).filter((version) => isThere || version === process.version);
if (!isThere) console.log("only this Node is tried: npm has binaries of others for Linux on x64 alone");

it("packs every published package, and no other", async () => {
  expect(packed.map(({ name }) => name).sort()).toEqual(names);
  const tarballs = (await readdir(join(root, "dist/packages"))).filter((file) => file.endsWith(".tgz"));
  expect(tarballs.map((file) => join(root, "dist/packages", file)).sort()).toEqual(
    packed.map(({ tarball }) => tarball).sort(),
  );
});

/** Libraries that would build their compiled part if there were none for the machine; their scripts do not run here. */
const withScripts = ["lmdb", "msgpackr-extract"];

it("needs no install scripts", async () => {
  const lock = JSON.parse(await readFile(join(project.folder, "package-lock.json"), "utf8"));
  const found = Object.entries<{ hasInstallScript?: boolean }>(lock.packages);
  expect(found.length).toBeGreaterThan(names.length);
  const scripts = found.filter(([, { hasInstallScript }]) => hasInstallScript).map(([path]) => path);
  expect(scripts.sort()).toEqual(withScripts.map((name) => `node_modules/${name}`));
});

describe.each(names)("%s", (name) => {
  it("contains built files, a README and the license: no test, no source, nothing of the workspace", async () => {
    const files = await project.files(name);
    const texts = [
      "LICENSE",
      "README.md",
      "package.json",
      ...(name.endsWith("protocol") ? ["PROTOCOL.md"] : []),
    ];
    expect(files.filter((file) => !file.startsWith("dist/")).sort()).toEqual(texts.sort());
    const built: Readonly<Record<string, RegExp>> = {
      callboard:
        /^dist\/(code\/[\w-]+\.js|pages\/.+|sample\/talk\.(mp4|vtt|ja\.vtt)|(post-processing|plugin-lifecycle|recording)\.asl\.json|package\.json)$/,
      [component]:
        /^dist\/(callboard\.(js|d\.ts)|arguments\.d\.ts|functions\/[\w-]+\/[\w-]+\.mjs|pages\/.+|LICENSES\.txt)$/,
    };
    const known = built[name] ?? /^dist\/[\w./-]+\.(js|d\.ts)$/;
    expect(files.filter((file) => file.startsWith("dist/") && !known.test(file))).toEqual([]);
    expect(files.filter((file) => /\.(test|contract)\.|testing\/|conformance\//.test(file))).toEqual([]);
    const manifest = readFileSync(join(project.folder, "node_modules", name, "package.json"), "utf8");
    expect(manifest).not.toMatch(/"(private|devDependencies|scripts)"|\/src\//);
  });

  it("has the file of every import, or names its package", async () => {
    const files = await project.files(name);
    const { dependencies, peerDependencies } = readManifest(
      join(project.folder, "node_modules", name, "package.json"),
    );
    const named = Object.keys({ ...dependencies, ...peerDependencies });
    const imports: string[] = [];
    const astray: string[] = [];
    const single = singleFilesOf(name);
    for (const file of files.filter((file) => /^dist\/.+\.(js|d\.ts)$/.test(file))) {
      const path = join(project.folder, "node_modules", name, file);
      for (const specifier of await (single.includes(file) ? bundlerImportsOf : importsOf)(path)) {
        imports.push(specifier);
        const wanted = join(dirname(file), specifier);
        const built = file.endsWith(".d.ts") ? wanted.replace(/\.js$/, ".d.ts") : wanted;
        const isThere = specifier.startsWith(".")
          ? specifier.endsWith(".js") && files.includes(built)
          : isBuiltin(specifier) || named.includes(packageOf(specifier));
        if (!isThere) astray.push(`${file}: ${specifier}`);
      }
    }
    expect(astray).toEqual([]);
    expect(imports.length).toBeGreaterThan(name === component ? 3 : 5);
  });

  it("passes publint", async () => {
    await lint("publint/src/cli.js", "--strict", packedOf(name).tarball);
  });
});

it("would find an import of a source in a declaration", async () => {
  const text =
    'import { a } from "./a.js";\nexport type B = typeof import("./b.ts").b;\nexport * from "c";\n';
  const file = await project.write("declaration.d.ts", text);
  expect((await importsOf(file)).sort()).toEqual(["./a.js", "./b.ts", "c"]);
});

it.each([...libraries, component])(
  "%s has types wherever its code is found, also where exports are not read",
  async (name) => {
    await attw(packedOf(name).tarball);
  },
);

it("would find a missing entry", async () => {
  const broken = join(project.folder, "../broken");
  await cp(join(project.folder, "node_modules/@callboard/tokens"), broken, { recursive: true });
  const manifest = await readFile(join(broken, "package.json"), "utf8");
  await writeFile(join(broken, "package.json"), manifest.replaceAll("dist/index.", "dist/absent."));
  const out = join(project.folder, "..");
  await project.run(...npmCommand("pack", broken, "--pack-destination", out));
  const tarball = join(out, packedOf("@callboard/tokens").tarball.split("/").at(-1)!);
  await expect(lint("publint/src/cli.js", "--strict", tarball)).rejects.toThrow("dist/absent.js");
  await expect(attw(tarball)).rejects.toThrow(/resolution failed/i);
});

/** Node accepts modules in `require` since 20.19, so this is not a fault. */
const attw = (tarball: string) =>
  lint("@arethetypeswrong/cli/dist/index.js", tarball, "--ignore-rules", "cjs-resolves-to-esm");

const lint = (tool: string, ...args: readonly string[]) =>
  project.run(process.execPath, join(tools, tool), ...args);

describe.each(runnable)("in plain Node %s", (version) => {
  it.each([
    ["import", "module"],
    ["require", "commonjs"],
  ])("every entry can be loaded by %s", async (how, type) => {
    const entries = project.entries();
    expect(entries).toContain("@callboard/client/react");
    const script = `(async () => {
      for (const name of ${JSON.stringify(entries)})
        if (Object.keys(await ${how}(name)).length === 0 && !name.endsWith("/element"))
          throw new Error(name + " exports nothing");
      console.log(process.version);
    })().catch((cause) => { console.error(cause); process.exitCode = 1; });`;
    const told = await project.run(nodes[version]!, `--input-type=${type}`, "--eval", script);
    expect(told.trim()).toBe(version);
  });
});

it.each(runnable)("the fake of the client answers in an installed project, in Node %s", async (version) => {
  const script = `
    import { connect } from "@callboard/client";
    import { fakeCallboard } from "@callboard/client/testing";
    const fake = fakeCallboard();
    const callboard = connect(fake.as("user/ana"));
    const asked = { subject: "order/7", prompt: "Ship it?", verbs: ["approve"], assignees: ["user/ana"] };
    const { requestId, round, ...question } = await fake.ask(asked);
    const receipt = await callboard.reply({ requestId, round, verb: "approve" });
    await fake.settled();
    console.log(receipt.status, (await fake.values("inbox:user/ana"))["request/" + requestId] ?? "closed");
    await fake.report({ subject: "order 7", step: "pack", state: "running" }).catch(({ message }) => console.log(message));`;
  const file = await project.write(`fake-${version}.js`, script);
  const told = (await project.run(nodes[version]!, file)).trim().split("\n");
  expect(told).toEqual(["accepted closed", expect.stringContaining("subject: a subject is <kind>/<id>")]);
});

const compilers: Readonly<Record<string, string>> = {
  "7.0.2": join(root, "node_modules/typescript/bin/tsc"),
  "5.9.3": join(tools, "typescript/bin/tsc"),
};

it.each([
  ["nodenext", "nodenext", "7.0.2"],
  ["nodenext", "nodenext", "5.9.3"],
  ["bundler", "esnext", "7.0.2"],
  ["bundler", "esnext", "5.9.3"],
  // TypeScript 7 does not have it any more.
  ["node10", "esnext", "5.9.3"],
])(
  "type-checks under %s with modules of %s and TypeScript %s, the packages' own types too",
  async (moduleResolution, module, version) => {
    const compilerOptions = {
      strict: true,
      noEmit: true,
      skipLibCheck: false,
      target: "es2023",
      lib: ["es2023", "dom"],
      types: ["node"],
      jsx: "react-jsx",
      moduleResolution,
      module,
      esModuleInterop: true,
    };
    // Only Node's resolution supports required modules.
    const files = moduleResolution === "nodenext" ? { files: ["required.cts"] } : {};
    const required = `import { type Callboard, connect } from "@callboard/client";
      import { useChannel } from "@callboard/client/react";
      export const open = (url: string): Callboard => connect({ url, token: () => "token" });
      export const shown: number = useChannel("watch:video/v_1").items.size;
      // @ts-expect-error: a URL is a text
      open(1);`;
    await project.write("required.cts", required);
    const config = JSON.stringify({ compilerOptions, include: ["src"], ...files });
    const file = await project.write(`tsconfig.${moduleResolution}-${version}.json`, config);
    const tsc = compilers[version]!;
    expect(await project.run(process.execPath, tsc, "--version")).toContain(version);
    await project.run(process.execPath, tsc, "-p", file);
  },
);

it("contains the pages as they are built for production, in any environment", async () => {
  const assets = join(project.folder, "node_modules/callboard/dist/pages/assets");
  const scripts = (await readdir(assets)).filter((file) => file.endsWith(".js"));
  expect(scripts.length).toBeGreaterThan(1);
  for (const file of scripts)
    expect(await readFile(join(assets, file), "utf8")).not.toContain("Invalid hook call");
});

it("answers npx callboard --help and --version without a clone", async () => {
  const help = await project.type("npx callboard --help");
  for (const command of ["start", "asl", "plugin", "ledger", "erase", "ops"])
    expect(help).toMatch(new RegExp(`^ +${command} `, "m"));
  expect((await project.type("npx callboard --version")).trim()).toBe(packedOf("callboard").version);
});

it("writes a plugin, and calls it in a life cycle that is part of the package", async () => {
  await project.type("npx callboard plugin new length");
  // Without the SDK, which npm would install in the plugin's folder.
  const handler = `export const handler = ({ detail: { taskToken } }) => fetch(process.env.AWS_ENDPOINT_URL, {
    method: "POST",
    headers: { "content-type": "application/x-amz-json-1.1", "x-amz-target": "AWSEvents.PutEvents",
      authorization: "AWS4-HMAC-SHA256 Credential=c/20260101/us-east-1/events/aws4_request" },
    body: JSON.stringify({ Entries: [{ Source: "serverlessVideo.plugin.length", DetailType: "plugin-complete",
      Detail: JSON.stringify({ TaskToken: taskToken, Message: { valid: true } }) }] }),
  });`;
  await project.write("length/index.mjs", handler);
  const trials = await project.type("npx callboard plugin test length --json");
  expect(JSON.parse(trials)).toMatchObject([{ verdict: "goes_on", handedOn: { valid: true } }]);
});

describe("npx callboard start", () => {
  let started: Started;
  let video: string;
  beforeAll(async () => {
    started = await startCallboard(project, readmeCommands().start);
  }, 90_000);
  afterAll(() => started?.stop());

  it("serves the pages and issues tokens", async () => {
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
      const { httpUrl } = await (await fetch(PAGES + "/config.json")).json();
      const token = async () => (await (await fetch(PAGES + "/dev/token?user=ana&role=creator")).json()).token;
      const headers = { authorization: "Bearer " + (await token()), "content-type": "application/json" };
      const played = await fetch(httpUrl + "/videos/sample", { method: "POST", headers, body: "{}" });
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
        const receipt = await callboard.reply({ requestId, round, verb: "pick", candidateId });
        console.log(JSON.stringify({ ...receipt, subject }));
        callboard.close();
      });`;
      const file = await project.write(`follow-${version}.js`, script);
      const told = await within(45_000, "an answer", project.run(nodes[version]!, file));
      expect(JSON.parse(told)).toMatchObject({ status: "accepted" });
      video = JSON.parse(told).subject.split("/")[1];
    },
    60_000,
  );

  it("is found by the other commands", async () => {
    const type = (line: string) => project.type(`npx callboard ${line}`, started.env);
    const timeline = await type(`ledger ${video}`);
    expect(timeline).toContain(`video/${video}`);
    expect(timeline).toContain("ana");
    expect(JSON.parse(await type("ops requests --json"))).toMatchObject({ requests: [] });
    expect(await type("ops dead-letters")).not.toBe("");
    expect(await type("erase user/ana --yes")).not.toBe("");
    expect(await type(`ledger ${video}`)).not.toContain("ana");
  });

  it.each(libraries)("runs the example in the README of %s unchanged", async (name) => {
    const readme = readFileSync(join(project.folder, "node_modules", name, "README.md"), "utf8");
    const [, example] = /```js\n(.*?)```/s.exec(readme)!;
    const file = await project.write(`${name.split("/")[1]}.js`, example!);
    const told = await firstLineOf(file, {
      CALLBOARD_PAGES: started.pages,
      CALLBOARD_SOCKET: started.socket,
    });
    expect(told).not.toBe("");
  });

  it("explains itself as the client's example says", async () => {
    const file = await project.write(
      "debug.js",
      examples.find((example) => example.includes("debug: true"))!,
    );
    expect(await firstLineOf(file, { CALLBOARD_SOCKET: started.socket })).toBe(
      `[callboard] Connecting to ${started.socket}.`,
    );
  });

  it("stops completely on request", async () => {
    expect(await started.isLeft()).toBe(true);
    expect((await started.stop()).trimEnd()).toMatch(/\nStopping …$/);
    await expect.poll(started.isLeft).toBe(false);
  });
});

/** The first line that a program prints; it is stopped then, since it may be a server. Rejects when there is none. */
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
