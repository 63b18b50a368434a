import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { ListStateMachinesCommand } from "@aws-sdk/client-sfn";
import { afterEach, expect, it } from "vitest";
import { runCommand } from "./command.ts";
import { openStage, type Stage } from "./stage.ts";

const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

async function staged(): Promise<Stage> {
  const stage = await openStage({ retryDelaysMs: [1, 1] });
  ends.push(stage.close);
  return stage;
}

/** The commands of the guide, unchanged. */
const documented = [
  ...readFileSync(new URL("../../docs/simulate.md", import.meta.url), "utf8").matchAll(
    /^npx callboard (simulate.*)$/gm,
  ),
].map(([, command]) => command!.split(" "));
const few = ["simulate", "--channels", "2", "--viewers", "10", "--minutes", "1", "--pace", "20"];

interface Told {
  readonly failures: readonly string[];
  readonly events: number;
  readonly questions: number;
  readonly kinds: Record<string, { put: number; reached: number; lost: number }>;
  readonly maps: { maps: number; equal: number; different: string[] };
  readonly broken: number;
}

/** The simulation's state machine, while it exists. */
async function askingMachines({ aws }: Stage): Promise<readonly unknown[]> {
  const { stateMachines = [] } = await aws.sfn.send(new ListStateMachinesCommand({}));
  return stateMachines.filter(({ name }) => name!.startsWith("simulated-"));
}

it("is called in the guide with valid options", async () => {
  expect(documented).toContainEqual(few);
  const stage = { callboard: { addresses: { aws: "http://127.0.0.1:1" } } } as Stage;
  for (const command of documented)
    expect(await runCommand(stage, command)).toEqual({
      code: 1,
      out: "",
      err: "Callboard does not answer at http://127.0.0.1:1: start it with npx callboard start\n",
    });
});

it("plays broadcasts to viewers who miss nothing, whose questions are answered, and cleans up", async () => {
  const stage = await staged();
  const { code, out, err } = await runCommand(stage, [...few, "--json"]);
  expect(err).toBe("");
  const told = JSON.parse(out) as Told;
  expect(told.failures).toEqual([]);
  expect(code).toBe(0);
  const { kinds, questions } = told;
  expect(questions).toBeGreaterThanOrEqual(2);
  for (const [kind, { put, lost }] of Object.entries(kinds))
    expect({ kind, some: put > 0, lost }).toEqual({ kind, some: true, lost: 0 });
  // Each of a channel's five viewers sees it begin and end, at the channel and at the video.
  expect(kinds.live).toMatchObject({ put: 4 * questions, reached: 20 * questions });
  // Each question is seen by the creator and the viewers, its answer by the viewers, its receipt by the creator.
  expect(kinds.question).toMatchObject({ put: 2 * questions, reached: 6 * questions });
  expect(kinds.answer).toMatchObject({ put: questions, reached: 5 * questions });
  expect(kinds.receipt).toMatchObject({ put: questions, reached: questions });
  // A viewer's channel and its videos, a creator's inbox.
  const maps = 10 + 5 * questions + 2;
  expect(told.maps).toEqual({ maps, equal: maps, different: [] });
  expect(told.broken).toBe(0);
  expect(await askingMachines(stage)).toEqual([]);
  expect(await stage.callboard.lambda.deadLetters()).toEqual([]);
}, 120_000);

// Windows has no signals to pass on.
it.skipIf(process.platform === "win32")(
  "ends early by Ctrl-C, in its own process, and cleans up",
  async () => {
    const stage = await staged();
    const main = fileURLToPath(new URL("../../packages/cli/src/main.ts", import.meta.url));
    const aws = stage.callboard.addresses.aws;
    const args = ["--import", "tsx", main, "simulate", "--aws", aws, "--channels", "2", "--viewers", "10"];
    const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "pipe"] });
    ends.push(async () => child.kill("SIGKILL"));
    const said = text(child.stderr);
    const ended = once(child, "exit");
    const [line] = await Promise.race([once(createInterface(child.stdout), "line"), ended]);
    expect(line).toMatch(
      /^10 viewers and 2 creators are connected after [\d.]+ s; the broadcasts take 300 s$/,
    );
    expect(await askingMachines(stage)).toHaveLength(1);
    child.kill("SIGINT");
    expect(await ended).toEqual([1, null]);
    expect(await said).toBe("it was stopped early; nothing is left running\n");
    expect(await askingMachines(stage)).toEqual([]);
  },
  120_000,
);
