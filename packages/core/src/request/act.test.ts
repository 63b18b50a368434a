import { limits, type RequestId } from "@callboard/protocol";
import { describe, expect, it } from "vitest";
import type { Caller } from "../access/principal.ts";
import { ana, codeOf, viewer } from "../testing/memory-stage.ts";
import { latestDeadline } from "./agenda.ts";
import { owner, staged } from "./testing/staged.ts";

describe("an extension", () => {
  it("moves the deadline for everyone, and the question expires then", async () => {
    const { stage, extend, request, waiting } = await staged();
    const id = await stage.ask({ timeoutSeconds: 3600, deadlineSeconds: 60 });
    const deadline = stage.now() + 600_000;
    expect(await extend(id, deadline)).toMatchObject({ status: "accepted" });
    await stage.pump();
    expect([request(id).deadline, waiting(id)?.deadline]).toEqual([deadline, deadline]);
    await stage.advance(120_000);
    expect(request(id).state).toBe("open");
    await stage.advance(485_000);
    expect(request(id).state).toBe("expired");
    const ledger = await stage.requests.ledger(id);
    expect(ledger.find((entry) => entry.what === "extended")).toMatchObject({
      by: { id: "ana" },
      origin: { way: "socket", device: "of-ana" },
      deadline,
    });
  });

  it("is limited by the workflow's wait, and the refusal names the limit", async () => {
    const { stage, extend } = await staged();
    const asked = stage.now();
    const id = await stage.ask({ timeoutSeconds: 600, deadlineSeconds: 60 });
    const latest = latestDeadline(asked, asked + 600_000);
    expect(await extend(id, latest + 1)).toMatchObject({
      status: "refused",
      code: "invalid",
      details: { latest, issues: [expect.stringContaining("deadline")] },
    });
    expect(await extend(id, latest)).toMatchObject({ status: "accepted" });
  });

  it.each([9_007_199_254_740_991, 9e15, 8.64e15, 1e300])(
    "of a question without a timeout to %d is refused, and the refusal names the limit",
    async (deadline) => {
      const { stage, extend, request } = await staged();
      const id = await stage.ask({ timeoutSeconds: undefined, deadlineSeconds: undefined });
      const latest = stage.now() + limits.timeoutSeconds * 1000;
      expect(await extend(id, deadline)).toMatchObject({ code: "invalid", details: { latest } });
      expect(await extend(id, latest)).toMatchObject({ status: "accepted" });
      await stage.pump();
      expect(request(id).deadline).toBe(latest);
    },
  );

  it("into the past is refused, and to the same time changes nothing", async () => {
    const { stage, extend, request } = await staged();
    const id = await stage.ask({ timeoutSeconds: 600, deadlineSeconds: 60 });
    expect(await extend(id, stage.now())).toMatchObject({ code: "invalid" });
    expect(await extend(id, request(id).deadline!)).toMatchObject({ status: "accepted" });
    expect((await stage.requests.ledger(id)).map((entry) => entry.what)).toEqual(["asked"]);
  });
});

describe("a reassignment", () => {
  it("to an id that no person can have is refused with the name of the field", async () => {
    const { stage, reassign } = await staged();
    const id = await stage.ask();
    for (const nobody of ["user/system", "user/erased-1"] as const)
      expect(await reassign(id, ["user/ben", nobody])).toMatchObject({
        code: "invalid",
        details: { issues: [expect.stringMatching(/^assignees\.1: /)] },
      });
    expect((await stage.requests.ledger(id)).map((entry) => entry.what)).toEqual(["asked"]);
  });

  it("moves the question from one inbox to another, and back", async () => {
    const { stage, reassign, inbox, request } = await staged();
    const id = await stage.ask();
    expect(await reassign(id, ["user/ben"])).toMatchObject({ status: "accepted" });
    await stage.pump();
    expect([Object.keys(inbox.ana()), Object.keys(inbox.ben())]).toEqual([[], [`request/${id}`]]);
    expect(request(id).assignees).toEqual(["user/ben"]);
    expect(await stage.reply(id)).toMatchObject({ code: "forbidden" });
    await reassign(id, ["user/ana"]);
    await stage.pump();
    expect([Object.keys(inbox.ana()), Object.keys(inbox.ben())]).toEqual([[`request/${id}`], []]);
    expect(await stage.reply(id)).toMatchObject({ status: "accepted" });
  });

  it("is only for owners", async () => {
    const { stage, reassign } = await staged();
    const id = await stage.ask();
    expect(await reassign(id, ["user/ben"], ana)).toMatchObject({ status: "refused", code: "forbidden" });
  });

  it("removes from its former inbox a question that closes before it was announced", async () => {
    const { stage, reassign, inbox } = await staged();
    const id = await stage.ask();
    await reassign(id, ["user/ben"]);
    stage.queue.length = 0;
    await stage.reply(id, {}, owner);
    await stage.pump();
    expect([Object.keys(inbox.ana()), Object.keys(inbox.ben())]).toEqual([[], []]);
  });
});

describe("attention", () => {
  it("shows to those who work on the subject who works on a question, and until when that counts", async () => {
    const { stage, attend, attending } = await staged();
    const id = await stage.ask();
    expect(await attend(id, "shown")).toMatchObject({ status: "accepted" });
    await stage.pump();
    const at = stage.now();
    const seen = { requestId: id, user: { id: "ana", name: "Ana" }, at, until: at + 90_000 };
    expect(attending(id)).toEqual({ ...seen, state: "shown" });
    stage.pass(1_000);
    await attend(id, "reviewing");
    await stage.pump();
    expect(attending(id)).toMatchObject({ state: "reviewing", until: at + 91_000 });
  });

  it("ends when a person leaves, and begins again when they come back", async () => {
    const { stage, attend, attending } = await staged();
    const id = await stage.ask();
    for (const [state, shown] of [
      ["shown", true],
      ["left", false],
      ["shown", true],
    ] as const) {
      stage.pass(1);
      await attend(id, state);
      await stage.pump();
      expect(attending(id) !== undefined).toBe(shown);
    }
  });

  it("that was not renewed is removed with the next change of the question", async () => {
    const { stage, attend, attending } = await staged();
    const id = await stage.ask();
    await attend(id, "shown");
    await stage.pump();
    await stage.advance(95_000);
    await attend(id, "shown", owner);
    await stage.pump();
    expect([attending(id), attending(id, "owner")]).toEqual([undefined, expect.anything()]);
  });

  it("of a person with two tabs stays when one of them is closed, and ends with the other", async () => {
    const { stage, attend, attending } = await staged();
    const id = await stage.ask();
    await attend(id, "reviewing", ana, "tab 1");
    stage.pass(10);
    await attend(id, "shown", ana, "tab 2");
    await stage.pump();
    const at = stage.now();
    expect(attending(id)).toMatchObject({ state: "reviewing", at, until: at + 90_000 });
    stage.pass(10);
    await stage.app.connections.close("tab 1");
    await stage.pump();
    expect(attending(id)).toMatchObject({ state: "shown", until: at + 90_000 });
    stage.pass(10);
    await stage.app.connections.close("tab 2");
    await stage.pump();
    expect(attending(id)).toBeUndefined();
  });

  it("of a person who left in one tab continues in the other", async () => {
    const { stage, attend, attending } = await staged();
    const id = await stage.ask();
    await attend(id, "shown", ana, "tab 1");
    await attend(id, "shown", ana, "tab 2");
    stage.pass(1);
    await attend(id, "left", ana, "tab 2");
    await stage.pump();
    expect(attending(id)).toMatchObject({ state: "shown" });
  });

  it("over a connection that no longer exists ends after its time", async () => {
    const { stage, attend, attending } = await staged();
    const id = await stage.ask();
    await stage.app.connections.close("gone");
    await attend(id, "reviewing", ana, "gone");
    await stage.pump();
    const { until } = attending(id) as { until: number };
    expect(until).toBe(stage.now() + 90_000);
    stage.pass(90_000);
    await attend(id, "left", owner);
    await stage.pump();
    expect(attending(id)).toBeUndefined();
  });

  it("is stored once for each person, for any number of connections", async () => {
    const { stage, attend } = await staged();
    const id = await stage.ask();
    const firstAt = stage.now();
    for (const tab of ["1", "2", "3"]) {
      await attend(id, "shown", ana, tab);
      stage.pass(1000);
      await stage.app.connections.close(tab);
    }
    expect(await stage.ports.attention.of(id)).toHaveLength(1);
    expect(await stage.app.feedback.view(ana, id)).toMatchObject({
      seen: [{ user: { id: "ana" }, state: "left", firstAt }],
    });
  });

  it("pushes nothing for a connection without attention", async () => {
    const { stage, put } = await staged();
    await stage.app.connections.close("ana");
    expect(put("Attention Changed")).toEqual([]);
  });

  it("ends with the question", async () => {
    const { stage, attend, under } = await staged();
    const id = await stage.ask();
    await attend(id, "reviewing");
    await attend(id, "shown", owner);
    await stage.pump();
    expect(under("attending/")).toHaveLength(2);
    await stage.reply(id);
    await stage.pump();
    expect(under("attending/")).toEqual([]);
  });
});

describe("an action on a question", () => {
  it("that does not exist is not found, and on others' questions is forbidden", async () => {
    const { stage, extend, reassign, attend } = await staged();
    const id = await stage.ask();
    const unknown = "req_0000000000";
    const later = stage.now() + 60_000;
    const codes = async (of: RequestId, by: Caller) => [
      codeOf(await extend(of, later, by)),
      codeOf(await reassign(of, ["user/ben"], by)),
      codeOf(await attend(of, "shown", by)),
    ];
    expect(await codes(unknown, owner)).toEqual(["not_found", "not_found", "not_found"]);
    expect(await codes(id, viewer)).toEqual(["forbidden", "forbidden", "forbidden"]);
  });

  it("that is answered is refused with the name of who answered", async () => {
    const { stage, extend, reassign, attend } = await staged();
    const id = await stage.ask();
    await stage.reply(id);
    const answered = {
      status: "refused",
      code: "already_answered",
      details: { by: { id: "ana", name: "Ana" }, at: stage.now(), verb: "pick" },
    };
    expect(await extend(id, stage.now() + 60_000)).toMatchObject(answered);
    expect(await reassign(id, ["user/ben"])).toMatchObject(answered);
    expect(await attend(id, "shown")).toMatchObject(answered);
  });

  it("whose deadline has passed is refused as expired, even before the clock has handled it", async () => {
    const { stage, extend, attend } = await staged();
    const id = await stage.ask({ deadlineSeconds: 60 });
    stage.pass(60_000);
    expect(await extend(id, stage.now() + 60_000)).toMatchObject({ code: "expired" });
    expect(await attend(id, "shown")).toMatchObject({ code: "expired" });
  });
});
