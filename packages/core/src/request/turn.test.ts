import { type FeedbackRequested, limits, type PluginRequested, type RequestId } from "@callboard/protocol";
import { describe, expect, it } from "vitest";
import { ana, executionArn, memoryStage, overSocket, question, replyBody } from "../testing/memory-stage.ts";

const source = "serverlessVideo.plugin.duration";
const detail = { video: { id: "v_1", durationmillis: 60_000 } };

/** A stage on which plugins are asked and answer. */
function stage() {
  const on = memoryStage();
  const asking = (said: Partial<PluginRequested> = {}): PluginRequested => ({
    subject: "video/v_1",
    hook: "preValidate",
    plugin: "duration",
    taskToken: "t",
    timeoutSeconds: 60,
    detail,
    ...said,
  });
  const wait = (taskToken: string) =>
    on.executions.waits.set(taskToken, on.executions.waits.get(taskToken) ?? {});
  return {
    ...on,
    async ask(said: Partial<PluginRequested> = {}) {
      const told = asking(said);
      wait(told.taskToken);
      await on.app.turns.take(told, on.envelope());
      await on.pump();
      return on.calls.at(-1)!.handle;
    },
    /** The same without handling the resulting events. */
    take: (said: Partial<PluginRequested> = {}) => {
      wait(said.taskToken ?? "t");
      return on.app.turns.take(asking(said), on.envelope());
    },
    async complete(handle: string, message: unknown = { valid: true }, by = source) {
      const completed = await on.app.turns.complete({ TaskToken: handle, Message: message }, by);
      await on.pump();
      return completed.outcome === "refused" ? completed.code : completed.outcome;
    },
    ledger: async (n = 0) => (await on.requests.ledger(on.requests.all()[n]!.id)).map(({ what }) => what),
    state: (n = 0) => on.requests.all()[n]?.status.state,
  };
}

describe("a plugin's turn", () => {
  it("is a row before the plugin is asked, and is handed over when it answers", async () => {
    const { ask, calls, complete, executions, ledger, requests } = stage();
    const handle = await ask();
    expect(calls).toEqual([
      { hook: "preValidate", plugin: "duration", handle, detail, execution: executionArn },
    ]);
    expect(requests.all()[0]).toMatchObject({
      announced: 1,
      assignees: [],
      plugin: { name: "duration", source },
    });
    expect(await complete(handle, { valid: true, seconds: 60 })).toBe("accepted");
    expect(executions.resumedWith("t")).toMatchObject({
      verb: "answer",
      value: { valid: true, seconds: 60 },
      by: { id: source, name: "duration" },
    });
    expect(await ledger()).toEqual(["asked", "answered", "relayed"]);
    expect(requests.all()[0]?.announced).toBe(3);
  });

  it("never has the task token in what the plugin is sent", async () => {
    const { ask, calls } = stage();
    await ask({ taskToken: "AQC-secret" });
    expect(JSON.stringify(calls)).not.toContain("AQC-secret");
  });

  it("is shown to nobody as a question", async () => {
    const on = stage();
    const client = on.client("c1");
    for (const channel of ["work:video/v_1", "watch:video/v_1", "inbox:user/ana"] as const)
      await client.follow(channel);
    const handle = await on.ask();
    await on.complete(handle);
    expect(client.values("work:video/v_1")).toEqual({});
    expect(client.values("watch:video/v_1")).toEqual({});
    const told = on.put.map(({ type }) => type);
    expect(told.filter((type) => type.startsWith("Feedback"))).toEqual([]);
    expect(told).not.toContain("Request Changed");
  });

  it("is answered, seen and moved by nobody else", async () => {
    const { app, ask, requests, state } = stage();
    await ask();
    const { id } = requests.all()[0]!;
    const by = overSocket({ ...ana, capabilities: ["work:*", "answer:*"] });
    const said = replyBody({ verb: "answer", value: { valid: true } });
    expect(await app.feedback.reply(by, id, said)).toMatchObject({ code: "not_found" });
    expect(await app.feedback.extend(by, id, Date.UTC(2027, 0, 1))).toMatchObject({ code: "not_found" });
    expect(await app.feedback.reassign(by, id, ["user/ana"])).toMatchObject({ code: "not_found" });
    expect(await app.feedback.view(by.caller, id)).toBe("not_found");
    expect(state()).toBe("open");
  });

  it("takes effect once, even if the plugin answers repeatedly", async () => {
    const { ask, complete, executions, ledger } = stage();
    const handle = await ask();
    expect(await Promise.all([complete(handle), complete(handle), complete(handle)])).toEqual(
      expect.arrayContaining(["accepted", "repeated"]),
    );
    expect(await complete(handle, { valid: false })).toBe("already_answered");
    expect(executions.resumedWith("t")).toMatchObject({ value: { valid: true } });
    expect(await ledger()).toEqual(["asked", "answered", "relayed"]);
  });

  it("is asked once, even if its event is repeated", async () => {
    const { ask, calls, requests } = stage();
    await ask();
    await ask();
    expect(calls).toHaveLength(1);
    expect(requests.all()).toHaveLength(1);
  });

  it("that was asked changes nothing when its event is repeated", async () => {
    const on = stage();
    await on.ask();
    const notes: unknown[] = [];
    (on.ports.requests as { note: unknown }).note = async (...note: unknown[]) => void notes.push(note);
    await on.take();
    expect(notes).toEqual([]);
  });

  it("is answered by a reply of its own, by its content", async () => {
    const on = stage();
    const [first, second] = [await on.ask(), await on.ask({ taskToken: "u", plugin: "other" })];
    await on.complete(first, 1);
    await on.complete(second, 1, "serverlessVideo.plugin.other");
    const idOf = (token: string) => (on.executions.resumedWith(token) as { replyId: string }).replyId;
    expect(idOf("t")).toMatch(/^plugin_.+/);
    expect(idOf("u")).not.toBe(idOf("t"));
  });

  it("that is unknown is counted, and nothing is asked", async () => {
    const { app, calls, metrics } = stage();
    await app.turns.changed("req_0123456789");
    expect([calls, metrics]).toEqual([[], [{ name: "unknown_request", value: 1 }]]);
  });

  it("is asked by the clock when the process that stored it died before", async () => {
    const on = stage();
    const { push } = on.calls;
    on.calls.push = () => {
      throw new Error("died");
    };
    await expect(on.take()).rejects.toThrow("died");
    on.calls.push = push;
    await on.advance(10_000);
    expect(on.calls).toHaveLength(1);
    expect(on.requests.all()[0]?.announced).toBe(1);
  });

  it("is handed over by the clock when the process that took the answer died before", async () => {
    const on = stage();
    const handle = await on.ask();
    await on.app.turns.complete({ TaskToken: handle, Message: 1 }, source);
    on.queue.length = 0;
    await on.advance(10_000);
    expect(on.executions.resumedWith("t")).toMatchObject({ value: 1 });
    expect(on.state()).toBe("relayed");
    expect(on.calls).toHaveLength(1);
  });

  it("has all of its time, and refuses what comes later", async () => {
    const on = stage();
    const handle = await on.ask({ timeoutSeconds: 30 });
    on.pass(29_000);
    const late = await on.ask({ taskToken: "u", plugin: "other", timeoutSeconds: 30 });
    expect(await on.complete(handle)).toBe("accepted");
    on.pass(31_000);
    expect(await on.complete(late, true, "serverlessVideo.plugin.other")).toBe("expired");
    await on.advance(10_000);
    expect(on.state(1)).toBe("expired");
  });

  it("reports correctly that an answer came after the state had stopped waiting", async () => {
    const on = stage();
    const handle = await on.ask();
    on.executions.waits.get("t")!.ended = true;
    expect(await on.complete(handle)).toBe("accepted");
    expect(on.state()).toBe("undeliverable");
  });

  it("keeps the wait alive with heartbeats, and ends with it", async () => {
    const on = stage();
    await on.ask({ timeoutSeconds: 3600, heartbeatSeconds: 300 });
    const beats: string[] = [];
    const { heartbeat } = on.ports.executions;
    (on.ports.executions as { heartbeat: unknown }).heartbeat = async (token: string) => {
      beats.push(token);
      return heartbeat(token);
    };
    await on.advance(210_000);
    expect(beats).toEqual(["t", "t"]);
    on.executions.waits.get("t")!.ended = true;
    await on.advance(120_000);
    expect(on.state()).toBe("withdrawn");
  });

  it("is replaced by a new turn of the plugin when its execution is redriven", async () => {
    const on = stage();
    const before = await on.ask({ order: [0, 1, 0] });
    const after = await on.ask({ order: [1, 1, 0], taskToken: "u" });
    expect(await on.complete(before)).toBe("superseded");
    expect(await on.complete(after)).toBe("accepted");
    expect(on.executions.resumedWith("t")).toBeUndefined();
    expect(on.executions.resumedWith("u")).toMatchObject({ value: { valid: true } });
  });

  it("is over once its execution has ended", async () => {
    const on = stage();
    const handle = await on.ask();
    await on.app.progress.executionChanged({
      executionArn,
      name: "e1",
      status: "ABORTED",
      startDate: on.now() - 1000,
      stopDate: on.now(),
    });
    await on.pump();
    expect(await on.complete(handle)).toBe("withdrawn");
  });
});

describe("the answer of a plugin", () => {
  it("is refused when the handle is another plugin's", async () => {
    const on = stage();
    const handle = await on.ask();
    expect(await on.complete(handle, { valid: false }, "serverlessVideo.plugin.other")).toBe("forbidden");
    expect(on.state()).toBe("open");
  });

  it("answers only the turn of its handle, even if other videos wait", async () => {
    const on = stage();
    const first = await on.ask();
    await on.take({ subject: "video/v_2", taskToken: "u" });
    expect(await on.complete(first)).toBe("accepted");
    expect(on.executions.resumedWith("u")).toBeUndefined();
  });

  it.each(["forged", "AQCEAAAAKgAAAAMAAAAA", ""])("is refused with the handle %j", async (handle) => {
    const on = stage();
    await on.ask();
    expect(await on.complete(handle)).toBe("unauthorized");
  });

  it("is refused with a token by which a person answers", async () => {
    const on = stage();
    await on.ask();
    const { id } = on.requests.all()[0]!;
    const token = await on.ports.doorTokens.seal({
      kind: "answer",
      requestId: id,
      person: { id: "ana", name: "Ana" },
      as: "user/ana",
      door: "mail",
      until: on.now() + 1000,
    });
    expect(await on.complete(token)).toBe("unauthorized");
  });

  it("is not accepted as a person's answer", async () => {
    const on = stage();
    const handle = await on.ask();
    expect(await on.app.doors.view(handle)).toBe("unauthorized");
    expect(await on.app.doors.reply(handle, replyBody(), [])).toBe("unauthorized");
  });

  it("is refused with a handle to an unknown request, or one that is not a turn", async () => {
    const on = stage();
    const handleOf = (requestId: RequestId) =>
      on.ports.doorTokens.seal({ kind: "plugin", requestId, until: on.now() + 1000 });
    expect(await on.complete(await handleOf("req_0123456789"))).toBe("not_found");
    await on.app.feedback.ask({ ...question, taskToken: "t" } as FeedbackRequested, on.envelope());
    expect(await on.complete(await handleOf(on.requests.all()[0]!.id))).toBe("not_found");
  });

  it("is accepted until the turn's state stops waiting, in whole seconds, or for a year", async () => {
    const on = stage();
    on.pass(1);
    const untilOf = async (handle: string) => {
      const claims = await on.ports.doorTokens.open(handle);
      return claims?.kind === "plugin" && claims.until;
    };
    const asked = on.now();
    expect(await untilOf(await on.ask({ timeoutSeconds: 60 }))).toBe(asked + 60_999);
    const endless = await on.ask({ taskToken: "u", plugin: "other", timeoutSeconds: undefined });
    expect(await untilOf(endless)).toBe(asked + 999 + limits.timeoutSeconds * 1000);
  });

  it("may have at most 20 KB", async () => {
    const on = stage();
    const handle = await on.ask();
    const most = "a".repeat(limits.pluginBytes - 2);
    expect(await on.complete(handle, `${most}a`)).toBe("invalid");
    expect(on.state()).toBe("open");
    expect(await on.complete(handle, most)).toBe("accepted");
  });

  it.each([[null], [false], [0], [""], [[]], ["text"], [{ valid: "yes" }]])("may be %j", async (message) => {
    const on = stage();
    const handle = await on.ask();
    expect(await on.complete(handle, message)).toBe("accepted");
    expect(on.executions.resumedWith("t")).toMatchObject({ value: message });
  });
});

describe("one task token", () => {
  it("cannot belong to a turn if it belongs to a question", async () => {
    const on = stage();
    await on.app.feedback.ask({ ...question, taskToken: "t" } as FeedbackRequested, on.envelope());
    await expect(on.take()).rejects.toThrow("taskToken: belongs to a question to people");
  });

  it("cannot belong to a question if it belongs to a turn", async () => {
    const on = stage();
    await on.take();
    const asked = on.app.feedback.ask({ ...question, taskToken: "t" } as FeedbackRequested, on.envelope());
    await expect(asked).rejects.toThrow("taskToken: belongs to a plugin's turn");
  });
});
