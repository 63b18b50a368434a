import type { WaitingValue } from "@callboard/protocol";
import { describe, expect, it } from "vitest";
import { ana, memoryStage, overSocket, publishOn } from "../testing/index.ts";
import { followed, inbox, staged, watch } from "./testing/staged.ts";
import { inboxProposal } from "./values.ts";

const bob = { ...ana, id: "bob", name: "Bob", capabilities: ["answer:*"] };

it("removes a question from the inboxes of its former assignees", async () => {
  const stage = memoryStage();
  await stage.report({ step: "mp4", state: "started", owners: ["user/bob"] });
  const id = await stage.ask();
  const client = stage.client("c1");
  await client.follow(inbox);
  expect(client.values(inbox)).toHaveProperty([`request/${id}`]);
  expect(await stage.app.feedback.reassign(overSocket(bob), id, ["user/bob"])).toMatchObject({
    status: "accepted",
  });
  await stage.pump();
  expect(client.values(inbox)).toEqual({});
});

it("shows viewers a deadline that was moved", async () => {
  const stage = memoryStage();
  const id = await stage.ask();
  const client = stage.client("c1");
  await client.follow("watch:video/v_1");
  const deadline = stage.now() + 1_800_000;
  await stage.app.feedback.extend(overSocket(ana), id, deadline);
  await stage.pump();
  const { requests } = client.values("watch:video/v_1").waiting as WaitingValue;
  expect(requests[id]).toMatchObject({ deadline });
});

it("shows a question although its candidates have no room", async () => {
  const stage = memoryStage();
  const schema = { type: "string", description: "x".repeat(7500) };
  for (let n = 0; n < 31; n++) await stage.ask({ thread: `t${n}`, schema, candidates: [] });
  const description = "y".repeat(4000);
  const candidates = Array.from({ length: 10 }, (_, n) => ({
    id: `c${n}`,
    title: `Title ${n}`,
    description,
  }));
  const id = await stage.ask({ candidates });
  const client = stage.client("c1");
  await client.follow("work:video/v_1");
  const values = client.values("work:video/v_1");
  expect(values).toHaveProperty([`request/${id}`]);
  expect(Object.keys(values).filter((key) => key.startsWith("candidate/"))).toEqual([]);
});

it("leaves nothing in an inbox when an announcement follows that of a newer version", async () => {
  const stage = memoryStage();
  const id = await stage.ask({ assignees: ["user/eve"] });
  const open = (await stage.ports.requests.read(id))!;
  const closed = { ...open, version: 2, status: { state: "withdrawn", at: 1, reason: "gone" } as const };
  for (const told of [closed, open]) await publishOn(stage.ports, "inbox:user/bob", [inboxProposal(told)]);
  const bobs = stage.client("c1", bob);
  await bobs.follow("inbox:user/bob");
  expect(bobs.values("inbox:user/bob")).toEqual({});
});

it("leaves nothing in an inbox when a question is answered while it is being announced", async () => {
  const base = memoryStage();
  let answer: (() => Promise<void>) | undefined;
  const stage = memoryStage({
    ...base.ports,
    heads: {
      ...base.ports.heads,
      async open(name) {
        const then = name === inbox ? answer : undefined;
        answer = then ? undefined : answer;
        await then?.();
        return base.ports.heads.open(name);
      },
    },
  });
  const client = base.client("c1");
  answer = async () => {
    const [request] = base.requests.all();
    await base.reply(request!.id, {}, bob);
    await base.pump();
  };
  base.executions.waits.set("token-1", {});
  await stage.ask({ taskToken: "token-1" });
  await base.pump();
  await client.follow(inbox);
  expect(base.requests.all()[0]?.status.state).toBe("relayed");
  expect(client.values(inbox)).toEqual({});
});

it("announces a reminder before it escalates, though the process that reminded has died", async () => {
  const stage = memoryStage();
  const id = await stage.ask({
    remindAfterSeconds: 60,
    escalate: { afterSeconds: 61, to: ["user/bob"] },
  });
  const put = stage.ports.bus.put;
  let dead = false;
  let later = 60_000;
  const dying = memoryStage({
    ...stage.ports,
    clock: { ...stage.ports.clock, now: () => stage.now() + later },
    bus: {
      async put(events) {
        if (!dead && events.some(({ type }) => type === "Request Changed")) {
          dead = true;
          throw new Error("the process died");
        }
        return put(events);
      },
    },
  });
  await expect(dying.app.relay.due(id)).rejects.toThrow("died");
  later += 1000;
  await dying.app.relay.due(id);
  await stage.pump();
  const told = stage.put.map(({ type }) => type).filter((type) => type.startsWith("Feedback"));
  expect(told).toEqual(["Feedback Opened", "Feedback Reminded", "Feedback Escalated"]);
});

it("publishes the events of a version on the bus, though another version's announcement showed it", async () => {
  const stage = memoryStage();
  const id = await stage.ask();
  await stage.reply(id);
  const late = stage.queue.find(({ type }) => type === "Request Changed")!;
  stage.queue.length = 0;
  // It relays, and dies before it announces that; only then the older change is announced.
  const dying = memoryStage({ ...stage.ports, bus: { put: () => Promise.reject(new Error("died")) } });
  await expect(dying.app.relay.deliver(id)).rejects.toThrow("died");
  stage.queue.push(late);
  await stage.pump();
  await stage.advance(60_000);
  expect(stage.put.map(({ type }) => type)).toContain("Feedback Relayed");
});

it("shows one question waiting while another of the same subject is answered", async () => {
  const { stage, client } = await followed();
  const first = await stage.ask({ thread: "title" });
  const second = await stage.ask({ thread: "description" });
  await stage.reply(first);
  await stage.pump();
  expect(client.values(watch)).toMatchObject({
    waiting: { requests: { [second]: { thread: "description" } } },
  });
  expect(Object.keys((client.values(watch) as { waiting: { requests: object } }).waiting.requests)).toEqual([
    second,
  ]);
});

describe("a question that nothing ends", () => {
  const forever = { timeoutSeconds: undefined } as unknown as { timeoutSeconds: number };

  it("warns its owners until it is answered", async () => {
    const { stage, under } = await staged();
    const id = await stage.ask(forever);
    expect(under("warning/")).toEqual([`warning/${id}`]);
    await stage.reply(id);
    await stage.pump();
    expect(under("warning/")).toEqual([]);
  });

  it("does not warn them any more once a deadline is set", async () => {
    const { stage, extend, under, request } = await staged();
    const id = await stage.ask(forever);
    await extend(id, stage.now() + 60_000);
    await stage.pump();
    expect(under("warning/")).toEqual([]);
    await stage.advance(70_000);
    expect(request(id).state).toBe("expired");
  });
});
