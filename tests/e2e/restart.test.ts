import { DescribeExecutionCommand } from "@aws-sdk/client-sfn";
import { ScanCommand } from "@aws-sdk/lib-dynamodb";
import { type Callboard, type ChannelView, connect, type Item } from "@callboard/client";
import { DUE_PARTITIONS } from "@callboard/core";
import { itemsOf, metaOf } from "@callboard/core/testing/heads.ts";
import { tableName } from "@callboard/dev";
import { rowPrefix } from "@callboard/functions/deployment";
import type { Channel, RequestId, RequestValue, Subject } from "@callboard/protocol";
import { afterAll, beforeAll, expect, it } from "vitest";
import { WebSocket } from "ws";
import { ask } from "./asking.ts";
import { type Aws, awsAt } from "./aws.ts";
import { devToken } from "./dev-token.ts";
import { type Machine, openMachine, type Running } from "./machine.ts";
import { eventually, mapOf, until } from "./people.ts";
import { leftOf, treeOf } from "./processes.ts";

const ends: (() => unknown)[] = [];
const days = 24 * 3600 * 1000;

/** Every frame that anybody received. */
const frames: string[] = [];
class RecordedSocket extends WebSocket {
  constructor(url: string, protocols: string[]) {
    super(url, protocols);
    this.on("message", (data) => void frames.push(String(data)));
  }
}

/** A machine with a Callboard that can be killed and started again, and Ana, who stays connected or reconnects. */
async function openScene() {
  const machine = await openMachine();
  ends.push(machine.close);
  const lives = [machine.start()];
  const running = () => lives.at(-1) as Running;
  await running().up;
  return {
    machine,
    pages: `http://127.0.0.1:${machine.ports.pages}`,
    ana: person(machine, "ana"),
    aws: awsAt(`http://127.0.0.1:${machine.ports.aws}`),
    running,
    /** The output of all its processes. */
    output: () => lives.map((life) => life.output()).join(""),
    /** Kills the supervisor, with which all of its processes end, and starts it again. */
    async killAndStart() {
      const tree = await treeOf(running().pid);
      expect(tree).toHaveLength(2);
      running().signal("SIGKILL");
      await running().ended;
      // The service notices the end of its supervisor, and ends too.
      await eventually(
        () => leftOf(tree),
        (left) => left.length === 0,
        2_000,
      );
      lives.push(machine.start());
      await running().up;
    },
  };
}

function person(machine: Machine, user: string): Callboard {
  const made = connect({
    url: `ws://127.0.0.1:${machine.ports.socket}/`,
    token: () => devToken(`http://127.0.0.1:${machine.ports.pages}`, user, "creator"),
    WebSocket: RecordedSocket,
    random: () => 0.01,
  });
  ends.push(made.close);
  return made;
}

async function playSample({
  pages,
  socket,
}: Machine["ports"]): Promise<{ subject: Subject; executionArn: string }> {
  const response = await fetch(`http://127.0.0.1:${socket}/videos/sample`, {
    method: "POST",
    headers: {
      authorization: `Bearer ${await devToken(`http://127.0.0.1:${pages}`, "ana", "creator")}`,
      "content-type": "application/json",
    },
    body: "{}",
  });
  expect(response.status).toBe(200);
  return (await response.json()) as { subject: Subject; executionArn: string };
}

const requestsIn = (view: ChannelView) =>
  [...view.items.values()]
    .filter(({ key }) => key.startsWith("request/"))
    .map(({ value }) => value as RequestValue)
    .sort((a, b) => a.round - b.round);

const openRequest = (view: ChannelView, round: number) =>
  requestsIn(view).find((request) => request.round === round && request.state === "open");

/** The states that an execution has entered so far, in their order. */
const enteredBy = async (aws: Aws, executionArn: string) =>
  (await aws.history(executionArn)).flatMap(({ stateEnteredEventDetails: details }) => details?.name ?? []);

const isRelayed = (replyId: string) => (inbox: ChannelView) =>
  inbox.get(`receipt/${replyId}`)?.status === "relayed";

const hasSucceeded = ({ items }: ChannelView) =>
  [...items.values()].some(
    ({ key, value }) => key.startsWith("execution/") && (value as { state: string }).state === "succeeded",
  );

/** Nothing of any request is due, now or later. */
async function expectNothingDue(aws: Aws): Promise<void> {
  const far = Date.now() + 400 * days;
  await eventually(
    async () => {
      const partitions = Array.from({ length: DUE_PARTITIONS }, (_, n) =>
        aws.stores.dues.due("request", n, far, 100),
      );
      return (await Promise.all(partitions)).flat();
    },
    (due) => due.length === 0,
  );
}

/** Plays the sample; the process is killed after the start, while it transcribes and asks, and after each answer. */
async function playAndKill({ ana, aws, machine, killAndStart }: Awaited<ReturnType<typeof openScene>>) {
  const { subject, executionArn } = await playSample(machine.ports);
  await killAndStart();

  const follow = (channel: Channel) => {
    const view = ana.channel(channel);
    view.follow();
    return view;
  };
  const [watch, work] = [follow(`watch:${subject}`), follow(`work:${subject}`)];
  const inbox = follow("inbox:user/ana");
  await eventually(
    () => enteredBy(aws, executionArn),
    (states) => states.includes("WaitForTranscription"),
  );
  await killAndStart();

  await until(work, (view) => openRequest(view, 1) !== undefined);
  await killAndStart();

  await until(work, ({ status }) => status === "following");
  const first = openRequest(work, 1)!;
  const { requestId } = first;
  const again = await ana.reply({ requestId, round: 1, verb: "regenerate", comment: "shorter" });
  expect(again.status).toBe("accepted");
  await killAndStart();

  await until(inbox, isRelayed(again.replyId));
  await until(work, (view) => openRequest(view, 2) !== undefined);
  const second = openRequest(work, 2)!;
  const candidateId = second.candidates[0]!;
  const pick = await ana.reply({ requestId: second.requestId, round: 2, verb: "pick", candidateId });
  expect(pick.status).toBe("accepted");
  await killAndStart();

  await until(inbox, isRelayed(pick.replyId));
  await until(watch, hasSucceeded);
  return {
    executionArn,
    views: { watch, work, inbox },
    requestIds: [requestId, second.requestId] as RequestId[],
    replyIds: [again.replyId, pick.replyId],
  };
}

let scene: Awaited<ReturnType<typeof openScene>>;
let played: Awaited<ReturnType<typeof playAndKill>>;
beforeAll(async () => {
  scene = await openScene();
  played = await playAndKill(scene);
}, 120_000);
afterAll(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

it("continues exactly once, wherever it is killed", async () => {
  const { executionArn, replyIds } = played;
  await eventually(
    () => scene.aws.sfn.send(new DescribeExecutionCommand({ executionArn })),
    ({ status }) => status === "SUCCEEDED",
  );
  const history = await scene.aws.history(executionArn);
  const outputs = history.flatMap(({ taskSucceededEventDetails: details }) => details?.output ?? []);
  const answers = outputs.filter((output) => output.includes("replyId"));
  expect(answers.map((output) => JSON.parse(output).replyId)).toEqual(replyIds);
  const entered = await enteredBy(scene.aws, executionArn);
  const times = (name: string) => entered.filter((one) => one === name).length;
  expect([times("Ask"), times("ReportChosen"), times("Finished")]).toEqual([2, 1, 1]);
  expect(history.filter(({ type }) => type === "ExecutionSucceeded")).toHaveLength(1);
});

it("leaves nothing open", async () => {
  const { views, requestIds } = played;
  for (const id of requestIds)
    expect((await scene.aws.stores.requests.read(id))?.status.state).toBe("relayed");
  await until(views.work, (view) => requestsIn(view).every(({ state }) => state === "relayed"));
  await until(views.inbox, ({ items }) => ![...items.keys()].some((key) => key.startsWith("request/")));
  await until(views.watch, ({ items }) => !items.has("waiting"));
  await expectNothingDue(scene.aws);
});

it("is the same for clients that stayed, for new clients, and in the table", async () => {
  const newcomer = person(scene.machine, "ana");
  for (const { name } of Object.values(played.views)) {
    const { head } = (await metaOf(scene.aws.stores, name))!;
    const table = mapOf((await itemsOf(scene.aws.stores, name)) as Item[]);
    for (const view of [scene.ana.channel(name), newcomer.channel(name)]) {
      view.follow();
      await until(view, ({ offset, status }) => offset === head && status === "following");
      expect(mapOf(view.items.values())).toEqual(table);
    }
  }
});

it("sends no task token out of the server", async () => {
  const history = JSON.stringify(await scene.aws.history(played.executionArn));
  const tokens = [
    ...new Set([...history.matchAll(/taskToken\W+([\w+/=-]{20,})/g)].map(([, token]) => token!)),
  ];
  expect(tokens).toHaveLength(2);
  const headers = { authorization: `Bearer ${await devToken(scene.pages, "ana", "creator")}` };
  const addresses = [`http://127.0.0.1:${scene.machine.ports.socket}/videos`, `${scene.pages}/config.json`];
  const answers = addresses.map(async (address) => (await fetch(address, { headers })).text());
  const rows = await rowsOf(scene.aws);
  const isVault = (row: Row) => row.pk.startsWith(rowPrefix.taskToken);
  const vault = JSON.stringify(rows.filter(isVault));
  const seen = [...frames, ...(await Promise.all(answers)), scene.output()];
  const elsewhere = [...seen, ...rows.filter((row) => !isVault(row)).map((row) => JSON.stringify(row))];
  expect(frames.length).toBeGreaterThan(20);
  for (const token of tokens) {
    expect(vault).toContain(token);
    expect(elsewhere.filter((text) => text.includes(token))).toEqual([]);
  }
});

it("relays every answer once when it is killed in the middle of many", async () => {
  const { ana, aws, killAndStart } = scene;
  const { inbox } = played.views;
  const executions = await ask(aws, 12);
  const asked = () =>
    [...inbox.items.keys()]
      .filter((key) => key.startsWith("request/"))
      .map((key) => key.slice("request/".length) as RequestId);
  await until(inbox, () => asked().length === executions.length);
  const replies = asked().map((requestId) => ana.reply({ requestId, round: 1, verb: "reject" }));
  await Promise.race(replies);
  await killAndStart();
  const receipts = await Promise.all(replies);
  expect(receipts.map(({ status }) => status)).toEqual(receipts.map(() => "accepted"));
  for (const { replyId } of receipts) await until(inbox, isRelayed(replyId));
  await until(inbox, () => asked().length === 0);
  const answers: string[] = [];
  for (const executionArn of executions) {
    await eventually(
      () => aws.sfn.send(new DescribeExecutionCommand({ executionArn })),
      ({ status }) => status === "SUCCEEDED",
    );
    for (const { taskSucceededEventDetails: details } of await aws.history(executionArn))
      if (details?.output) answers.push(JSON.parse(details.output).replyId);
  }
  expect(answers.sort()).toEqual(receipts.map(({ replyId }) => replyId).sort());
  await expectNothingDue(aws);
});

it("stops completely on request", async () => {
  const tree = await treeOf(scene.running().pid);
  expect(tree).toHaveLength(2);
  scene.running().signal("SIGINT");
  expect(await scene.running().ended).toEqual({ code: 0, signal: null });
  expect(await leftOf(tree)).toEqual([]);
});

type Row = { readonly pk: string } & Readonly<Record<string, unknown>>;

async function rowsOf({ documents }: Aws): Promise<Row[]> {
  const rows: Row[] = [];
  let ExclusiveStartKey: Record<string, unknown> | undefined;
  do {
    const page = await documents.send(
      new ScanCommand({ TableName: tableName, ...(ExclusiveStartKey ? { ExclusiveStartKey } : {}) }),
    );
    rows.push(...((page.Items ?? []) as Row[]));
    ExclusiveStartKey = page.LastEvaluatedKey;
  } while (ExclusiveStartKey);
  return rows;
}
