import { DescribeExecutionCommand, StopExecutionCommand } from "@aws-sdk/client-sfn";
import { workChannel } from "@callboard/protocol";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createAskingMachine, startOn } from "../asking.ts";
import { eventually } from "../people.ts";
import { type Attacked, openAttacked, subject } from "./attacked.ts";
import { onChannels } from "./on-channels.ts";
import { onRequests } from "./on-requests.ts";
import { onTheBus, taskTokensOf } from "./on-the-bus.ts";
import { onTokens } from "./on-tokens.ts";

let attacked: Attacked;
beforeAll(async () => {
  attacked = await openAttacked();
});
afterAll(() => attacked?.close());

describe.each([
  ["a token", onTokens],
  ["a message", onChannels],
  ["a request about a question", onRequests],
  ["an event", onTheBus],
] as const)("by %s", (_, attacks) => {
  it.each(attacks)("does not let anybody $tries", async ({ by, meets }) => {
    expect(await by(attacked)).toEqual(meets);
  });
});

it("tries at least sixty of them", () => {
  expect([onTokens, onChannels, onRequests, onTheBus].flat().length).toBeGreaterThanOrEqual(60);
});

it("tells a publisher who names another's execution nothing of its end", async () => {
  const { stage, publish } = attacked;
  const machine = await createAskingMachine(stage.aws, "failing", { source: "orders" });
  const execution = await startOn(stage.aws, machine, "order/2");
  await eventually(
    () => stage.tableMap(workChannel("order/2")),
    (map) => Object.keys(map).length > 0,
  );
  const report = { subject: "clip/evil", step: "charge", state: "started", at: Date.UTC(2026, 0, 1) };
  await publish("clips", "Progress Reported", report, execution);
  await stage.aws.sfn.send(
    new StopExecutionCommand({ executionArn: execution, error: "CardDeclined", cause: "the card of Ben" }),
  );
  await stage.settled();
  await publish("clips", "Progress Reported", report, execution);
  expect(await stage.tableMap(workChannel("clip/evil"))).toEqual({});
});

it("shows no admitted caller more than they may see", async () => {
  const frames = attacked.frames().join("\n");
  expect(frames).not.toContain("the card of");
  expect(frames).not.toContain("Which one?");
});

it("left the question unchanged, and its answer goes to its execution", async () => {
  const { say, reply, question, stage, execution } = attacked;
  expect(await question()).toMatchObject({
    status: { state: "open" },
    version: 1,
    subject,
    assignees: ["user/ana", "user/ben"],
  });
  expect(await say("ana", { ...reply, replyId: "r_ana" })).toMatchObject({ status: "accepted" });
  // Somebody else who may answer, with the id of the accepted answer.
  expect(await say("ben", { ...reply, replyId: "r_ana" })).toMatchObject({ code: "already_answered" });
  const { output } = await eventually(
    () => stage.aws.sfn.send(new DescribeExecutionCommand({ executionArn: execution })),
    ({ status }) => status === "SUCCEEDED",
  );
  expect(JSON.parse(output!)).toMatchObject({ replyId: "r_ana", by: { id: "ana" } });
});

it("revealed no task token: neither in a frame nor in an answer nor at the terminal", async () => {
  const { stage, frames, heard, execution } = attacked;
  const tokens = [...(await taskTokensOf(stage, execution)), "AQC-evil"];
  expect(tokens.length).toBeGreaterThan(1);
  const said = [...frames(), ...heard, ...stage.lines];
  expect(said.length).toBeGreaterThan(60);
  for (const token of tokens) for (const text of said) expect(text).not.toContain(token);
});
