import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { SILENCE_MS } from "./watchdog.ts";

/** How a process with a watchdog that runs this code ends: its exit code and the signal that ended it. */
async function endOf(source: string): Promise<unknown[]> {
  const imported = `import { watchdog } from ${JSON.stringify(import.meta.resolve("./watchdog.ts"))};`;
  const args = ["--import", "tsx", "--input-type=module", "-e", imported + source];
  const child = spawn(process.execPath, args, { stdio: "inherit", timeout: 20_000 });
  return new Promise((ended) => child.once("exit", (code, signal) => ended([code, signal])));
}

it("ends a process that hangs within its own thread", async () => {
  expect(await endOf("watchdog(200); for (;;);")).toEqual([null, "SIGKILL"]);
});

it("ends a process that runs without a sign of life", async () => {
  expect(await endOf("watchdog(200); setInterval(() => {}, 10);")).toEqual([null, "SIGKILL"]);
});

it("leaves a process with signs of life alone, and does not keep a finished one alive", async () => {
  const source = `const heard = watchdog(2000);
    let left = 30;
    const timer = setInterval(() => { heard(); if (--left === 0) clearInterval(timer); }, 100);`;
  expect(await endOf(source)).toEqual([0, null]);
});

it("waits as long as the state does for a heartbeat", () => {
  const file = new URL("../../post-processing.asl.json", import.meta.url);
  const { HeartbeatSeconds } = JSON.parse(readFileSync(file, "utf8")).States.PrepareOnFargate;
  expect(SILENCE_MS).toBe(1000 * HeartbeatSeconds);
});

it("is not process 1 in its container, for which the kernel ignores its own SIGKILL", () => {
  const dockerfile = readFileSync(new URL("./Dockerfile", import.meta.url), "utf8");
  expect(JSON.parse(/^CMD (.*)$/m.exec(dockerfile)![1]!)).toEqual(
    expect.arrayContaining(["timeout", "node", "prepare.mjs"]),
  );
  expect(dockerfile).toMatch(/^CMD \["timeout",/m);
});
