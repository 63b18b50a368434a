import type { Channel, OutEvent } from "@callboard/protocol";
import { describe, expect, it } from "vitest";
import { propose, version } from "../channel/change.ts";
import type { Dated, DueKind, Ports, Wakeup } from "../ports/index.ts";
import { ana, memoryStage, viewer } from "../testing/memory-stage.ts";
import { countWaiting, isTimeToCount, pollDue } from "./poll.ts";

const isDue = ({ type }: OutEvent) => type.endsWith(" Due");
const change = propose("title", 1, version(1), 1);
const channelOf = (n: number): Channel => `watch:video/w_${n}`;

describe("a poll", () => {
  it("puts events for overdue rows, and sends messages for rows due within 75 seconds", async () => {
    const stage = memoryStage();
    const soon = await stage.ask({ deadlineSeconds: 200 });
    await stage.ask({ thread: "b", deadlineSeconds: 300, heartbeatSeconds: 1800 });
    const overdue = await stage.ask({ thread: "c", deadlineSeconds: 10 });
    stage.wakeups.take();
    stage.put.length = 0;
    stage.pass(130_000);
    const before = stage.wakeups.sent.length;
    expect(await stage.app.clock.pollDue()).toBe(2);
    expect(stage.put.filter(isDue)).toEqual([
      { type: "Request Due", requestId: overdue },
      { type: "Audience Due", channel: "watch:video/v_1" },
    ]);
    const sent = stage.wakeups.sent.slice(before);
    expect(sent).toContainEqual({ request: soon, at: stage.now() + 70_000, again: 1 });
    expect(sent.filter(({ at }) => at === stage.now() + 8000)).toHaveLength(2);
    expect(sent).toHaveLength(3);
  });

  it("reports the age of the oldest overdue row, and nothing while all rows are in time", async () => {
    const stage = memoryStage();
    await stage.ask({ deadlineSeconds: 10 });
    await stage.ask({ thread: "b", deadlineSeconds: 100 });
    const late = () => stage.metrics.filter(({ name }) => name === "late_ms");
    stage.pass(70_000);
    await stage.app.clock.pollDue();
    expect(late()).toEqual([]);
    // Request Due is put at each poll, and nobody handles it.
    stage.pass(60_000);
    await stage.app.clock.pollDue();
    expect(late()).toEqual([{ name: "late_ms", value: 127_000 }]);
  });

  it("finds a row without a message within 75 seconds", async () => {
    const stage = memoryStage((memory) => {
      const sent: Wakeup[] = [];
      return {
        wakeups: {
          // The queue is down while the question is asked.
          send: (wakeups) =>
            sent.push(...wakeups) < 4 ? Promise.reject(new Error("out")) : memory.wakeups.send(wakeups),
        },
      };
    });
    const id = await stage.ask({ deadlineSeconds: 20 });
    const { status } = stage.requests.all()[0]!;
    expect(status.state).toBe("open");
    await stage.advance(95_000);
    expect(stage.requests.all().map((request) => [request.id, request.status.state])).toEqual([
      [id, "expired"],
    ]);
  });

  it("does the rest when the bus or the queue fails, and finally throws", async () => {
    const stage = memoryStage((memory) => ({
      bus: {
        put: (events) => (events.some(isDue) ? Promise.reject(new Error("out")) : memory.bus.put(events)),
      },
    }));
    await stage.ask({ deadlineSeconds: 30 });
    const later = await stage.ask({ thread: "b", deadlineSeconds: 200 });
    stage.pass(130_000);
    await expect(stage.app.clock.pollDue()).rejects.toThrow("out");
    expect(stage.wakeups.sent).toContainEqual({ request: later, at: stage.now() + 70_000, again: 1 });
  });

  it("reads until there are no more rows, and stops when its time is over", async () => {
    const stage = memoryStage();
    for (let n = 0; n < 5000; n++) await stage.ports.audiences.mark(channelOf(n), stage.now() + 1000);
    stage.pass(2000);
    expect(await stage.app.clock.pollDue()).toBe(5000);
    const slow = memoryStage({
      audiences: stage.ports.audiences,
      dues: {
        ...stage.ports.dues,
        async due(...asked) {
          slow.pass(1000);
          return stage.ports.dues.due(...asked);
        },
      },
    });
    slow.pass(2000);
    const due = await slow.app.clock.pollDue();
    expect(due).toBeGreaterThan(0);
    expect(due).toBeLessThan(5000);
  });
});

describe("a poll of an index", () => {
  const began = Date.UTC(2026, 0, 1);

  /** A poll of an index that answers each query like this, at a time that the answer can move on. */
  async function polled(
    answer: (kind: DueKind, partition: number, after: Dated | undefined) => readonly Dated[] | Error,
    stepMs = 0,
  ) {
    const seen = { queries: 0, put: [] as OutEvent[], sent: [] as Wakeup[], said: [] as unknown[] };
    let now = began;
    const due = pollDue({
      dues: {
        async due(kind, partition, _until, _most, after) {
          seen.queries++;
          now += stepMs;
          const page = answer(kind, partition, after);
          if (page instanceof Error) throw page;
          return [...page];
        },
      } as Ports["dues"],
      bus: { put: async (events) => void seen.put.push(...events) },
      wakeups: { send: async (wakeups) => void seen.sent.push(...wakeups) },
      clock: { now: () => now, wait: async () => {} },
      log: {
        info() {},
        warn: (text, about) => void seen.said.push([text, about]),
        metric: (name, value) => void seen.said.push([name, value]),
      },
    });
    const result = await due.catch(({ message }: Error) => message);
    return { ...seen, result };
  }
  const first = (kind: DueKind, partition: number, _after?: Dated) => kind === "audience" && partition === 0;
  const rows = (count: number, at: number): Dated[] =>
    Array.from({ length: count }, (_, n) => ({ audience: channelOf(n), at }));

  it("announces what is due at this moment, once", async () => {
    const { result, put, sent } = await polled((...of) => (first(...of) ? rows(1, began) : []));
    expect([result, put]).toEqual([1, [{ type: "Audience Due", channel: channelOf(0) }]]);
    expect(sent.map(({ at }) => at - began)).toEqual([8000]);
  });

  it("calls a row late when it is due for more than 75 seconds", async () => {
    const said = async (ms: number) =>
      (await polled((...of) => (first(...of) ? rows(1, began - ms) : []))).said;
    expect(await said(75_000)).toEqual([]);
    expect(await said(75_001)).toEqual([["late_ms", 75_001]]);
  });

  it("reads no further page after one that is not full", async () => {
    const empty = await polled(() => []);
    expect((await polled((...of) => (first(...of) ? rows(199, began) : []))).queries).toBe(empty.queries);
    const full = await polled((kind, partition, after) =>
      first(kind, partition) && !after ? rows(200, began) : [],
    );
    expect([full.queries, full.result]).toEqual([empty.queries + 1, 200]);
  });

  it("says where it stopped when two seconds are over", async () => {
    const full = (stepMs: number) =>
      polled((kind, partition, after) => (first(kind, partition) && !after ? rows(200, began) : []), stepMs);
    const { queries } = await polled(() => []);
    expect((await full(2000 / queries)).said).toContainEqual([
      "a poll ran out of time; the next one continues",
      { kind: "audience", partition: 0 },
    ]);
    expect((await full(1999 / queries)).said).toEqual([]);
  });

  it("reads the other partitions when one cannot be read, and finally throws", async () => {
    const { result, put } = await polled((kind, partition) =>
      kind === "request" && partition === 0
        ? new Error("throttled")
        : first(kind, partition)
          ? rows(1, began)
          : [],
    );
    expect([result, put.length]).toEqual(["throttled", 1]);
  });

  it("counts the waiting requests of all partitions", async () => {
    const asked: number[] = [];
    const waiting = async (partition: number) => {
      asked.push(partition);
      return 10 + partition;
    };
    const sum = await countWaiting({ dues: { waiting } as Ports["dues"] });
    expect(asked).toEqual(asked.map((_, n) => n));
    expect(sum).toBe(asked.reduce((total, partition) => total + 10 + partition, 0));
    expect(sum).toBeGreaterThan(10);
  });

  it("counts them in the first minute of each quarter of an hour", () => {
    const isTime = (minutes: number, ms = 0) => isTimeToCount(began + minutes * 60_000 + ms);
    expect([isTime(0), isTime(0, 59_999), isTime(1), isTime(14), isTime(15), isTime(46)]).toEqual([
      true,
      true,
      false,
      false,
      true,
      false,
    ]);
  });
});

describe("a flood of one token", () => {
  /** Somebody's question with a deadline, and 10,000 channels that others report of. */
  async function flooded(more: (ports: Ports) => Partial<Ports> = () => ({})) {
    const stage = memoryStage(more);
    await stage.ask({ deadlineSeconds: 30 });
    const channels = Array.from({ length: 10_000 }, (_, n) => channelOf(n));
    return { ...stage, channels };
  }

  /**
   * Lets time pass as on AWS under load: batches of ten, five at once, a tenth of a second each, and events of requests
   * come last.
   */
  async function loaded(stage: Awaited<ReturnType<typeof flooded>>, ms: number): Promise<void> {
    const backlog: Wakeup[] = [];
    for (const end = stage.now() + ms; stage.now() < end; ) {
      backlog.push(...stage.wakeups.take());
      backlog.sort((a, b) => Number("request" in a) - Number("request" in b));
      const next = stage.wakeups.nextAt() ?? end;
      const pauseMs = backlog.length > 0 ? 100 : Math.max(1, Math.min(end, next) - stage.now());
      for (let batch = 0; batch < 5 && backlog.length > 0; batch++)
        await stage.app.clock.wake(backlog.splice(0, 10));
      await stage.pump();
      stage.pass(pauseMs);
    }
  }

  it("of connections, and of unsubscribes from what it never followed, marks nothing", async () => {
    const stage = await flooded();
    const marks = stage.wakeups.sent.length;
    const stranger = { connectionId: "s1", caller: { ...viewer, id: "mallory", capabilities: [] } };
    for (const channel of stage.channels)
      await stage.app.channels.unsubscribe(stranger, new Map([[channel, 1]]));
    await stage.app.connections.close("s1");
    expect(stage.wakeups.sent).toHaveLength(marks);
    for (const channel of stage.channels) expect(await stage.ports.audiences.dueAt(channel)).toBeUndefined();
  });

  it("that follows many channels does not delay another person's deadline by two seconds", async () => {
    const stage = await flooded();
    for (const channel of stage.channels) {
      await stage.publish(channel, [change]);
      await stage.app.channels.countViewers(channel);
    }
    stage.pass(60_000);
    stage.wakeups.take();
    await stage.ask({ thread: "summary", deadlineSeconds: 4 });
    const deadline = stage.now() + 4000;
    // All of them come and leave just before the deadline.
    stage.pass(1000);
    const mallory = { ...viewer, id: "mallory" };
    for (const [n, channel] of stage.channels.entries()) {
      const connected = { connectionId: `m${n % 50}`, caller: mallory };
      await stage.app.channels.subscribe(connected, new Map([[channel, { sub: 1 }]]));
      await stage.app.channels.unsubscribe(connected, new Map([[channel, 2]]));
    }
    await loaded(stage, 5000);
    const status = stage.requests.all().at(-1)?.status as { state: string; at: number };
    expect(status.state).toBe("expired");
    expect(status.at - deadline).toBeLessThan(2000);
  });

  it("whose channels are all due for counting does not keep a poll from the requests", async () => {
    const order: string[] = [];
    const stage = await flooded((memory) => ({
      bus: {
        async put(events) {
          order.push(...events.filter(isDue).map(({ type }) => type));
          await memory.bus.put(events);
        },
      },
    }));
    for (const channel of stage.channels) await stage.ports.audiences.mark(channel, stage.now() + 1);
    stage.wakeups.take();
    stage.pass(31_000);
    await stage.app.clock.pollDue();
    expect(order[0]).toBe("Request Due");
    expect(order.length).toBeGreaterThan(1);
  });

  it("does not delay the counts of others' viewers", async () => {
    const stage = await flooded();
    await stage.publish(channelOf(9000), [change]);
    await stage.advance(20_000);
    for (let n = 0; n < 200; n++) await stage.publish(channelOf(n), [change]);
    await stage.advance(20_000);
    const mallory = { connectionId: "m1", caller: { ...viewer, id: "mallory" } };
    for (let n = 0; n < 200; n++)
      await stage.app.channels.subscribe(mallory, new Map([[channelOf(n), { sub: 1 }]]));
    await stage.app.channels.subscribe(mallory, new Map([[channelOf(9000), { sub: 1 }]]));
    expect((await stage.ports.audiences.dueAt(channelOf(9000)))! - stage.now()).toBe(240_000);
    await stage.client("honest", ana).follow(channelOf(9000));
    expect((await stage.ports.audiences.dueAt(channelOf(9000)))! - stage.now()).toBe(3000);
  });
});
