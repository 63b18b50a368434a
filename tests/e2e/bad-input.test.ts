import type { Channel, ChannelView } from "@callboard/client";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { eventually, until } from "./people.ts";
import { bearing, openRaw, type RawSocket } from "./raw-socket.ts";
import { openStage, type Stage } from "./stage.ts";

let stage: Stage;
let view: ChannelView;
let vic: RawSocket;

const subject = "video/v_bad";
const channel: Channel = `watch:${subject}`;

async function raw(user: string, role: "creator" | "viewer"): Promise<RawSocket> {
  const opening = await openRaw(stage.callboard.addresses.socket, bearing(await stage.token(user, role)));
  if (opening.kind === "refused") throw new Error(`refused with ${opening.status}`);
  return opening.socket;
}

beforeAll(async () => {
  stage = await openStage({ retryDelaysMs: [20, 20] });
  view = stage.person("ana", "creator").channel(channel);
  view.follow();
  await until(view, ({ status }) => status === "following");
  vic = await raw("vic", "viewer");
  await vic.ask({ type: "hello", id: "hello", client: "raw", channels: { [channel]: { sub: 1 } } });
});
afterAll(() => stage.close());

let rounds = 0;

// Whatever was sent: those who were connected before see what happens next, over the same connections.
afterEach(async () => {
  const message = `still here ${++rounds}`;
  const told = { subject, step: "mp4", state: "running", at: Date.UTC(2026, 0, 1) + rounds, message };
  await stage.aws.put("Progress Reported", [told]);
  await until(view, (one) => one.get("step/-/mp4")?.message === message);
  await vic.next(({ type, items }) => type === "delta" && JSON.stringify(items).includes(message));
});

describe("a message", () => {
  it.each([
    ["that is not JSON", "{", { code: "bad_message", retry: "never" }],
    ["that is not an object", "7", { code: "unknown_type", retry: "never" }],
    ["that is empty", '""', { code: "unknown_type" }],
    ["of an unknown type", '{"type":"dance","id":"m1"}', { re: "m1", code: "unknown_type", retry: "never" }],
    ["over 30 KB", JSON.stringify({ type: "x".repeat(31 * 1024) }), { code: "bad_message" }],
    [
      "with a bad value in a known field",
      JSON.stringify({ type: "subscribe", id: "m2", channels: { [channel]: { sub: "one" } } }),
      {
        re: "m2",
        code: "bad_message",
        details: { issues: [expect.stringContaining(`channels.${channel}.sub`)] },
      },
    ],
    [
      "with an invalid channel",
      JSON.stringify({ type: "subscribe", id: "m3", channels: { everything: { sub: 1 } } }),
      { re: "m3", code: "bad_message", details: { issues: [expect.stringContaining("everything")] } },
    ],
    [
      "without what it needs",
      JSON.stringify({ type: "reply", id: "m4", round: 1, verb: "pick" }),
      {
        re: "m4",
        code: "bad_message",
        details: { issues: [expect.stringContaining("requestId"), expect.stringContaining("replyId")] },
      },
    ],
    [
      "that nests 5,000 levels",
      `{"type":"reply","id":"m5","requestId":"req_000000000001","replyId":"r1","round":1,"verb":"answer","value":${"[".repeat(5000)}${"]".repeat(5000)}}`,
      { re: "m5", code: "bad_message", retry: "never" },
    ],
  ])("%s gets an answer that names the error", async (_, text, error) => {
    const socket = await raw("vic", "viewer");
    socket.send(text);
    expect(await socket.next(({ type }) => type === "error")).toMatchObject({ type: "error", ...error });
    expect(await socket.ask({ type: "hello", id: "after", client: "raw" })).toMatchObject({
      type: "welcome",
    });
    socket.close();
  });

  it("in a binary frame does no harm", async () => {
    const socket = await raw("vic", "viewer");
    socket.send(Uint8Array.from([0, 255, 254, 1]));
    const after = socket.ask({ type: "hello", id: "after", client: "raw" });
    const outcome = await Promise.race([after, socket.closed]);
    expect([1003, "welcome"]).toContain(typeof outcome === "number" ? outcome : outcome.type);
    socket.close();
  });

  it("in a frame over 32 KB closes the connection with 1009", async () => {
    const socket = await raw("vic", "viewer");
    socket.send("x".repeat(33 * 1024));
    expect(await socket.closed).toBe(1009);
  });

  it("for a channel outside the token's capabilities is refused for that channel alone", async () => {
    const socket = await raw("vic", "viewer");
    const channels = {
      [channel]: { sub: 1 },
      [`work:${subject}`]: { sub: 1 },
      "inbox:user/ana": { sub: 1 },
    };
    const answer = await socket.ask({ type: "subscribe", id: "s", channels });
    expect(answer).toMatchObject({
      type: "subscribed",
      channels: {
        [channel]: { sub: 1, epoch: expect.any(String) },
        [`work:${subject}`]: { error: "forbidden" },
        "inbox:user/ana": { error: "forbidden" },
      },
    });
    socket.close();
  });
});

describe("a reply", () => {
  const taskToken = "e2e-token-of-a-question";
  const question = {
    subject: "video/v_asked",
    thread: "title",
    round: 1,
    taskToken,
    execution: "arn:aws:states:us-east-1:000000000000:execution:none:e1",
    timeoutSeconds: 3600,
    prompt: "Which?",
    verbs: ["pick"],
    candidates: [{ id: "left", title: "Left" }],
    assignees: ["user/ana"],
  };

  /** Asks a person, and returns the requests in their inbox. */
  async function askedOf(user: string, more: object): Promise<string[]> {
    const inbox = stage.person(user, "creator").channel(`inbox:user/${user}`);
    inbox.follow();
    await stage.aws.put("Feedback Requested", [{ ...question, assignees: [`user/${user}`], ...more }]);
    const keys = () => [...inbox.items.keys()].filter((name) => name.startsWith("request/"));
    await until(inbox, () => keys().length > 0);
    return keys().map((key) => key.slice("request/".length));
  }

  it("to another's question is forbidden, to a missing one not found, and an invalid one names the error", async () => {
    const [requestId] = await askedOf("ana", {});
    const reply = { type: "reply", requestId, round: 1, verb: "pick", candidateId: "left" };

    expect(await vic.ask({ ...reply, id: "r1", replyId: "rpl_1" })).toMatchObject({
      type: "receipt",
      status: "refused",
      code: "forbidden",
    });
    const none = { ...reply, requestId: "req_00000000000000000000" };
    expect(await vic.ask({ ...none, id: "r2", replyId: "rpl_2" })).toMatchObject({ code: "not_found" });
    const ana = await raw("ana", "creator");
    const unknown = { ...reply, id: "r3", replyId: "rpl_3", candidateId: "nobody" };
    expect(await ana.ask(unknown)).toMatchObject({
      code: "invalid",
      details: { issues: [expect.any(String)] },
    });
    const early = { ...reply, id: "r4", replyId: "rpl_4", round: 2 };
    expect(await ana.ask(early)).toMatchObject({ code: "stale_round", details: { round: 1 } });
    ana.close();
    for (const text of [...vic.received, ...ana.received]) expect(text).not.toContain(taskToken);
  });

  it("with a number that would change on its way is invalid, and a deadline that is too late gets the latest", async () => {
    const [asked] = await askedOf("ben", { thread: "amount", verbs: ["answer"], taskToken: "another-token" });
    const ben = await raw("ben", "creator");
    const reply = (n: number, value: string) =>
      `{"type":"reply","id":"n${n}","requestId":"${asked}","replyId":"r${n}","round":1,"verb":"answer","value":${value}}`;
    for (const [n, value] of ["1e400", '{"id":7615917337495251231}', "[0.10000000000000001]"].entries()) {
      ben.send(reply(n, value));
      expect(await ben.next(({ re }) => re === `n${n}`)).toMatchObject({
        type: "receipt",
        code: "invalid",
        details: { issues: [expect.stringContaining("send it as text")] },
      });
    }
    const extend = { type: "extend", id: "x1", requestId: asked, deadline: Number.MAX_SAFE_INTEGER };
    const refused = await ben.ask(extend);
    expect(refused).toMatchObject({
      type: "acted",
      code: "invalid",
      details: { latest: expect.any(Number) },
    });
    ben.send(reply(9, '{"id":"7615917337495251231","amount":12.50}'));
    expect(await ben.next(({ re }) => re === "n9")).toMatchObject({ status: "accepted" });
    ben.close();
  });
});

describe("an event", () => {
  const at = Date.UTC(2026, 0, 1);
  const letters = async () => stage.callboard.lambda.deadLetters();

  it.each([
    ["Progress Reported", "subject", { subject: "nothing", step: "mp4", state: "started", at }],
    ["Progress Reported", "state", { subject, step: "mp4", state: "dancing", at }],
    ["Progress Reported", "at", { subject, step: "mp4", state: "started", at: "soon" }],
    ["Progress Reported", "attempt", { subject, step: "mp4", state: "running", at, attempt: 0 }],
    [
      "Candidates Proposed",
      "candidates.0.title",
      { subject, thread: "t", round: 1, candidates: [{ id: "a" }] },
    ],
    [
      "Feedback Requested",
      "assignees",
      { subject, thread: "t", round: 1, taskToken: "x", prompt: "?", verbs: ["pick"] },
    ],
    ["Feedback Closed", "reason", { subject, thread: "t" }],
  ])("%s with a bad %s ends in the dead letters, which name the field", async (type, field, detail) => {
    const before = (await letters()).length;
    await stage.aws.put(type, [detail]);
    const all = await eventually(letters, ({ length }) => length > before);
    expect(all).toHaveLength(before + 1);
    expect(all.at(-1)).toMatchObject({
      requestContext: { condition: "RetriesExhausted", approximateInvokeCount: 3 },
      requestPayload: { "detail-type": type, detail },
      responsePayload: { errorType: "BadEvent", errorMessage: expect.stringContaining(`${field}: `) },
    });
  });

  it.each<[string, object, string]>([
    ["promt", { promt: "Which?", prompt: undefined }, 'prompt: missing (is it meant by "promt"?)'],
    ["somebody without a kind", { assignees: ["ana"] }, "assignees.0: write user/ana, not ana"],
    ["a text in place of a list", { verbs: "approve" }, "verbs: expected a list"],
    ["a wait of no time", { timeoutSeconds: 0 }, "timeoutSeconds: more than 0"],
  ])("with a mistake is named at the terminal with its correction: %s", async (_, slip, mend) => {
    const question = {
      subject: "order/1",
      thread: "t",
      round: 1,
      taskToken: "x",
      prompt: "?",
      verbs: ["approve"],
    };
    const detail = { ...question, assignees: ["user/ana"], ...slip };
    await stage.aws.put("Feedback Requested", [detail], { source: "my.app" });
    const line = `Feedback Requested of my.app about order/1 was not accepted: ${mend}`;
    await eventually(
      async () => stage.lines,
      (lines) => lines.includes(line),
    );
    await stage.settled();
    expect(stage.lines.filter((one) => one === line)).toHaveLength(1);
  });

  it.each([
    [
      "an unknown state",
      { state: "done" },
      "about order/1 was not accepted: state: one of started, running,",
    ],
    [
      "a subject without a slash",
      { subject: "order" },
      "was not accepted: subject: a subject is <kind>/<id>",
    ],
    [
      "seconds for milliseconds",
      { at: 1_767_225_600 },
      "about order/1 was not accepted: at: a time from 2000",
    ],
    [
      "nests deeper than anybody reads",
      { data: JSON.parse(`{"a":${"[".repeat(900)}${"]".repeat(900)}}`) },
      "nested over 64 levels",
    ],
  ])("of progress with a mistake is named, too: %s", async (_, slip, mend) => {
    const detail = { subject: "order/1", step: "pay", state: "started", at, ...slip };
    await stage.aws.put("Progress Reported", [detail], { source: "my.app" });
    await eventually(
      async () => stage.lines,
      (lines) => lines.some((line) => line.includes(mend)),
    );
  });

  it("on a missing bus is named at the terminal, once, since its producer gets no error", async () => {
    const detail = { subject: "order/1", step: "pay", state: "started", at };
    const bus = "callboard-production";
    await stage.aws.put("Progress Reported", [detail, detail], { source: "my.app", bus });
    const line = `an event was put on the bus ${bus}, which does not exist here: Callboard's bus is callboard`;
    expect(stage.lines.filter((one) => one === line)).toHaveLength(1);
  });

  it("with a failure whose text is too long is still a failure", async () => {
    const cause = "at com.example.Foo.bar(Foo.java:1)\n".repeat(900);
    const failed = {
      subject: "order/2",
      step: "pay",
      state: "failed",
      at: at + 1,
      message: "m".repeat(900),
      cause,
    };
    const view = stage.person("ana", "creator").channel("work:order/2");
    view.follow();
    await stage.aws.put("Progress Reported", [
      { subject: "order/2", step: "pay", state: "started", at, owners: ["user/ana"] },
      { ...failed, percent: 100.00000000000001 },
    ]);
    await until(view, (one) => one.get("step/-/pay")?.state === "failed");
    expect(view.get("step/-/pay")).toMatchObject({
      percent: 100,
      message: `${"m".repeat(299)}…`,
      cause: expect.stringMatching(/…$/),
    });
  });

  it("of ServerlessVideo on the default bus is progress for viewers, without what is not theirs", async () => {
    const video = stage.person("vic", "viewer").channel("watch:video/v_serverless");
    video.follow();
    const detail = {
      id: "v_serverless",
      channel_name: "ana@example.com",
      compute: "ecs",
      taskToken: "secret",
    };
    await stage.aws.put("MP4ProcessingComplete", [detail], {
      bus: "default",
      source: "serverlessVideo.videoManager",
    });
    await until(video, ({ items }) => items.has("step/-/mp4"));
    expect(video.get("step/-/mp4")).toMatchObject({ state: "succeeded", data: { compute: "ecs" } });
    expect(JSON.stringify([...video.items.values()])).not.toMatch(/secret|@example/);
  });

  it("of an unknown type is ignored", async () => {
    const before = (await letters()).length;
    await stage.aws.put("Something Else", [{ subject }]);
    await stage.settled();
    expect(await letters()).toHaveLength(before);
    expect(stage.callboard.bus.deadLetters()).toEqual([]);
  });
});
