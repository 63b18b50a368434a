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

const few = ["--channels", "2", "--viewers", "10", "--minutes", "1", "--pace", "20"];

interface Told {
  readonly failures: readonly string[];
  readonly events: number;
  readonly questions: number;
  readonly kinds: Record<string, { put: number; reached: number; lost: number }>;
  readonly maps: { maps: number; different: string[] };
  readonly broken: number;
}

it("plays broadcasts to viewers who miss nothing, whose questions are answered, and cleans up", async () => {
  const stage = await staged();
  const { code, out, err } = await runCommand(stage, ["simulate", "--json", ...few]);
  expect(err).toBe("");
  const told = JSON.parse(out) as Told;
  expect(told.failures).toEqual([]);
  expect(code).toBe(0);
  const { kinds, questions } = told;
  expect(questions).toBeGreaterThanOrEqual(2);
  for (const [kind, { put, lost }] of Object.entries(kinds))
    expect({ kind, some: put > 0, lost }).toEqual({ kind, some: true, lost: 0 });
  // Of a channel's five viewers each sees it begin and end, there and at the video.
  expect(kinds.live).toMatchObject({ put: 4 * questions, reached: 20 * questions });
  // Each question is seen by the creator and the viewers, its answer by the viewers, its receipt by the creator.
  expect(kinds.question).toMatchObject({ put: 2 * questions, reached: 6 * questions });
  expect(kinds.answer).toMatchObject({ put: questions, reached: 5 * questions });
  expect(kinds.receipt).toMatchObject({ put: questions, reached: questions });
  // A viewer's channel and its videos, a creator's inbox.
  expect(told.maps).toEqual({ maps: 10 + 5 * questions + 2, different: [] });
  expect(told.broken).toBe(0);
  const { stateMachines = [] } = await stage.aws.sfn.send(new ListStateMachinesCommand({}));
  expect(stateMachines.filter(({ name }) => name!.startsWith("simulated-"))).toEqual([]);
  expect(await stage.callboard.lambda.deadLetters()).toEqual([]);
}, 120_000);
