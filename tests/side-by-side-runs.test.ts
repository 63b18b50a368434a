import type { WarningValue } from "@callboard/protocol";
import { expect, it } from "vitest";
import { ana, embeddedWorkflows, until, vic } from "./embedded-workflows.ts";

type Detail = Record<string, unknown>;

const putEvents = (DetailType: string, Detail: Detail, waits = false) => ({
  Type: "Task",
  Resource: `arn:aws:states:::events:putEvents${waits ? ".waitForTaskToken" : ""}`,
  Arguments: {
    Entries: [{ EventBusName: "callboard", Source: "shop", DetailType, Detail: { ...subject, ...Detail } }],
  },
});
const subject = { subject: "{% $states.context.Execution.Input.subject %}" };
const report = (step: string, state: string, more: Detail = {}) =>
  putEvents("Progress Reported", { step, state, at: "{% $millis() %}", owners: ["user/ana"], ...more });

const machine = (states: readonly object[]) =>
  JSON.stringify({
    QueryLanguage: "JSONata",
    StartAt: "S0",
    States: Object.fromEntries(
      states.map((state, n) => [
        `S${n}`,
        { ...state, ...(n + 1 < states.length ? { Next: `S${n + 1}` } : { End: true }) },
      ]),
    ),
  });
const parent = machine([
  report("validate", "started", { message: "The parent validates" }),
  { Type: "Wait", Seconds: 4 },
  report("ship", "started"),
  { Type: "Wait", Seconds: 300 },
]);
const child = machine([
  report("validate", "started"),
  report("validate", "failed", { message: "The address is wrong", cause: "child broke" }),
  report("execution", "failed", { message: "The child gave up" }),
]);

it("shows the parent as running although its child of the same name has failed", async () => {
  const { start, follow, pass, bus } = await embeddedWorkflows({ machines: { parent, child } });
  const input = { subject: "order/1" };
  const running = await start("parent", input, "order-1");
  await pass(1000, { stepMs: 500 });
  await (await start("child", input, "order-1")).ended();
  await pass(5000, { stepMs: 500 });
  expect((await running.described()).status).toBe("RUNNING");
  expect(await follow(vic, "watch:order/1")).toMatchObject({
    "execution/parent:order-1": { state: "running" },
    "step/parent:order-1/validate": { state: "started", message: "The parent validates" },
    "step/parent:order-1/ship": { state: "started" },
    "execution/child:order-1": { state: "failed", message: "The child gave up" },
    "step/child:order-1/validate": { state: "failed", message: "The address is wrong" },
  });
  await running.stop();
  await until(async () => {
    await bus.idle();
    const watched = await follow(vic, "watch:order/1");
    return watched["execution/parent:order-1"]?.state === "aborted" || undefined;
  });
  expect(await follow(vic, "watch:order/1")).toMatchObject({
    "execution/child:order-1": { state: "failed" },
  });
  expect(bus.deadLetters()).toEqual([]);
});

it("warns the owners of a Map whose items ask in one thread, since all but one can no longer be answered", async () => {
  const ask = putEvents(
    "Feedback Requested",
    {
      thread: "approve",
      round: 1,
      taskToken: "{% $states.context.Task.Token %}",
      timeoutSeconds: 300,
      prompt: "{% 'Item ' & $string($states.input) & '?' %}",
      verbs: ["approve", "reject"],
      assignees: ["user/ana"],
    },
    true,
  );
  const map = machine([
    report("ask", "waiting"),
    {
      Type: "Map",
      Items: "{% [1..10] %}",
      ItemProcessor: {
        ProcessorConfig: { Mode: "INLINE" },
        StartAt: "Ask",
        States: { Ask: { ...ask, TimeoutSeconds: 300, End: true } },
      },
    },
  ]);
  const { start, question, questions, follow, bus } = await embeddedWorkflows({ machines: { map } });
  const run = await start("map", { subject: "batch/1" }, "m1");
  await question(10);
  await bus.idle();
  const states = questions().map(({ status }) => status.state);
  expect(states.filter((state) => state === "superseded")).toHaveLength(9);
  const work = await follow(ana, "work:batch/1");
  const warning = work["warning/map:m1/approve"] as unknown as WarningValue;
  expect(warning).toMatchObject({ code: "shared_thread", execution: "map:m1", thread: "approve" });
  expect(work[`request/${warning.requestId}`]).toMatchObject({ state: "open" });
  await run.stop();
  await until(async () => {
    await bus.idle();
    return "warning/map:m1/approve" in (await follow(ana, "work:batch/1")) ? undefined : true;
  });
});
