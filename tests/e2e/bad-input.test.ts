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
  await until(view, (one) => one.get<{ message: string }>("step/-/mp4")?.message === message);
  await vic.next(({ type, items }) => type === "delta" && JSON.stringify(items).includes(message));
});

describe("a message", () => {
  it.each([
    ["that is not JSON", "{", { code: "bad_message", retry: "never" }],
    ["that is no object", "7", { code: "unknown_type", retry: "never" }],
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
      "with a channel that cannot be",
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
  ])("%s is answered with what is wrong with it", async (_, text, error) => {
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

  it("to somebody else's question is forbidden, to none is not found, and a wrong one names what is wrong", async () => {
    const inbox = stage.person("ana", "creator").channel("inbox:user/ana");
    inbox.follow();
    await stage.aws.put("Feedback Requested", [question]);
    const key = () => [...inbox.items.keys()].find((name) => name.startsWith("request/"));
    await until(inbox, () => key() !== undefined);
    const requestId = key()!.slice("request/".length);
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
});

describe("an event", () => {
  const at = Date.UTC(2026, 0, 1);
  const letters = async () => stage.callboard.lambda.deadLetters();

  it.each([
    ["Progress Reported", "subject", { subject: "nothing", step: "mp4", state: "started", at }],
    ["Progress Reported", "state", { subject, step: "mp4", state: "dancing", at }],
    ["Progress Reported", "at", { subject, step: "mp4", state: "started", at: "soon" }],
    ["Progress Reported", "percent", { subject, step: "mp4", state: "running", at, percent: "40" }],
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

  it("that nobody knows is ignored", async () => {
    const before = (await letters()).length;
    await stage.aws.put("Something Else", [{ subject }]);
    await stage.settled();
    expect(await letters()).toHaveLength(before);
    expect(stage.callboard.bus.deadLetters()).toEqual([]);
  });
});
