import {
  createBus,
  createDynamodb,
  createSqs,
  createStates,
  defaultPlace,
  type MemoryStore,
  memoryStore,
  type Store,
  systemClock,
  tasks,
  type View,
} from "@callboard/aws-local";
import type { Wakeup } from "@callboard/core";
import { dynamoDbOf, layoutRow, readWakeup, TTL, tableDefinition } from "@callboard/functions";
import { expect, it, onTestFinished } from "vitest";
import { busName } from "./bus-rules.ts";
import { composeFunctions } from "./functions.ts";
import { wakeupsName } from "./queues.ts";
import { createTable, tableName } from "./table.ts";

/** A store that makes each decision in its own commit, and returns the state that a kill after each would leave. */
function oneByOne(store: MemoryStore) {
  const forks: MemoryStore[] = [];
  let last: Promise<unknown> = Promise.resolve();
  const commit: Store["commit"] = (decide) => {
    const made = last.then(async () => {
      const value = await store.commit(decide);
      forks.push(store.fork());
      return value;
    });
    last = made.catch(() => {});
    return made;
  };
  const write: Store["write"] = (writes) => commit(() => ({ writes, value: undefined }));
  return { forks, store: { ...store, commit, write } };
}

const variables = {
  TABLE_NAME: tableName,
  BUS_NAME: busName,
  WAKEUPS_QUEUE_URL: `http://127.0.0.1:1/${defaultPlace.accountId}/${wakeupsName}`,
  BUCKET: "bucket",
  SOCKET_ENDPOINT: "http://127.0.0.1:1",
  TOKEN_JWKS: JSON.stringify({ keys: [] }),
  AWS_REGION: "us-east-1",
  AWS_ACCESS_KEY_ID: "local",
  AWS_SECRET_ACCESS_KEY: "local",
  AWS_ENDPOINT_URL: "http://127.0.0.1:1",
};

async function stage() {
  const { forks, store } = oneByOne(memoryStore());
  const clock = systemClock;
  const bus = await createBus({ clock, store, targetOf: () => undefined });
  await bus.operations.CreateEventBus({ Name: busName });
  const queues = createSqs({ clock, store, standard: { [wakeupsName]: {} } });
  const states = createStates({ clock, store, integrations: tasks([], {}) });
  const services = {
    dynamodb: createDynamodb({ store, clock }).call,
    events: bus.call,
    states: states.call,
  };
  const said: string[] = [];
  let takesMessages = true;
  const sqs: typeof queues.call = async (target, body) =>
    takesMessages ? queues.call(target, body) : { status: 503, body: "{}" };
  const functions = composeFunctions(variables, (line) => said.push(line), {
    services: { ...services, sqs },
  });
  onTestFinished(async () => {
    await functions.idle();
    await states.close();
    await store.close();
  });
  await createTable(dynamoDbOf(variables, { inProcess: services }), tableDefinition, layoutRow, TTL);
  const refuseMessages = () => {
    takesMessages = false;
  };
  return { functions, forks, said, refuseMessages };
}

const question = (deadlineSeconds: number, nth: number) => ({
  version: "0",
  id: `7bf73129-1428-4cd3-a780-95db273d160${nth}`,
  "detail-type": "Feedback Requested",
  source: "workflow.test",
  account: defaultPlace.accountId,
  time: new Date().toISOString(),
  region: "us-east-1",
  resources: ["arn:aws:states:us-east-1:000000000000:execution:work:e1"],
  detail: {
    subject: "video/v_1",
    thread: "title",
    round: 1,
    taskToken: `AQCkAAAAKgAAAAMAAAAAAAAAAd+${nth}==`,
    timeoutSeconds: 3600,
    deadlineSeconds,
    prompt: "Which title?",
    verbs: ["approve", "reject"],
    assignees: ["user/ana"],
  },
});

interface Row {
  readonly pk: { readonly S: string };
  readonly version?: { readonly N: string };
  readonly due?: { readonly N: string };
}

const rowsIn = (view: View): Row[] =>
  Array.from(view.list<[number, Row]>({ prefix: ["dynamodb", "item"] }), ([, [, row]]) => row);

const messagesIn = (view: View): Wakeup[] =>
  Array.from(
    view.list<{ body: string }>({ prefix: ["sqs", "message", wakeupsName] }),
    ([, { body }]) => readWakeup(body)!,
  );

it("has a wake-up on the disk no later than the row that it precedes, wherever its process is killed", async () => {
  const { functions, forks, said } = await stage();
  for (const [nth, deadlineSeconds] of [5, 60, 100].entries())
    await functions.ingest(question(deadlineSeconds, nth) as never, {} as never);
  let seen = 0;
  for (const fork of forks) {
    const messages = messagesIn(fork);
    for (const { pk, version, due } of rowsIn(fork)) {
      if (!version || !due) continue;
      seen++;
      const own = messages.filter(
        (message) =>
          "request" in message && pk.S.endsWith(message.request) && message.version === Number(version.N),
      );
      expect(own.map(({ at }) => at)).toContain(Number(due.N));
    }
  }
  expect([seen > 3, said]).toEqual([true, []]);
});

it("delivers a message again if the queue refused its successor", async () => {
  const { functions, forks, refuseMessages } = await stage();
  await functions.ingest(question(60, 0) as never, {} as never);
  const [message] = messagesIn(forks.at(-1)!);
  refuseMessages();
  const early = { messageId: "m1", body: JSON.stringify({ ...message, version: 99 }) };
  expect(await functions.clock({ Records: [early] } as never, {} as never)).toEqual({
    batchItemFailures: [{ itemIdentifier: "m1" }],
  });
});
