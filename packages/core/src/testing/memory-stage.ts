import type {
  Channel,
  FeedbackRequested,
  OutEvent,
  ProgressReported,
  ReplyBody,
  RequestId,
  Verb,
} from "@callboard/protocol";
import { applyDelta, applySubscribed, type ChannelMap, emptyChannelMap, valuesOf } from "@callboard/protocol";
import type { Caller } from "../access/principal.ts";
import { type App, createApp, createClock, createPlugins, type PluginsApp } from "../app.ts";
import type { Proposal } from "../channel/change.ts";
import type { Connected } from "../channel/follow.ts";
import { laterInInvocation } from "../channel/later.ts";
import { wakenedAudiences } from "../clock/wakened.ts";
import type { Envelope } from "../execution.ts";
import type { Executions, PluginCall, Ports } from "../ports/index.ts";
import type { Acted, Acting } from "../request/act.ts";
import { publishOn } from "./heads.ts";
import { memoryDoorTokens } from "./memory-door-tokens.ts";
import { memoryDueStore } from "./memory-due-store.ts";
import { memoryHeadStore } from "./memory-head-store.ts";
import { memoryNoticeStore } from "./memory-notice-store.ts";
import { memoryPeopleStore } from "./memory-people-store.ts";
import { type Delivery, memoryPush } from "./memory-push.ts";
import { memoryReachStore } from "./memory-reach-store.ts";
import { memoryRequestStore } from "./memory-request-store.ts";
import {
  memoryAttentionStore,
  memoryAudienceStore,
  memoryConnectionStore,
  memoryExecutionStore,
  memoryHistoryStore,
  memoryPairStore,
  memoryRefusalCounter,
} from "./memory-stores.ts";
import { memoryWakeups } from "./memory-wakeups.ts";

/** The clock polls each minute. */
const POLL_EVERY_MS = 60_000;
/** A message that was not handled comes again after this time. */
const HIDDEN_MS = 4000;

/** A wait of a fake execution: open until its result or its end. */
interface Wait {
  result?: unknown;
  ended?: boolean;
}

/** The execution that reports and asks by default. */
export const executionArn = "arn:aws:states:us-east-1:000000000000:execution:post-processing:e1";

/** The envelope of an event whose source may publish about everything. */
export const anybodys = { source: "test.workflow", may: () => true } as const;

/** Step Functions as the relay uses it: each task token is a wait that takes one result. */
function fakeExecutions() {
  const waits = new Map<string, Wait>();
  /** Outcomes of the next results, in place of the usual ones. */
  const outcomes: ("again" | "invalid" | "ok_but_again")[] = [];
  const executions: Executions = {
    async succeed(taskToken, output) {
      const outcome = outcomes.shift();
      if (outcome === "again") return outcome;
      const wait = waits.get(taskToken);
      if (!wait) return "missing";
      if (wait.ended || wait.result !== undefined) return "timed_out";
      if (outcome === "invalid") return outcome;
      wait.result = output;
      return outcome === "ok_but_again" ? "again" : "ok";
    },
    async heartbeat(taskToken) {
      const wait = waits.get(taskToken);
      if (!wait) return "missing";
      return wait.ended || wait.result !== undefined ? "timed_out" : "ok";
    },
    async waitOutcome(_execution, taskToken, replyId) {
      const wait = waits.get(taskToken);
      if ((wait?.result as { replyId?: string } | undefined)?.replyId === replyId) return "delivered";
      return !wait || wait.ended || wait.result !== undefined ? "gone" : "unknown";
    },
  };
  return { executions, waits, outcomes };
}

/** The complete domain in memory. */
export type Stage = ReturnType<typeof memoryStage>;

/**
 * The complete domain in memory, with a clock that only the test moves, a bus that the test pumps, and clients that
 * keep maps. `overrides` replace ports, and may be made from those in memory.
 */
export function memoryStage(overrides: Partial<Ports> | ((ports: Ports) => Partial<Ports>) = {}) {
  let now = Date.UTC(2026, 0, 1);
  let count = 0;
  const requests = memoryRequestStore();
  const heads = memoryHeadStore(requests.versionOf);
  const audiences = memoryAudienceStore();
  const people = memoryPeopleStore();
  const reach = memoryReachStore(people);
  const queue: OutEvent[] = [];
  const put: OutEvent[] = [];
  const deliveries: Delivery[] = [];
  const gone = new Set<string>();
  const calls: PluginCall[] = [];
  const metrics: { name: string; value: number }[] = [];
  const fake = fakeExecutions();
  const wakeups = memoryWakeups({ now: () => ports.clock.now() });
  let nextPollAt = now + POLL_EVERY_MS;
  const memory: Ports = {
    heads,
    requests,
    attention: memoryAttentionStore(),
    refusals: memoryRefusalCounter(),
    people,
    reach,
    notices: memoryNoticeStore(),
    tokens: requests.vault,
    doorTokens: memoryDoorTokens(),
    audiences,
    dues: memoryDueStore(requests, audiences),
    wakeups,
    connections: memoryConnectionStore(),
    executionRecords: memoryExecutionStore(),
    pairs: memoryPairStore(),
    history: memoryHistoryStore(),
    executions: fake.executions,
    push: memoryPush({
      clock: { now: () => ports.clock.now() },
      async arrive(delivery) {
        if (gone.has(delivery.connectionId)) return "gone";
        deliveries.push(delivery);
        return "arrived";
      },
    }),
    bus: {
      async put(events) {
        queue.push(...events);
        put.push(...events);
      },
    },
    lists: new Set(),
    objects: { sign: async (key) => ({ url: `https://files/${key}?at=${now}`, expiresAt: now + 900_000 }) },
    schemas: { fault: async () => undefined, issues: async () => [] },
    clock: { now: () => now, wait: async () => {} },
    later: { run: (at, work) => laterInInvocation(ports.clock).run(at, work) },
    ids: {
      random: () => (count++).toString(36).padStart(16, "0"),
      hash: (text) =>
        [...text]
          .reduce((sum, c) => (sum * 31n + BigInt(c.charCodeAt(0))) % 2n ** 120n, 7n)
          .toString(36)
          .padStart(12, "0"),
      digits: (length) => String(count++).padStart(length, "0").slice(-length),
      secret: () => `secret${count++}`.padEnd(43, "A").concat("="),
    },
    log: { info() {}, warn() {}, metric: (name, value) => metrics.push({ name, value }) },
  };
  const ports: Ports = { ...memory, ...(typeof overrides === "function" ? overrides(memory) : overrides) };
  const plugins = { call: async (call: PluginCall) => void calls.push(call) };
  const app = {
    ...createApp(ports),
    ...createClock(ports),
    ...createPlugins({ ...ports, turns: requests.turns, plugins }),
  };
  const envelope = (time = now): Envelope => ({
    ...anybodys,
    id: `ev${count++}`,
    time,
    execution: executionArn,
  });

  /** Handles the events on the bus, and those that they cause, until the bus is empty. */
  async function pump(): Promise<void> {
    for (let event = queue.shift(); event; event = queue.shift()) await handle(app, event);
  }

  /** Lets the clock take the messages that are due, ten at a time, and handles the resulting events. */
  async function wake(): Promise<void> {
    for (let come = wakeups.take(10); come.length > 0; come = wakeups.take(10)) {
      const failed = await app.clock.wake(come);
      await wakeups.send(failed.map((one) => ({ ...one, at: now + HIDDEN_MS })));
      await pump();
    }
  }

  return {
    app,
    ports,
    wakeups,
    wake,
    queue,
    put,
    reach,
    deliveries,
    gone,
    /** Requests to plugins. */
    calls,
    metrics,
    requests,
    envelope,
    pump,
    /** Publishes what no use case publishes; messages are sent for what it makes due, as usual. */
    publish: (channel: Channel, proposals: readonly Proposal[]) =>
      publishOn({ ...ports, audiences: wakenedAudiences(ports, ports.audiences) }, channel, proposals),
    executions: {
      ...fake,
      /** The result that resumed the wait of a token. */
      resumedWith: (taskToken: string) => fake.waits.get(taskToken)?.result,
    },
    now: () => now,
    /** Moves time on without running the clock. */
    pass(ms: number) {
      now += ms;
    },
    /** Moves time on: the clock takes each message when it is due, and polls each minute. */
    async advance(ms: number) {
      for (const end = now + ms; now < end; ) {
        now = Math.max(now, Math.min(end, nextPollAt, wakeups.nextAt() ?? Infinity));
        await wake();
        if (now < nextPollAt) continue;
        nextPollAt = now + POLL_EVERY_MS;
        await app.clock.pollDue();
        await pump();
      }
    },
    report: (detail: Partial<ProgressReported> & Pick<ProgressReported, "step" | "state">) =>
      app.progress.report({ subject: "video/v_1", at: now, ...detail }, envelope()),
    /** Asks a question and pumps the bus. Returns its id. */
    async ask(detail: Partial<FeedbackRequested> = {}): Promise<RequestId> {
      const taskToken = detail.taskToken ?? `token-${count++}`;
      fake.waits.set(taskToken, fake.waits.get(taskToken) ?? {});
      const before = new Set(requests.all().map((request) => request.id));
      await app.feedback.ask({ ...question, ...detail, taskToken } as FeedbackRequested, envelope());
      await pump();
      const asked = requests.all().find((request) => !before.has(request.id));
      return asked?.id ?? `req_${ports.ids.hash(taskToken)}`;
    },
    reply: (id: RequestId, said: Partial<ReplyBody> = {}, by: Caller = ana) =>
      app.feedback.reply(overSocket(by, "c-reply"), id, replyBody(said)),
    client: (connectionId: string, caller: Caller = ana) =>
      memoryClient(app, deliveries, { connectionId, caller }),
  };
}

/** Does what the bus's rules do with an event that Callboard put. */
export async function handle(app: App & Partial<PluginsApp>, event: OutEvent): Promise<void> {
  switch (event.type) {
    case "Request Changed":
      return app.feedback.announce(event.requestId, event.version);
    case "Turn Changed":
      return app.turns?.changed(event.requestId);
    case "Attention Changed":
      return app.feedback.announceAttention(event.requestId);
    case "Reply Accepted":
      return app.relay.deliver(event.requestId);
    case "Request Due":
      return app.relay.due(event.requestId);
    case "Audience Due":
      return app.channels.countViewers(event.channel);
  }
}

/** A person who may follow everything. */
export const ana: Caller = {
  id: "ana",
  name: "Ana",
  roles: [],
  capabilities: ["watch:*", "work:*"],
  expiresAt: Date.UTC(2100, 0, 1),
};

/** A person who may only watch. */
export const viewer: Caller = { ...ana, id: "vic", name: "Vic", capabilities: ["watch:*"] };

/** The default question. */
export const question = {
  subject: "video/v_1" as const,
  thread: "title",
  round: 1,
  timeoutSeconds: 3600,
  heartbeatSeconds: 600,
  prompt: "Which title?",
  verbs: ["pick", "edit", "regenerate", "reject"] as Verb[],
  candidates: [
    { id: "a", title: "A title" },
    { id: "b", title: "Another title" },
  ],
  assignees: ["user/ana" as const],
};

/** A person who acts over a connection. */
export const overSocket = (caller: Caller, device = `of-${caller.id}`): Acting => ({
  caller,
  origin: { way: "socket", device },
});

/** A person's connection. */
export const connectionOf = (caller: Caller, connectionId = `of-${caller.id}`): Connected => ({
  connectionId,
  caller,
});

/** The result of an action: `accepted`, or the code of the refusal. */
export const codeOf = (acted: Acted): string => (acted.status === "refused" ? acted.code : acted.status);

/** A pick of the first candidate, with changes. */
export const replyBody = (said: Partial<ReplyBody> = {}): ReplyBody => ({
  replyId: "r1",
  round: 1,
  verb: "pick",
  ...(said.verb && said.verb !== "pick" ? {} : { candidateId: "a" }),
  ...said,
});

/** A client that applies deliveries as the library does, but does not repair gaps. */
function memoryClient(
  app: App,
  deliveries: readonly Delivery[],
  connected: { connectionId: string; caller: Caller },
) {
  const maps = new Map<Channel, ChannelMap>();
  const gaps = new Set<Channel>();
  const bases = new Map<Channel, number | undefined>();
  let seen = 0;
  let sub = 0;
  return {
    async follow(channel: Channel): Promise<string | undefined> {
      sub++;
      const known = maps.get(channel);
      const base = bases.get(channel);
      const after =
        known?.epoch === undefined
          ? undefined
          : { epoch: known.epoch, offset: known.offset, ...(base === undefined ? {} : { base }) };
      const wanted = { sub, ...(after ? { after } : {}) };
      const subscribed = (await app.channels.subscribe(connected, new Map([[channel, wanted]]))).get(
        channel,
      )!;
      if ("error" in subscribed) return subscribed.error;
      maps.set(channel, applySubscribed(after && known ? known : emptyChannelMap, subscribed).map);
      gaps.delete(channel);
      bases.set(channel, subscribed.more ? subscribed.base : undefined);
      return subscribed.more ? this.follow(channel) : undefined;
    },
    /** Applies everything that was delivered since the last call. */
    take() {
      for (const { connectionId, channel, delta } of deliveries.slice(seen)) {
        const map = connectionId === connected.connectionId ? maps.get(channel) : undefined;
        if (!map) continue;
        const result = applyDelta(map, delta);
        if (result.outcome === "applied") maps.set(channel, result.map);
        if (result.outcome === "gap") gaps.add(channel);
      }
      seen = deliveries.length;
    },
    values(channel: Channel): Record<string, unknown> {
      this.take();
      return valuesOf(maps.get(channel) ?? emptyChannelMap);
    },
    map: (channel: Channel) => maps.get(channel),
    gaps,
  };
}
