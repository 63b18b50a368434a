import { minutes, seconds } from "@callboard/protocol";
import { expect, it, onTestFinished } from "vitest";
import { connect } from "./callboard.ts";
import { createDrafts } from "./headless/index.ts";
import { manualClock } from "./testing/manual-clock.ts";
import { realCallboard } from "./testing/real-callboard.ts";

/** Two tabs of one user, each with a connection of its own, before a question. */
async function twoTabs() {
  const clock = manualClock();
  const server = realCallboard({ clock, random: () => 0.5 });
  const tabs = [1, 2].map((tab) => {
    const client = connect({
      url: "ws://x/",
      token: () => server.token(),
      WebSocket: server.WebSocket,
      clock,
      random: () => tab / 3,
    });
    onTestFinished(client.close);
    const work = client.channel("work:video/v_1");
    const inbox = client.channel("inbox:user/ana");
    work.follow();
    inbox.follow();
    return { client, work, inbox };
  });
  await clock.advance(seconds(5));
  const asked = server.ask({ taskToken: "token" });
  await clock.advance(seconds(5));
  await asked;
  const [, { value }] = [...tabs[0]!.work.items].find(([key]) => key.startsWith("request/"))!;
  const { requestId, round } = value as { requestId: `req_${string}`; round: number };
  return {
    clock,
    tabs: [tabs[0]!, tabs[1]!] as const,
    requestId,
    reply: { requestId, round, verb: "reject" as const },
  };
}

it("accepts one of two answers from two tabs, and gives each tab its own outcome", async () => {
  const { clock, tabs, reply, requestId } = await twoTabs();
  const [one, two] = tabs;
  const receipts = Promise.all([one.client.reply(reply), two.client.reply(reply)]);
  await clock.advance(minutes(1));
  const [first, second] = await receipts;
  expect([first!.status, second!.status].sort()).toEqual(["accepted", "refused"]);
  expect(first!.replyId).not.toBe(second!.replyId);
  const won = [first, second].find(({ status } = first!) => status === "accepted")!;
  for (const { work, inbox } of tabs) {
    expect(work.get(`request/${requestId}`)?.reply?.replyId).toBe(won.replyId);
    expect(inbox.get(`receipt/${won.replyId}`)?.requestId).toBe(requestId);
  }
});

it("continues in one tab when the other is closed", async () => {
  const { clock, tabs, reply } = await twoTabs();
  const [one, two] = tabs;
  one.client.close();
  const receipt = two.client.reply(reply);
  await clock.advance(seconds(5));
  expect((await receipt).status).toBe("accepted");
  expect([one.client.state.state, two.client.state.state]).toEqual(["closed", "connected"]);
});

it("keeps the drafts of two tabs apart, each in its own storage", () => {
  const tab = () => {
    const kept = new Map<string, string>();
    return createDrafts({
      getItem: (key) => kept.get(key) ?? null,
      setItem: (key, text) => void kept.set(key, text),
      removeItem: (key) => void kept.delete(key),
    });
  };
  const [one, two] = [tab(), tab()];
  one.write("req_0123456789", "comment", "mine");
  expect(two.read("req_0123456789", "comment")).toBeUndefined();
  two.write("req_0123456789", "comment", "other");
  expect(one.read("req_0123456789", "comment")).toBe("mine");
});
