import type { Caller, Reach } from "@callboard/core";
import { seededRandom } from "@callboard/core/testing/seeded-random.ts";
import { type Channel, RequestId } from "@callboard/protocol";
import { bucketSigner } from "../../aws/clients.ts";
import { doorTokens } from "../../aws/door-tokens.ts";
import { eventBridgeBus } from "../../aws/eventbridge-bus.ts";
import { eventBridgePlugins } from "../../aws/eventbridge-plugins.ts";
import { cryptoIds } from "../../aws/machine.ts";
import { sfnExecutions } from "../../aws/sfn-executions.ts";
import { sqsWakeups } from "../../aws/sqs-wakeups.ts";
import { ssmSecret } from "../../aws/ssm-secret.ts";
import { composeClock, composeRelay, composeRequests, composeSocket } from "../../compose.ts";
import { composeNotify } from "../../compose-notify.ts";
import { composePlugins } from "../../compose-plugins.ts";
import { composeFanout, composeIngest } from "../../compose-posting.ts";
import type { FunctionName } from "../../environment.ts";
import { httpRequestsHandler } from "../../handlers/answers.ts";
import { clockHandler } from "../../handlers/clock.ts";
import { fanoutHandler } from "../../handlers/fanout.ts";
import { ingestHandler } from "../../handlers/ingest.ts";
import { notifyHandler } from "../../handlers/notify.ts";
import { pluginsHandler } from "../../handlers/plugins.ts";
import { relayHandler } from "../../handlers/relay.ts";
import { type SocketEvent, socketHandler } from "../../handlers/socket.ts";
import { sdkSender } from "../../push/sdk-sender.ts";
import { dynamoHeadStore } from "../../table/dynamo-head-store.ts";
import { dynamoNoticeStore } from "../../table/dynamo-notice-store.ts";
import { dynamoPeopleStore } from "../../table/dynamo-people-store.ts";
import { dynamoReachStore } from "../../table/dynamo-reach-store.ts";
import { dynamoTurnStore } from "../../table/dynamo-turn-store.ts";
import type { Row } from "../../table/table.ts";
import { type TableStores, tableStores } from "../../table/table-stores.ts";
import type { Engine } from "../../testing/dynamodb.ts";
import type { httpEvent } from "../../testing/http-events.ts";
import type { RecordedAnswer, RecordedCall } from "../../testing/recorded-service.ts";
import { keptLog } from "../../testing/spies.ts";
import { stillClock } from "../../testing/still-clock.ts";
import { type FakeBus, fakeBus } from "./bus.ts";
import { watchedClients } from "./clients.ts";
import { emptyTables } from "./empty-tables.ts";
import { lateIndexes } from "./late-indexes.ts";
import { type FakeMailDoor, fakeMailDoor } from "./mail.ts";
import { createPerson, type Person } from "./person.ts";
import { callFromProcess, type Fault, type Process, runProcess } from "./process.ts";
import { type FakeQueue, fakeQueue } from "./queue.ts";
import { type FakeStepFunctions, fakeStepFunctions } from "./step-functions.ts";

/** A fault and the invocation that gets it: a function's first one for a kind of event. */
interface InjectedFault {
  readonly name: FunctionName;
  readonly of: string;
  readonly fault: Fault;
}

/** All functions of Callboard on one table, with simulated AWS services and people; time is virtual. */
export interface World {
  readonly bus: FakeBus;
  /** The queue of wake-ups. */
  readonly queue: FakeQueue;
  readonly states: FakeStepFunctions;
  /** The mails that people received. */
  readonly mail: FakeMailDoor;
  readonly people: Person[];
  /** Every invocation so far. */
  readonly processes: Process[];
  /** All posts to connections and answers to messages. */
  readonly sent: string[];
  /** All log lines. */
  readonly logged: unknown[];
  now(): number;
  /** The longest time that anything was overdue, in milliseconds. */
  latestMs(): number;
  /** The next such invocation gets the fault. */
  injectFault(injected: InjectedFault): void;
  /** A person with a device, connected. */
  arrive(caller: Caller, device: string): Promise<Person>;
  /** The keys of a person's rows. */
  keyOf(user: string): string;
  /** Sets how a person is reached, regardless of their token. */
  reach(user: string, change?: Partial<Reach>): Promise<void>;
  /** A person's request to the HTTP API; returns its status. */
  http(event: ReturnType<typeof httpEvent>): Promise<number | undefined>;
  /** A workflow puts an event, by default for the only execution. */
  report(type: string, detail: object, run?: string): void;
  /** Delivers everything on the bus, and what follows from it, until nothing is left. */
  pump(): Promise<void>;
  /** Lets time pass, with messages and the clock's poll each minute, and continues until nothing is due soon. */
  settle(ms?: number): Promise<void>;
  rows(): Promise<Row[]>;
  /** The table itself, outside of any process. */
  readonly stores: TableStores;
  /** Kinds of subjects that are listed. */
  readonly lists: ReadonlySet<string>;
  close(): Promise<void>;
}

export interface WorldOptions {
  /** Seed for a bus that shuffles and repeats, late indexes, and lost answers of Step Functions. */
  readonly unreliable?: number;
  readonly postsPerSecond?: number;
  /** Kinds of subjects that are listed, separated by commas. */
  readonly lists?: string;
  /** Whether a signature counts as a call: a signed URL uses the signer's permissions. */
  readonly signs?: true;
  /** Whether mails go by SMTP, with a password in an SSM parameter. */
  readonly smtp?: true;
}

export const execution = "arn:aws:states:eu-central-1:123456789012:execution:post-processing:e1";
const environment = {
  AWS_REGION: "eu-central-1",
  AWS_ACCESS_KEY_ID: "local",
  AWS_SECRET_ACCESS_KEY: "local",
  // Nothing listens there, so a client that the world did not create cannot call anything.
  AWS_ENDPOINT_URL: "http://127.0.0.1:1",
  BUS_NAME: "callboard",
  WAKEUPS_QUEUE_URL: "http://127.0.0.1:1/000000000000/wakeups",
  BUCKET: "bucket",
  SOCKET_ENDPOINT: "http://127.0.0.1:1",
};
const tables = emptyTables();

/** Work that is due within this time is awaited: retried announcements and relays. */
const SOON_MS = 120_000;
const POLL_EVERY_MS = 60_000;
const MAX_STEPS = 300;

export async function openWorld(
  engine: Engine,
  { unreliable, postsPerSecond, lists, signs, smtp }: WorldOptions = {},
): Promise<World> {
  const name = await tables.take(engine);
  const clock = stillClock(Date.UTC(2026, 0, 1));
  const random = unreliable === undefined ? undefined : seededRandom(unreliable);
  const bus = fakeBus(clock.now, random);
  const queue = fakeQueue(clock.now, random);
  const states = fakeStepFunctions(clock.now);
  const mail = fakeMailDoor();
  const connections = new Map<string, (text: string) => void>();
  const sent: string[] = [];
  const people: Person[] = [];
  const processes: Process[] = [];
  const { log, lines, metrics } = keptLog();
  let injected: InjectedFault | undefined;
  let nextPollAt = clock.now() + POLL_EVERY_MS;
  let latestMs = 0;

  function post({ path, body }: RecordedCall): RecordedAnswer {
    const take = connections.get(decodeURIComponent(path.slice(path.lastIndexOf("/") + 1)));
    if (!take) return { status: 410, error: "GoneException" };
    sent.push(body);
    take(body);
    return {};
  }

  const clients = watchedClients(engine, {
    bus: bus.answer,
    queue: queue.answer,
    states(call) {
      if (random && call.operation === "SendTaskSuccess" && random() < 0.5) states.loseAnswers(1);
      return states.answer(call);
    },
    connections: post,
    ...(random ? { table: lateIndexes() } : {}),
  });
  const table = {
    name,
    clock,
    get dynamodb() {
      return clients.dynamodb();
    },
  };
  const settings = {
    ...environment,
    TABLE_NAME: name,
    LISTS: lists?.split(","),
    ...(postsPerSecond ? { POSTS_PER_SECOND: postsPerSecond } : {}),
  };
  const signer = bucketSigner(environment, clock);
  const recordedSigner: typeof signer = {
    sign: (key) =>
      callFromProcess(
        { service: "S3", operation: "GetObject", request: key },
        { effect: () => signer.sign(key), brokenAnswer: () => ({ url: "", expiresAt: 0 }), discard() {} },
      ),
  };
  const objects = signs ? recordedSigner : signer;
  const sender = sdkSender({ client: clients.connections, log });

  /** Everything in a process's memory. */
  function compose() {
    const { tokens, ...stores } = tableStores(table);
    const ports = {
      ...stores,
      bus: eventBridgeBus({ events: clients.bus, busName: "callboard", clock }),
      wakeups: sqsWakeups({ sqs: clients.queue, queueUrl: environment.WAKEUPS_QUEUE_URL, clock }),
      clock,
      ids: cryptoIds,
      log,
    };
    const known = { people: dynamoPeopleStore(table), reach: dynamoReachStore(table) };
    const requests = composeRequests(settings, {
      ...ports,
      ...known,
      doorTokens: doorTokens({ table, clock }),
    });
    return {
      socket: socketHandler(composeSocket(settings, { ...ports, ...known, objects })),
      requests: httpRequestsHandler(requests),
      ingest: ingestHandler(composeIngest(settings, { ...ports, objects, sender })),
      fanout: fanoutHandler(composeFanout(settings, { ...ports, sender })),
      relay: relayHandler(
        composeRelay(settings, { ...ports, tokens, executions: sfnExecutions(clients.states) }),
      ),
      clock: clockHandler(composeClock(settings, ports)),
      notify: notifyHandler(
        composeNotify(settings, {
          ...ports,
          // It must not use rows that other functions have cached.
          heads: dynamoHeadStore(table),
          reach: known.reach,
          notices: dynamoNoticeStore(table),
          doorTokens: doorTokens({ table, makeSecret: cryptoIds.secret, clock }),
          doors: mail.doors(smtp ? ssmSecret(clients.ssm, "smtp-password") : undefined),
        }),
      ),
      plugins: pluginsHandler(
        composePlugins(settings, {
          ...ports,
          ...dynamoTurnStore(table),
          doorTokens: doorTokens({ table, makeSecret: cryptoIds.secret, clock }),
          plugins: eventBridgePlugins({ events: clients.bus, clock }),
        }),
      ),
    };
  }

  let functions = compose();
  async function run<T>(name: FunctionName, of: string, work: () => Promise<T>) {
    const getsFault = injected?.name === name && injected.of === of;
    const fault = getsFault ? injected?.fault : undefined;
    if (getsFault) injected = undefined;
    const from = clock.now();
    const ending = await runProcess(name, of, fault, work);
    ending.process.waitedMs = clock.now() - from;
    processes.push(ending.process);
    // A dead process's memory is lost.
    if (ending.outcome === "died") functions = compose();
    return ending;
  }

  async function invokeSocket(event: SocketEvent, of: string) {
    const ending = await run("socket", of, () => functions.socket(event));
    if (ending.outcome === "failed") throw ending.error;
    if (ending.outcome === "died") return undefined;
    if (ending.answer.body !== undefined) sent.push(ending.answer.body);
    return ending.answer as { statusCode?: number; body?: string };
  }

  async function pump(): Promise<void> {
    for (let delivery = bus.next(); delivery; delivery = bus.next()) {
      const { event, target } = delivery;
      const ending = await run(target, event["detail-type"], () => functions[target](event));
      if (ending.outcome !== "answered")
        bus.again(delivery, ending.outcome === "failed" ? ending.error : "died");
    }
  }

  const rows = (): Promise<Row[]> => engine.rows(name);

  /** Passes arrived messages to the clock. */
  async function wake(): Promise<void> {
    for (let batch = queue.receive(); batch.length > 0; batch = queue.receive()) {
      const Records = batch.map(({ messageId, body }) => ({ messageId, body }));
      const ending = await run("clock", "wake-up", () => functions.clock({ Records }));
      if (ending.outcome !== "answered") continue;
      const again = ending.answer?.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier) ?? [];
      for (const { messageId } of batch) if (!again.includes(messageId)) queue.remove(messageId);
      await pump();
    }
  }

  async function settle(ms = 0): Promise<void> {
    const end = clock.now() + ms;
    await pump();
    for (let steps = 0; steps < MAX_STEPS; steps++) {
      const due = Math.min(...(await rows()).map((row) => (row.due as number | undefined) ?? Infinity));
      latestMs = Math.max(latestMs, clock.now() - due);
      const again = bus.nextAt();
      if (Math.min(due, again) > Math.max(end, clock.now() + SOON_MS) && queue.nextAt() > end) {
        await clock.wait(Math.max(0, end - clock.now()));
        return;
      }
      const next = Math.min(again, queue.nextAt(), nextPollAt);
      await clock.wait(Math.max(0, next - clock.now()));
      await wake();
      if (clock.now() >= nextPollAt) {
        nextPollAt = clock.now() + POLL_EVERY_MS;
        await run("clock", "poll", () => functions.clock());
      }
      await pump();
    }
    throw new Error(`something is still due after ${MAX_STEPS} steps`);
  }

  return {
    bus,
    queue,
    states,
    mail: mail.state,
    people,
    processes,
    sent,
    logged: [lines, metrics],
    now: clock.now,
    latestMs: () => latestMs,
    injectFault(next) {
      injected = next;
    },
    async arrive(caller, device) {
      const person = createPerson(caller, device, {
        invoke: invokeSocket,
        open: (connectionId, take) => void connections.set(connectionId, take),
        close: (connectionId) => void connections.delete(connectionId),
      });
      people.push(person);
      await person.connect();
      return person;
    },
    keyOf,
    async reach(user, change = {}) {
      const store = dynamoReachStore(table);
      const key = keyOf(user);
      const before = await store.read(key);
      await store.replace(before, {
        key,
        person: { id: user, name: user },
        roles: [],
        own: {},
        at: clock.now(),
        ...before,
        issuer: { address: `${user}@example.com` },
        rev: (before?.rev ?? 0) + 1,
        ...change,
      });
    },
    async http(event) {
      const { method, path } = event.requestContext.http;
      const of = `${method} ${path.replace(/^\/unsubscribe\/.*/, "/unsubscribe/{token}")}`;
      const ending = await run("requests", of, () => functions.requests(event));
      if (ending.outcome === "failed") throw ending.error;
      return ending.outcome === "died" ? undefined : ending.answer.statusCode;
    },
    report: (type, detail, run = execution) =>
      type === "Step Functions Execution Status Change"
        ? bus.accept("aws.states", type, detail)
        : bus.accept("video.post-processing", type, detail, [run]),
    pump,
    settle,
    rows,
    stores: tableStores(table),
    lists: new Set(settings.LISTS),
    close: async () => tables.giveBack(engine, name, await rows()),
  };
}

const keyOf = (user: string): string => cryptoIds.hash(`user/${user}`);

/** The id that a question gets. */
export const requestIdOf = (taskToken: string): RequestId =>
  RequestId.parse(`req_${cryptoIds.hash(taskToken)}`);

export const channelsOf = (subject: string, user: string): Channel[] => [
  `watch:${subject}` as Channel,
  `work:${subject}` as Channel,
  `inbox:user/${user}` as Channel,
];
