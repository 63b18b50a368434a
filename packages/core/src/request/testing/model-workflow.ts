import type { FeedbackRequested } from "@callboard/protocol";
import fc from "fast-check";
import { anybodys, question } from "../../testing/memory-stage.ts";
import { latestDeadline } from "../agenda.ts";
import { compareOrders } from "../request.ts";
import { command, maybe, ofRequest } from "./model-command.ts";
import { endWait, inThread } from "./model-state.ts";
import { someAskable, threads, type World } from "./model-world.ts";

const ask = command(
  "ask",
  fc.record({
    execution: fc.constantFrom(0, 0, 1),
    thread: fc.constantFrom(...threads),
    round: fc.integer({ min: 1, max: 3 }),
    retry: fc.nat({ max: 2 }),
    timeoutSeconds: maybe(20, 60, 300, 3600),
    deadlineSeconds: maybe(30, 120),
    hasDefault: fc.boolean(),
    remindAfterSeconds: maybe(10, 90),
    escalate: maybe(
      { afterSeconds: 40, to: ["user/ben" as const] },
      { afterSeconds: 90, to: ["role/editors" as const] },
    ),
    heartbeatSeconds: maybe(180, 600),
    assignees: someAskable,
    again: fc.boolean(),
  }),
  async (d, model, world) => {
    const { run, endedAt } = model.executions[d.execution]!;
    const order = [run, d.round, d.retry];
    const token = `token of ${d.execution} ${d.thread} ${order}`;
    const { waits } = world.stage.executions;
    if (waits.has(token)) return;
    const earlier = inThread(model, d.execution, d.thread);
    const newest = earlier.every((other) => compareOrders(order, other.order) > 0);
    // A question of a run that has ended is an event that arrives late.
    const askedAt = endedAt ?? world.now();
    const initial = !newest ? "superseded" : endedAt !== undefined ? "withdrawn" : "open";
    waits.set(token, initial === "open" ? {} : { ended: true });
    const { timeoutSeconds, deadlineSeconds, remindAfterSeconds, escalate, heartbeatSeconds } = d;
    const asked = {
      ...question,
      thread: d.thread,
      round: d.round,
      order,
      taskToken: token,
      assignees: d.assignees,
      timeoutSeconds,
      deadlineSeconds,
      remindAfterSeconds,
      escalate,
      heartbeatSeconds,
      maxRounds: 3,
      ...(d.hasDefault ? { default: { verb: "pick", candidateId: "b" } } : {}),
    } as FeedbackRequested;
    const timeoutAt = timeoutSeconds === undefined ? undefined : askedAt + timeoutSeconds * 1000;
    const deadline = Math.min(
      timeoutAt === undefined ? Infinity : latestDeadline(askedAt, timeoutAt),
      deadlineSeconds === undefined ? Infinity : askedAt + deadlineSeconds * 1000,
    );
    // The workflow has gone on when it asks again.
    for (const other of earlier) if (initial === "open") endWait(world, other);
    for (const other of earlier) if (newest && other.state === "open") other.state = "superseded";
    model.requests.push({
      id: `req_${world.stage.ports.ids.hash(token)}`,
      token,
      execution: d.execution,
      thread: d.thread,
      order,
      round: d.round,
      askedAt,
      timeoutAt,
      heartbeatSeconds,
      hasDefault: d.hasDefault,
      remindAt: remindAfterSeconds && askedAt + remindAfterSeconds * 1000,
      escalate: escalate && { at: askedAt + escalate.afterSeconds * 1000, to: escalate.to },
      assignees: d.assignees,
      deadline: deadline === Infinity ? undefined : deadline,
      state: initial,
      ...(initial === "open" ? {} : { goneAt: world.now() }),
    });
    const envelope = { ...anybodys, id: token, time: askedAt, execution: world.arn(d.execution) };
    await world.sendFromOutside(() => world.stage.app.feedback.ask(asked, envelope), d.again);
    if (!d.again) world.troubles.push(world.now());
  },
);

const says = command(
  "Step Functions says",
  fc.constantFrom("again", "ok_but_again", "invalid" as const),
  async (said, _, world) => {
    if (world.stage.executions.outcomes.length < 3) world.stage.executions.outcomes.push(said);
  },
);

const endOneWait = ofRequest("the wait ends", fc.constant(""), async (request, _, __, world) =>
  endWait(world, request),
);

const close = ofRequest(
  "close",
  fc.constantFrom("caught", "changed its mind"),
  async (request, reason, model, world) => {
    const { thread, execution } = request;
    for (const other of inThread(model, execution, thread)) endWait(world, other);
    model.closed.add(`${execution} ${thread} ${reason}`);
    const envelope = { ...anybodys, id: "close", time: world.now(), execution: world.arn(execution) };
    await world.sendFromOutside(() =>
      world.stage.app.feedback.close({ subject: "video/v_1", thread, reason }, envelope),
    );
    // The next question comes later, also in the bus's whole seconds.
    world.stage.pass(1000);
  },
);

/** Lets an execution fail; one that has failed is redriven. */
const fail = command("the execution fails", fc.constantFrom(0, 1, 1), async (execution, model, world) => {
  const known = model.executions[execution]!;
  if (known.endedAt !== undefined) {
    world.stage.pass(1);
    model.executions[execution] = { run: known.run + 1 };
    return sendStatus(world, execution, "RUNNING", known.run + 1, undefined);
  }
  known.endedAt = world.now();
  for (const request of model.requests) if (request.execution === execution) endWait(world, request);
  await sendStatus(world, execution, "FAILED", known.run, known.endedAt);
});

const sendStatus = (
  world: World,
  execution: number,
  status: "FAILED" | "RUNNING",
  redriveCount: number,
  stopDate: number | undefined,
) => {
  const detail = {
    executionArn: world.arn(execution),
    name: `e${execution}`,
    status,
    startDate: 1,
    stopDate: stopDate ?? null,
    redriveCount,
    ...(redriveCount > 0 ? { redriveDate: world.now() } : {}),
  };
  return world.sendFromOutside(() => world.stage.app.progress.executionChanged(detail));
};

/** What workflows and Step Functions do. */
export const workflows = [...[ask, ask, ask, ask], ...[says, endOneWait, close, fail]];
