import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished, vi } from "vitest";
import { thisRoot } from "../scripts/bundle.ts";
import { isRunning } from "./e2e/processes.ts";

const isWindows = process.platform === "win32";
const supervisor = JSON.stringify(join(thisRoot, "scripts/supervise.js"));

/** Supervises a program whose `life` counts from 1; `say` writes a line. */
async function supervised(program: string) {
  const folder = await mkdtemp(join(tmpdir(), "callboard-supervise-"));
  const file = join(folder, "program.mjs");
  const lives = JSON.stringify(join(folder, "lives"));
  await writeFile(
    file,
    `import { appendFileSync, readFileSync } from "node:fs";
    import { endWithSupervisor, isSupervised } from ${supervisor};
    appendFileSync(${lives}, ".");
    const life = readFileSync(${lives}, "utf8").length;
    const say = (text) => process.stdout.write(text + "\\n");
    const forever = () => setInterval(() => {}, 1000);
    if (!isSupervised()) process.exit(99);
    endWithSupervisor();
    ${program}`,
  );
  const main = join(folder, "main.mjs");
  await writeFile(main, `import { supervise } from ${supervisor}; supervise([${JSON.stringify(file)}]);`);
  const child = spawn(process.execPath, [main], { stdio: "pipe" });
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text: string) => {
      output += text;
    });
  const ended = new Promise<{ code: number | null; signal: string | null }>((resolve) => {
    child.once("close", (code, signal) => resolve({ code, signal }));
  });
  onTestFinished(async () => {
    child.kill("SIGKILL");
    await ended;
    await rm(folder, { recursive: true });
  });
  const said = (text: string) => vi.waitFor(() => expect(output).toContain(text), { timeout: 10_000 });
  return {
    child,
    ended,
    said,
    output: () => output,
    lives: async () => (await readFile(join(folder, "lives"), "utf8")).length,
  };
}

it("ends with its program's status", async () => {
  const { ended, lives } = await supervised("process.exit(7);");
  expect(await ended).toEqual({ code: 7, signal: null });
  expect(await lives()).toBe(1);
});

it("restarts a killed program on the same ports", async () => {
  const { said, ended, output } = await supervised(`
    say("life " + life + " on " + (process.env.CALLBOARD_PORT ?? "any"));
    if (life === 3) process.exit(0);
    process.send({ env: { CALLBOARD_PORT: "4242" } }, () => process.kill(process.pid, "SIGKILL"));`);
  await said("life 3 on 4242");
  expect(await ended).toEqual({ code: 0, signal: null });
  expect(output()).toContain("life 1 on any");
  if (!isWindows) expect(output()).toContain("ended by SIGKILL; it is started again");
});

it.skipIf(isWindows)("gives up on a program that dies repeatedly", async () => {
  const { ended, output, lives } = await supervised('process.kill(process.pid, "SIGKILL");');
  expect(await ended).toEqual({ code: 1, signal: null });
  expect(output()).toContain("died 20 times within a minute");
  expect(await lives()).toBe(20);
});

it("kills a program as often as it requests that", async () => {
  const { ended, lives } = await supervised(`
    if (life === 22) process.exit(0);
    process.send({ kill: true });
    forever();`);
  expect(await ended).toEqual({ code: 0, signal: null });
  expect(await lives()).toBe(22);
});

it.skipIf(isWindows).each(["SIGINT", "SIGTERM", "SIGHUP"] as const)(
  "passes %s on, and ends when the program has ended",
  async (signal) => {
    const { child, said, ended } = await supervised(`
      process.on("${signal}", () => { say("told"); process.exit(3); });
      say("up");
      forever();`);
    await said("up");
    child.kill(signal);
    expect(await ended).toEqual({ code: 3, signal: null });
  },
);

it.skipIf(isWindows)("does not restart a program after a signal to both processes", async () => {
  const { child, said, ended, lives } = await supervised('say("up"); forever();');
  await said("up");
  child.kill("SIGTERM");
  expect(await ended).toEqual({ code: null, signal: "SIGTERM" });
  expect(await lives()).toBe(1);
});

it("leaves no program behind when it is killed itself", async () => {
  const { child, said, ended, output } = await supervised('say("pid " + process.pid + "."); forever();');
  await said(".");
  const pid = Number(/pid (\d+)\./.exec(output())![1]);
  child.kill("SIGKILL");
  await ended;
  await expect.poll(() => isRunning(pid), { timeout: 2_000 }).toBe(false);
});

it.each([true, false])(
  "does not replace a supervisor that ended during the start: %s",
  async (isSupervised) => {
    const folder = await mkdtemp(join(tmpdir(), "callboard-supervise-"));
    onTestFinished(() => rm(folder, { recursive: true }));
    const file = join(folder, "program.mjs");
    await writeFile(
      file,
      `import { supervise } from ${supervisor};
    if (process.argv[2] === "again") process.exit(42);
    if (process.connected) await new Promise((lost) => process.once("disconnect", lost));
    supervise([process.argv[1], "again"]);`,
    );
    const child = spawn(process.execPath, [file], {
      env: { ...process.env, CALLBOARD_SUPERVISED: "1" },
      stdio: isSupervised ? ["ignore", "inherit", "inherit", "ipc"] : "inherit",
    });
    const ended = new Promise((resolve) => child.once("exit", resolve));
    if (isSupervised) child.disconnect();
    // The variable alone, which a terminal may have, does not prevent a start.
    expect(await ended).toBe(isSupervised ? 129 : 42);
  },
);
