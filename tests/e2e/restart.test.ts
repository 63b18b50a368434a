import { DescribeExecutionCommand } from "@aws-sdk/client-sfn";
import { type Callboard, type ChannelView, connect, type Item } from "@callboard/client";
import type { Channel, ReceiptValue, RequestId, RequestValue, StepValue } from "@callboard/core";
import { duePartitions } from "@callboard/core";
import { afterEach, expect, it } from "vitest";
import { WebSocket } from "ws";
import { type Aws, awsAt } from "./aws.ts";
import { isRunning, type Machine, openMachine, type Running } from "./machine.ts";
import { eventually, mapOf, until } from "./people.ts";
import { devToken } from "./stage.ts";

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

const days = 24 * 3600 * 1000;

/** A machine with Callboard on it that can be killed and started again, and Ana, who stays connected or tries to. */
async function machineWithAna() {
  const machine = await openMachine();
  ends.push(machine.close);
  let running = machine.start();
  await running.up;
  const pages = `http://127.0.0.1:${machine.ports.pages}`;
  const ana = person(machine, "ana");
  return {
    machine,
    pages,
    ana,
    aws: awsAt(`http://127.0.0.1:${machine.ports.aws}`),
    get running() {
      return running;
    },
    /** Kills the process at once, and starts it again; the engine that it left behind is ended. */
    async killAndStart() {
      running.signal("SIGKILL");
      await running.ended;
      const left = await machine.engine();
      expect(left !== undefined && (await isRunning(left))).toBe(true);
      running = machine.start();
      await running.up;
      expect(await isRunning(left!)).toBe(false);
      expect(await machine.engine()).not.toBe(left);
    },
  };
}

function person(machine: Machine, user: string): Callboard {
  const made = connect({
    url: `ws://127.0.0.1:${machine.ports.socket}/`,
    token: () => devToken(`http://127.0.0.1:${machine.ports.pages}`, user, "creator"),
    WebSocket,
    random: () => 0.1,
  });
  ends.push(made.close);
  return made;
}

async function playSample(pages: string): Promise<{ subject: string; executionArn: string }> {
  const response = await fetch(`${pages}/dev/videos/sample`, {
    method: "POST",
    headers: { authorization: `Bearer ${await devToken(pages, "ana", "creator")}` },
    body: "{}",
  });
  expect(response.status).toBe(200);
  return (await response.json()) as { subject: string; executionArn: string };
}

const requestsIn = (view: ChannelView) =>
  [...view.items.values()]
    .filter(({ key }) => key.startsWith("request/"))
    .map(({ value }) => value as RequestValue)
    .sort((a, b) => a.round - b.round);

const openRequest = (view: ChannelView, round: number) =>
  requestsIn(view).find((request) => request.round === round && request.state === "open");

const transcribes = ({ items }: ChannelView) =>
  [...items.values()].some(({ key, value }) => {
    const { state } = value as StepValue;
    return key.endsWith("/transcribe") && (state === "started" || state === "running");
  });

const isRelayed = (replyId: string) => (inbox: ChannelView) =>
  inbox.get<ReceiptValue>(`receipt/${replyId}`)?.status === "relayed";

/** Nothing is due, now or ever. */
async function expectNothingOpen(aws: Aws): Promise<void> {
  const far = Date.now() + 400 * days;
  await eventually(
    async () => {
      const partitions = Array.from({ length: duePartitions }, (_, n) => aws.stores.requests.due(n, far, 10));
      return (await Promise.all(partitions)).flat();
    },
    (due) => due.length === 0,
  );
}

async function expectSameAsTable(aws: Aws, view: ChannelView, fresh: ChannelView): Promise<void> {
  const { head } = (await aws.stores.channels.metas([view.name])).get(view.name)!;
  for (const one of [view, fresh])
    await until(one, ({ offset, status }) => offset === head && status === "following");
  const table = mapOf((await aws.stores.channels.since(view.name, 0)) as Item[]);
  expect(mapOf(view.items.values())).toEqual(table);
  expect(mapOf(fresh.items.values())).toEqual(table);
}

it("goes on exactly once wherever it is killed: at the start, while it works, before and after answers", async () => {
  const stage = await machineWithAna();
  const { ana, aws } = stage;
  const { subject, executionArn } = await playSample(stage.pages);
  await stage.killAndStart();

  const channels: Channel[] = [`watch:${subject}`, `work:${subject}`, "inbox:user/ana"];
  const [watch, work, inbox] = channels.map((channel) => ana.channel(channel)) as [
    ChannelView,
    ChannelView,
    ChannelView,
  ];
  for (const view of [watch, work, inbox]) view.follow();
  await until(watch, transcribes);
  await stage.killAndStart();

  await until(work, (view) => openRequest(view, 1) !== undefined);
  await stage.killAndStart();

  await until(work, ({ status }) => status === "following");
  const first = openRequest(work, 1)!;
  const again = await ana.reply({
    requestId: first.requestId,
    round: 1,
    verb: "regenerate",
    comment: "shorter",
  });
  expect(again).toMatchObject({ status: "accepted" });
  await stage.killAndStart();

  await until(inbox, isRelayed(again.replyId));
  await until(work, (view) => openRequest(view, 2) !== undefined);
  const second = openRequest(work, 2)!;
  const candidateId = second.candidates[0]!;
  const pick = await ana.reply({ requestId: second.requestId, round: 2, verb: "pick", candidateId });
  expect(pick).toMatchObject({ status: "accepted" });
  await stage.killAndStart();

  await until(inbox, isRelayed(pick.replyId));
  await until(watch, ({ items }) =>
    [...items.values()].some(
      ({ key, value }) => key.startsWith("execution/") && (value as { state: string }).state === "succeeded",
    ),
  );
  await eventually(
    () => aws.sfn.send(new DescribeExecutionCommand({ executionArn })),
    ({ status }) => status === "SUCCEEDED",
  );

  const history = await aws.history(executionArn);
  const outputs = history.flatMap(({ taskSucceededEventDetails: details }) => details?.output ?? []);
  const answers = outputs
    .filter((output) => output.includes("replyId"))
    .map((output) => JSON.parse(output).replyId);
  expect(answers).toEqual([again.replyId, pick.replyId]);
  const entered = history.flatMap(({ stateEnteredEventDetails: details }) => details?.name ?? []);
  const times = (name: string) => entered.filter((one) => one === name).length;
  expect({ ask: times("Ask"), chosen: times("ReportChosen"), finished: times("Finished") }).toEqual({
    ask: 2,
    chosen: 1,
    finished: 1,
  });
  expect(history.filter(({ type }) => type === "ExecutionSucceeded")).toHaveLength(1);

  expect(requestsIn(work).map(({ state }) => state)).toEqual(["relayed", "relayed"]);
  expect([...inbox.items.keys()].filter((key) => key.startsWith("request/"))).toEqual([]);
  expect(watch.items.has("waiting")).toBe(false);
  for (const id of [first.requestId, second.requestId])
    expect((await aws.stores.requests.read(id as RequestId))?.status.state).toBe("relayed");
  await expectNothingOpen(aws);
  const eva = person(stage.machine, "ana");
  for (const view of [watch, work, inbox]) {
    const fresh = eva.channel(view.name);
    fresh.follow();
    await expectSameAsTable(aws, view, fresh);
  }
  await stopped(stage.machine, stage.running);
});

/** Asks the process to stop, and sees to it that it does so whole. */
async function stopped(machine: Machine, running: Running): Promise<void> {
  const engine = await machine.engine();
  running.signal("SIGINT");
  expect(await running.ended).toEqual({ code: 0, signal: null });
  expect(await machine.engine()).toBeUndefined();
  expect(await isRunning(engine!)).toBe(false);
}
