import { hours, minutes, seconds } from "@callboard/protocol";
import { describe, expect, it } from "vitest";
import { memoryStage } from "../testing/memory-stage.ts";
import { ben, followed, inbox, staged, work } from "./testing/staged.ts";

describe("the relay", () => {
  it("distinguishes a success whose response was lost from an answer that was dropped", async () => {
    const { stage, client } = await followed();
    const id = await stage.ask({ taskToken: "t" });
    stage.executions.outcomes.push("ok_but_again");
    await stage.reply(id);
    await stage.pump();
    expect(stage.requests.all()[0]?.status.state).toBe("answered");
    await stage.advance(10_000);
    expect(client.values(inbox)).toMatchObject({ "receipt/r1": { status: "relayed" } });
    expect((await stage.requests.ledger(id)).map((entry) => entry.what)).toEqual([
      "asked",
      "answered",
      "relayed",
    ]);
  });

  it("reports undeliverable when the wait was gone before the answer", async () => {
    const { stage, client } = await followed();
    const id = await stage.ask({ taskToken: "t" });
    stage.executions.waits.get("t")!.ended = true;
    expect(await stage.reply(id)).toMatchObject({ status: "accepted" });
    await stage.pump();
    expect(client.values(inbox)).toMatchObject({
      "receipt/r1": { status: "undeliverable", reason: "wait_gone" },
    });
  });

  it("reports undeliverable when Step Functions will never take the answer", async () => {
    const { stage, client } = await followed();
    const id = await stage.ask();
    stage.executions.outcomes.push("invalid");
    await stage.reply(id);
    await stage.pump();
    expect(client.values(work)).toMatchObject({
      [`request/${id}`]: { state: "undeliverable", reason: "answer_not_acceptable" },
    });
  });

  it("retries while Step Functions is down, and succeeds", async () => {
    const { stage } = await followed();
    const id = await stage.ask({ taskToken: "t" });
    stage.executions.outcomes.push("again", "again", "again");
    await stage.reply(id);
    await stage.pump();
    await stage.advance(120_000);
    expect(stage.executions.resumedWith("t")).toMatchObject({ replyId: "r1" });
    expect(stage.requests.all()[0]?.status.state).toBe("relayed");
    expect(stage.executions.outcomes).toEqual([]);
    // Each attempt without a final outcome reports for how long the answer has waited.
    const ages = stage.metrics.filter(({ name }) => name === "relay_age_ms").map(({ value }) => value);
    expect(ages).toEqual([...ages].sort((a, b) => a - b));
    expect(ages).toHaveLength(3);
    expect(Math.max(...ages)).toBeLessThan(minutes(2));
  });

  it("hands nothing over for a question that is unknown, or not answered", async () => {
    const { stage } = await followed();
    const id = await stage.ask({ taskToken: "t" });
    await stage.app.relay.deliver("req_0123456789");
    await stage.app.relay.deliver(id);
    expect(stage.executions.resumedWith("t")).toBeUndefined();
    expect(stage.requests.all()[0]?.status.state).toBe("open");
  });

  it("reports once that an answer arrived, although two processes hand it over", async () => {
    const { stage } = await followed();
    const id = await stage.ask();
    await stage.reply(id);
    stage.queue.length = 0;
    await Promise.all([stage.app.relay.deliver(id), stage.app.relay.deliver(id)]);
    expect(stage.queue).toEqual([{ type: "Request Changed", requestId: id, version: 3 }]);
    expect(stage.metrics.filter(({ name }) => name === "relay_ms")).toHaveLength(1);
  });

  it.each([
    ["unknown", 16 * 60_000, "no_final_word"],
    ["no_access", 10_000, "history_not_readable"],
  ] as const)("reports an answer as unconfirmed when the history is %s", async (outcome, after, reason) => {
    const stage = memoryStage();
    const id = await stage.ask();
    const executions = stage.ports.executions as { waitOutcome: unknown; succeed: unknown };
    executions.succeed = async () => "timed_out";
    executions.waitOutcome = async () => outcome;
    await stage.reply(id);
    await stage.pump();
    await stage.advance(after);
    expect(stage.requests.all()[0]?.status).toMatchObject({ state: "unconfirmed", reason });
  });
});

it("reports the result of an answer and its duration to operators, and warns when it is unclear", async () => {
  const told = async (outcome: string, wait: string) => {
    const said: unknown[] = [];
    const log = {
      info() {},
      warn: (...args: unknown[]) => void said.push(args),
      metric: (...args: unknown[]) => void said.push(args),
    };
    const stage = memoryStage({ log });
    const id = await stage.ask();
    const executions = stage.ports.executions as { waitOutcome: unknown; succeed: unknown };
    executions.succeed = async () => outcome;
    executions.waitOutcome = async () => wait;
    await stage.reply(id);
    stage.pass(seconds(2));
    said.length = 0;
    await stage.pump();
    return { id, said };
  };
  const took = (state: string) => ["relay_ms", 2000, { state }];
  expect((await told("ok", "unknown")).said).toEqual([took("relayed")]);
  expect((await told("missing", "gone")).said).toEqual([took("undeliverable"), ["undeliverable", 1]]);
  const { id, said } = await told("missing", "no_access");
  expect(said).toEqual([
    took("unconfirmed"),
    ["unconfirmed", 1],
    ["it is unclear whether an answer arrived", { requestId: id }],
  ]);
});

describe("retries of the relay", () => {
  /** An answer that Step Functions says this about, and the history nothing; how it stands after some time. */
  async function answered(outcome: "again" | "timed_out", timeoutSeconds?: number) {
    const stage = memoryStage();
    const id = await stage.ask({ timeoutSeconds });
    const executions = stage.ports.executions as { waitOutcome: unknown; succeed: unknown };
    const attempts: number[] = [];
    const start = stage.now();
    executions.succeed = async () => {
      attempts.push(stage.now() - start);
      return outcome;
    };
    executions.waitOutcome = async () => "unknown";
    await stage.reply(id);
    await stage.pump();
    return {
      attempts,
      async stateAfter(ms: number) {
        await stage.advance(start + ms - stage.now());
        return stage.requests.all()[0]!.status.state;
      },
    };
  }

  it("start after five seconds, and double up to a minute", async () => {
    const { attempts, stateAfter } = await answered("timed_out");
    await stateAfter(minutes(4));
    expect(attempts).toEqual([0, 5, 15, 35, 75, 135, 195].map(seconds));
  });

  it("last a quarter of an hour for an answer that the state may have taken", async () => {
    const { attempts, stateAfter } = await answered("timed_out");
    expect(await stateAfter(minutes(15) - 1)).toBe("answered");
    expect(await stateAfter(minutes(16))).toBe("unconfirmed");
    const tries = attempts.length;
    await stateAfter(minutes(30));
    expect(attempts).toHaveLength(tries);
  });

  it("last until a quarter of an hour after the state's wait, while Step Functions is down", async () => {
    const { stateAfter } = await answered("again", 3600);
    expect(await stateAfter(minutes(75) - 1)).toBe("answered");
    expect(await stateAfter(minutes(76))).toBe("unconfirmed");
  });

  it("do not end while Step Functions is down and the state has no timeout", async () => {
    const { stateAfter } = await answered("again");
    expect(await stateAfter(hours(5))).toBe("answered");
  });
});

describe("the heartbeat of a wait", () => {
  /** When a question's wait gets its heartbeats, each of which has the next of these outcomes, and then the last. */
  async function beaten(heartbeatSeconds: number | undefined, ...outcomes: ("ok" | "again" | "missing")[]) {
    const stage = memoryStage();
    const start = stage.now();
    const beats: number[] = [];
    (stage.ports.executions as { heartbeat: unknown }).heartbeat = async () => {
      beats.push((stage.now() - start) / 1000);
      return outcomes.length > 1 ? outcomes.shift() : outcomes[0];
    };
    await stage.ask({ heartbeatSeconds, timeoutSeconds: undefined });
    await stage.advance(minutes(11));
    return { beats, state: stage.requests.all()[0]!.status.state };
  }

  it("is sent three times in each interval, and every five minutes without one", async () => {
    expect(await beaten(600, "ok")).toEqual({ beats: [200, 400, 600], state: "open" });
    expect(await beaten(undefined, "ok")).toEqual({ beats: [300, 600], state: "open" });
  });

  it("that fails is repeated in a third of the time, within a minute at most", async () => {
    const { beats } = await beaten(180, "again", "ok");
    expect(beats.slice(0, 3)).toEqual([60, 80, 140]);
    expect(await beaten(undefined, "again", "ok")).toMatchObject({ beats: [300, 360, 660] });
  });

  it("finds out that the wait has ended", async () => {
    expect(await beaten(600, "ok", "missing")).toEqual({ beats: [200, 400], state: "withdrawn" });
  });
});

describe("notices about a question that nobody has opened", () => {
  /** When Notice Due is put, in seconds after the question. */
  async function notices(detail: object, ms: number) {
    const stage = memoryStage();
    const start = stage.now();
    const at: number[] = [];
    const { put } = stage.ports.bus;
    (stage.ports.bus as { put: typeof put }).put = async (events) => {
      for (const event of events) if (event.type === "Notice Due") at.push((stage.now() - start) / 1000);
      return put(events);
    };
    const id = await stage.ask({ timeoutSeconds: undefined, ...detail });
    await stage.advance(ms);
    return { stage, id, at };
  }

  it("are due again until they are done: after a minute, then after as long as they have been due", async () => {
    const { stage, id, at } = await notices({ notifyAfterSeconds: 60 }, minutes(20));
    expect(at).toEqual([60, 120, 180, 300, 540, 1020]);
    expect(stage.put.find(({ type }) => type === "Notice Due")).toEqual({
      type: "Notice Due",
      requestId: id,
    });
  });

  it("are due again within an hour, however long they have been due", async () => {
    const { at } = await notices({ notifyAfterSeconds: 60 }, hours(8));
    const waits = at.slice(1).map((time, n) => time - at[n]!);
    expect(waits.slice(-3)).toEqual([3600, 3600, 3600]);
  });

  it("start again with a reminder", async () => {
    const { at } = await notices({ notifyAfterSeconds: 60, remindAfterSeconds: 600 }, minutes(15));
    expect(at).toEqual([60, 120, 180, 300, 540, 600, 660, 720, 840]);
  });
});

describe("a message about a question", () => {
  it("that is unknown is counted, and nothing else", async () => {
    const { app, metrics } = memoryStage();
    await app.relay.due("req_0123456789");
    expect(metrics).toEqual([{ name: "unknown_request", value: 1 }]);
  });

  it("that arrives before anything is due writes an empty note", async () => {
    const stage = memoryStage();
    const id = await stage.ask();
    const notes: unknown[] = [];
    const { note } = stage.ports.requests;
    (stage.ports.requests as { note: typeof note }).note = async (request, said) => {
      notes.push([request.id, said]);
      return note(request, said);
    };
    await stage.app.relay.due(id);
    expect(notes).toEqual([[id, {}]]);
  });
});

describe("the deadline", () => {
  it("uses the default as a reply of `system`, before the state's timeout", async () => {
    const { stage, client } = await followed();
    const id = await stage.ask({
      taskToken: "t",
      timeoutSeconds: 120,
      default: { verb: "pick", candidateId: "b" },
    });
    await stage.advance(110_000);
    expect(stage.executions.resumedWith("t")).toMatchObject({
      verb: "pick",
      candidateId: "b",
      by: { id: "system" },
    });
    expect(client.values(work)).toMatchObject({
      [`request/${id}`]: { state: "relayed", reply: { by: { id: "system" } } },
    });
    expect(Object.keys(client.values(inbox))).toEqual([]);
  });

  it("without a default closes the question as expired", async () => {
    const { stage, client } = await followed();
    const id = await stage.ask({ timeoutSeconds: 120 });
    await stage.advance(110_000);
    expect(client.values(work)).toMatchObject({ [`request/${id}`]: { state: "expired" } });
    expect(stage.put.filter((event) => event.type === "Feedback Expired")).toHaveLength(1);
    expect(await stage.reply(id)).toMatchObject({ code: "expired" });
  });

  it("and an answer at the same moment: one of them wins, and only its reply is relayed", async () => {
    const { stage } = await followed();
    const id = await stage.ask({
      taskToken: "t",
      timeoutSeconds: 120,
      default: { verb: "pick", candidateId: "b" },
    });
    await stage.advance(100_000);
    const [receipt] = await Promise.all([stage.reply(id), stage.advance(10_000)]);
    await stage.pump();
    const resumed = stage.executions.resumedWith("t") as { replyId: string };
    expect(resumed.replyId).toBe(receipt.status === "accepted" ? "r1" : `default_${id}`);
    expect((await stage.requests.ledger(id)).filter((entry) => entry.what === "answered")).toHaveLength(1);
  });
});

describe("a reminder", () => {
  it("makes the question new in the inbox of those who were asked, once", async () => {
    const { stage, inbox, request, put } = await staged();
    const asked = stage.now();
    const id = await stage.ask({ remindAfterSeconds: 60 });
    await stage.advance(55_000);
    expect(inbox.ana()[`request/${id}`]).not.toHaveProperty("remindedAt");
    await stage.advance(10_000);
    expect(inbox.ana()).toMatchObject({ [`request/${id}`]: { remindedAt: asked + 60_000 } });
    await stage.advance(300_000);
    expect(request(id)).toMatchObject({ state: "open", remindedAt: asked + 60_000 });
    expect(put("Feedback Reminded")).toMatchObject([{ requestId: id, assignees: ["user/ana"] }]);
  });

  it("is not sent once the question is answered", async () => {
    const { stage, put } = await staged();
    const id = await stage.ask({ remindAfterSeconds: 60 });
    await stage.reply(id);
    await stage.pump();
    await stage.advance(120_000);
    expect(put("Feedback Reminded")).toEqual([]);
  });
});

describe("an escalation", () => {
  it("asks further people in addition to those who were asked, and they may answer", async () => {
    const { stage, inbox, request, put } = await staged();
    const id = await stage.ask({ escalate: { afterSeconds: 60, to: ["user/ben"] } });
    const early = { ...ben, capabilities: [] };
    expect(await stage.reply(id, {}, early)).toMatchObject({ code: "forbidden" });
    await stage.advance(60_000);
    expect(request(id).assignees).toEqual(["user/ana", "user/ben"]);
    expect([Object.keys(inbox.ana()), Object.keys(inbox.ben())]).toEqual([
      [`request/${id}`],
      [`request/${id}`],
    ]);
    expect(put("Feedback Escalated")).toMatchObject([{ requestId: id, assignees: ["user/ana", "user/ben"] }]);
    expect(await stage.reply(id, {}, early)).toMatchObject({ status: "accepted" });
    await stage.pump();
    expect(Object.keys(inbox.ana())).toEqual([]);
  });

  it("that is due together with the reminder is published with it, even if the bus was down in between", async () => {
    const { stage, put } = await staged();
    const id = await stage.ask({ remindAfterSeconds: 60, escalate: { afterSeconds: 60, to: ["user/ben"] } });
    const whole = stage.ports.bus.put;
    let out = true;
    (stage.ports.bus as { put: typeof whole }).put = async (events) => {
      const reminded = events.some((event) => event.type === "Feedback Reminded");
      if (!reminded || !out) return whole(events);
      out = false;
      throw new Error("bus is out");
    };
    await stage.advance(55_000);
    await expect(stage.advance(5_000)).rejects.toThrow("bus is out");
    await stage.advance(15_000);
    expect(put("Feedback Reminded")).toMatchObject([{ requestId: id, assignees: ["user/ana"] }]);
    expect(put("Feedback Escalated")).toMatchObject([{ requestId: id }]);
  });
});
