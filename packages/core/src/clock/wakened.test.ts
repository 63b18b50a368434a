import type { OutEvent } from "@callboard/protocol";
import { describe, expect, it } from "vitest";
import { MAX_PROMPT_PER_MINUTE } from "../channel/mark-viewers.ts";
import type { Wakeups } from "../ports/index.ts";
import type { FeedbackRequest, RequestNote, Transition } from "../request/request.ts";
import { ana, memoryStage } from "../testing/memory-stage.ts";
import { wakenedRequests } from "./wakened.ts";

const watch = "watch:video/v_1";

/** What the store does and what is sent, in order. */
function recorded() {
  const steps: string[] = [];
  const stage = memoryStage((memory) => ({
    requests: {
      ...memory.requests,
      ask: (asking) => {
        steps.push("ask");
        return memory.requests.ask(asking);
      },
      move: (transition) => {
        steps.push(`move ${transition.request.version}`);
        return memory.requests.move(transition);
      },
      note: (request, note) => {
        steps.push("note");
        return memory.requests.note(request, note);
      },
    },
    wakeups: {
      async send(wakeups) {
        for (const one of wakeups)
          if ("request" in one) steps.push(`send ${one.version} +${one.at - stage.now()}`);
        await memory.wakeups.send(wakeups);
      },
    },
  }));
  return { ...stage, steps };
}

describe("a write that makes something due soon", () => {
  it("is preceded by a message that names its version and its time", async () => {
    const { ask, reply, pump, steps } = recorded();
    const id = await ask();
    expect(steps).toEqual(["send 1 +5000", "ask", "note"]);
    steps.length = 0;
    await reply(id);
    await pump();
    expect(steps).toEqual(["send 2 +5000", "move 2", "send 3 +5000", "move 3", "note"]);
  });

  it("sends one for the request that it supersedes too", async () => {
    const { ask, steps } = recorded();
    await ask();
    steps.length = 0;
    await ask({ round: 2 });
    expect(steps.slice(0, 3)).toEqual(["send 1 +5000", "send 2 +5000", "ask"]);
  });

  it("sends a message for a deadline within two minutes, and none for a later one", async () => {
    const soon = recorded();
    await soon.ask({ deadlineSeconds: 120 });
    expect(soon.steps).toEqual(["send 1 +5000", "ask", "send 1 +120000", "note"]);
    const later = recorded();
    await later.ask({ deadlineSeconds: 121 });
    expect(later.steps).toEqual(["send 1 +5000", "ask", "note"]);
  });

  it("sends one for the relay's next attempt although something else is due first", async () => {
    const { ask, app, requests, executions, steps, pass } = recorded();
    const id = await ask();
    executions.outcomes.push("again");
    const acting = { caller: ana, origin: { way: "socket", device: "d" } } as const;
    await app.feedback.reply(acting, id, { replyId: "r1", round: 1, verb: "pick", candidateId: "a" });
    pass(2000);
    steps.length = 0;
    await app.relay.deliver(id);
    expect(requests.all()[0]?.status).toMatchObject({ state: "answered", attempts: 1 });
    expect(steps).toEqual(["send 2 +3000", "send 2 +5000", "note"]);
  });

  it("is made even if the queue takes no message", async () => {
    const refuse: Wakeups = { send: () => Promise.reject(new Error("the queue is away")) };
    const warnings: unknown[] = [];
    const stage = memoryStage((memory) => ({
      wakeups: refuse,
      log: { ...memory.log, warn: (...warning) => void warnings.push(warning) },
    }));
    const id = await stage.ask();
    expect(stage.requests.all().map((request) => request.id)).toEqual([id]);
    expect(await stage.reply(id)).toEqual({ status: "accepted" });
    const lost = "a wake-up could not be sent; a poll will find its row";
    expect(warnings).toContainEqual([lost, { requestId: id }]);
    expect(warnings).toContainEqual([lost, { kind: "audience" }]);
  });

  it("sends a limited number of messages a minute for one person, and is still made", async () => {
    const { ask, app, requests, steps, now, pass } = recorded();
    const id = await ask({ timeoutSeconds: 360_000 });
    const extend = async (n: number) => {
      for (let times = 0; times < n; times++)
        await app.feedback.extend(
          { caller: ana, origin: { way: "http", device: "script" } },
          id,
          now() + 3_600_000 + steps.length,
        );
    };
    steps.length = 0;
    await extend(MAX_PROMPT_PER_MINUTE + 50);
    const count = () => steps.filter((step) => step.startsWith("send")).length;
    expect([count(), requests.all()[0]?.version]).toEqual([
      MAX_PROMPT_PER_MINUTE,
      MAX_PROMPT_PER_MINUTE + 51,
    ]);
    pass(60_000);
    await extend(1);
    expect(count()).toBe(MAX_PROMPT_PER_MINUTE + 1);
  });
});

describe("a request that is due in a minute", () => {
  /** The messages of a store whose writes do nothing, by their times. */
  async function waking() {
    const stage = memoryStage();
    await stage.ask({ deadlineSeconds: 60, heartbeatSeconds: 1800 });
    const request = stage.requests.all()[0]!;
    const sent: number[] = [];
    const store = wakenedRequests(
      {
        ...stage.ports,
        wakeups: { send: async (wakeups) => void sent.push(...wakeups.map(({ at }) => at - stage.now())) },
      },
      {
        move: async (_: Transition) => "stored" as never,
        note: async (_: FeedbackRequest, __: RequestNote) => undefined as never,
      },
    );
    const announced = { ...request, announced: request.version } as FeedbackRequest;
    return {
      sent,
      at: (ms: number) => stage.now() + ms,
      note: (note: RequestNote) => store.note(announced, note),
      move: (ledger?: Transition["ledger"]) =>
        store.move({ from: 1, request: announced, ...(ledger ? { ledger } : {}) } as Transition),
    };
  }

  it("needs no message for a note without times", async () => {
    const { note, sent } = await waking();
    await note({});
    await note({ published: 1 });
    expect(sent).toEqual([]);
  });

  it("needs one for each time that its note makes due", async () => {
    const { note, sent, at } = await waking();
    await note({ announced: 1 });
    expect(sent).toEqual([60_000]);
    await note({ probeAt: at(30_000) });
    expect(sent.slice(1)).toEqual([30_000]);
    await note({ probeAt: at(90_000) });
    expect(sent.slice(2)).toEqual([60_000, 90_000]);
  });

  it("is announced however often somebody's own workflow or nobody moves it", async () => {
    const { move, sent } = await waking();
    const by = { id: "ana", name: "Ana" };
    for (let n = 0; n <= MAX_PROMPT_PER_MINUTE; n++) {
      await move({ by } as Transition["ledger"]);
      await move();
    }
    expect(sent).toHaveLength(2 * (MAX_PROMPT_PER_MINUTE + 1));
  });
});

describe("a mark of viewers", () => {
  const told = (put: readonly OutEvent[]) => put.filter(({ type }) => type === "Audience Due").length;

  it("is preceded by a message, and skipped if another process has marked it at least as soon", async () => {
    const stage = memoryStage();
    await stage.report({ step: "mp4", state: "started" });
    const [first] = stage.wakeups.sent;
    expect(first).toEqual({ audience: watch, at: stage.now() + 3000 });
    // Another process, which does not know about it.
    const other = memoryStage(stage.ports);
    await other.client("c1", ana).follow(watch);
    expect(other.wakeups.sent).toEqual([]);
    expect(stage.wakeups.sent).toHaveLength(1);
    await stage.advance(3000);
    expect(told(stage.put)).toBe(1);
  });

  it("needs no message when it is to be counted minutes later", async () => {
    const stage = memoryStage();
    await stage.report({ step: "mp4", state: "started" });
    await stage.advance(20_000);
    const { length } = stage.wakeups.sent;
    const connected = { connectionId: "c1", caller: ana };
    await stage.app.channels.behind(connected, new Map([[watch, { epoch: "e", offset: 0 }]]));
    expect(stage.wakeups.sent).toHaveLength(length);
    expect(await stage.ports.audiences.dueAt(watch)).toBe(stage.now() + 240_000);
  });
});
