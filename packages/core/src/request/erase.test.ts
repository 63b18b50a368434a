import type { Principal } from "@callboard/protocol";
import { describe, expect, it } from "vitest";
import type { Ports } from "../ports/index.ts";
import { itemsOf } from "../testing/heads.ts";
import { ana, connectionOf, executionArn, memoryStage, type Stage } from "../testing/memory-stage.ts";
import { openRequest } from "../testing/request-store.contract.ts";
import {
  eraseFromAttention,
  eraseFromEntry,
  eraseFromRequest,
  erasePerson,
  erasureOf,
  isErased,
} from "./erase.ts";
import type { FeedbackRequest, LedgerEntry } from "./request.ts";

const work = "work:video/v_1";
const inbox = "inbox:user/ana";
const eve = { ...ana, id: "eve", name: "Eve Adams" };
const anaNamed = { ...ana, name: "Ana Lovelace" };
const words = ["My very own title", "Never so dull", "Ana Lovelace"];

/** Ana has answered one question in her own words, looks at another, and was asked a third that Eve answered. */
async function story(stage: Stage = memoryStage()) {
  const own = await stage.ask({ thread: "title" });
  await stage.app.feedback.attend(connectionOf(anaNamed), own, "reviewing");
  await stage.reply(own, { verb: "edit", value: words[0], comment: words[1] as string }, anaNamed);
  await stage.pump();
  const open = await stage.ask({ thread: "rights", assignees: ["user/ana", "user/eve"] });
  await stage.app.feedback.attend(connectionOf(anaNamed), open, "shown");
  const others = await stage.ask({ thread: "tags", assignees: ["user/ana", "user/eve"] });
  await stage.reply(others, { replyId: "r2", comment: "Eve's own words" }, eve);
  await stage.pump();
  return { stage, own, open, others };
}

/** Everything that is stored and sent about the questions. */
async function kept({ ports, app }: Stage): Promise<string> {
  const channels = await Promise.all(
    ([work, inbox, "inbox:user/eve", "watch:video/v_1"] as const).map((one) => itemsOf(ports, one)),
  );
  return JSON.stringify([channels, await app.feedback.ledger(executionArn)]);
}

it("removes a person's name and texts from requests, ledger, attention, channels and inbox", async () => {
  const { stage, own, open } = await story();
  const client = stage.client("c9", eve);
  await client.follow(work);
  for (const word of words) expect(await kept(stage)).toContain(word);

  const erased = await stage.app.feedback.erase("user/ana");
  await stage.pump();
  expect(erased).toEqual({
    outcome: "erased",
    alias: expect.stringMatching(/^user\/erased-/),
    counts: {
      requests: 3,
      ledgerRows: 6,
      attentionRows: 2,
      inboxItems: 2,
      names: 0,
      addresses: 0,
      listedSubjects: 0,
      notices: 0,
    },
    open: [open],
    underWay: [],
  });
  const left = await kept(stage);
  for (const word of [...words, '"ana"', '"user/ana"']) expect(left).not.toContain(word);
  expect(left).toContain("Eve's own words");

  const alias = { id: (erased as { alias: string }).alias.replace("user/", ""), name: "erased" };
  expect(client.values(work)).toMatchObject({
    [`request/${own}`]: { state: "relayed", reply: { verb: "edit", round: 1, by: alias } },
  });
  expect(JSON.stringify(client.values(work))).not.toContain("Lovelace");
  expect(client.gaps.size).toBe(0);
  const entries = await stage.requests.ledger(own);
  expect(entries.map(({ what }) => what)).toEqual(["asked", "seen", "answered", "relayed", "erased"]);
  expect(entries[1]).toMatchObject({ what: "seen", by: alias });
  expect(entries[2]).toMatchObject({ by: alias, reply: { verb: "edit", round: 1 } });
});

it("finds nothing the second time, and changes nothing", async () => {
  const { stage } = await story();
  await stage.app.feedback.erase("user/ana");
  await stage.pump();
  const before = await kept(stage);
  expect(await stage.app.feedback.erase("user/ana")).toMatchObject({
    counts: {
      requests: 0,
      ledgerRows: 0,
      attentionRows: 0,
      inboxItems: 0,
      names: 0,
      addresses: 0,
      listedSubjects: 0,
      notices: 0,
    },
    open: [],
  });
  await stage.pump();
  expect(await kept(stage)).toBe(before);
});

it("leaves an answer unchanged until the execution has it", async () => {
  const stage = memoryStage();
  const id = await stage.ask({ taskToken: "t1" });
  await stage.reply(id, { verb: "edit", value: words[0] });
  const before = await stage.requests.read(id);
  expect(await stage.app.feedback.erase("user/ana")).toMatchObject({
    underWay: [id],
    counts: { requests: 0 },
  });
  expect(await stage.requests.read(id)).toEqual(before);
  await stage.pump();
  expect(stage.executions.resumedWith("t1")).toMatchObject({ value: words[0] });
  expect(await stage.app.feedback.erase("user/ana")).toMatchObject({ underWay: [], counts: { requests: 1 } });
});

it("no longer asks an erased person, and still asks the others", async () => {
  const { stage, open } = await story();
  await stage.app.feedback.erase("user/ana");
  await stage.pump();
  await stage.advance(60_000);
  const mine = await itemsOf(stage.ports, inbox);
  expect(mine.filter(({ value }) => value !== null)).toEqual([]);
  expect(await stage.reply(open, { replyId: "r3" }, eve)).toMatchObject({ status: "accepted" });
  await stage.pump();
  expect((await stage.requests.read(open))?.status.state).toBe("relayed");
});

it("erases only users", async () => {
  const { stage } = await story();
  for (const principal of ["role/editors", "user/erased-0123"] as Principal[])
    expect(await stage.app.feedback.erase(principal)).toEqual({ outcome: "not_a_person" });
});

/** Fails the n-th call that changes something, before or after it took effect. */
function dying(ports: Ports, n: number, after: boolean): { ports: Ports; died: () => boolean } {
  let calls = 0;
  const writes = new Set(["move", "redact", "release", "replace", "commit", "put"]);
  const wrap = <T extends object>(port: T): T =>
    new Proxy(port, {
      get(target, name) {
        const method = Reflect.get(target, name) as (...args: unknown[]) => unknown;
        if (!writes.has(String(name))) return method;
        return async (...args: unknown[]) => {
          if (++calls === n && !after) throw new Error("died");
          const result = await method.apply(target, args);
          if (calls === n) throw new Error("died");
          return result;
        };
      },
    });
  const { requests, attention, heads } = ports;
  return {
    ports: { ...ports, requests: wrap(requests), attention: wrap(attention), heads: wrap(heads) },
    died: () => calls >= n,
  };
}

it.each([false, true])(
  "does the rest when it is called again, wherever it died (after the write: %s)",
  async (after) => {
    const whole = await story();
    await whole.stage.app.feedback.erase("user/ana");
    await whole.stage.pump();
    const wanted = (await whole.stage.app.feedback.ledger(executionArn)).map(({ request, entries }) => [
      request.status,
      entries,
    ]);
    let deaths = 0;
    for (let n = 1; ; n++) {
      const { stage } = await story();
      const fatal = dying(stage.ports, n, after);
      const died = await erasePerson(fatal.ports, "user/ana").then(
        () => false,
        () => true,
      );
      if (!died) break;
      deaths++;
      await stage.advance(10_000);
      await stage.app.feedback.erase("user/ana");
      await stage.advance(10_000);
      const left = await kept(stage);
      for (const word of [...words, '"ana"', '"user/ana"']) expect(left).not.toContain(word);
      const ledgers = await stage.app.feedback.ledger(executionArn);
      expect(ledgers.map(({ entries }) => entries.length)).toEqual(
        wanted.map(([, entries]) => (entries as []).length),
      );
      expect(ledgers.map(({ request }) => request.status)).toEqual(wanted.map(([status]) => status));
    }
    expect(deaths).toBeGreaterThan(10);
  },
);

const erasure = erasureOf("user/ana", "0123456789abcdefghijklmnop");
const alias = { id: "erased-0123456789abcdef", name: "erased" };
const at = Date.UTC(2026, 0, 1);
const reply = {
  replyId: "r1",
  round: 1,
  verb: "edit",
  candidateId: "a",
  value: { title: "Ana's own title" },
  comment: "As I always say",
  by: { id: "ana", name: "Ana" },
  at,
} as const;
const relayed: FeedbackRequest = openRequest({ status: { state: "relayed", reply, at } });

describe("a request without the erased person", () => {
  it("keeps verb, candidate, round and time, and removes name and texts", () => {
    const { status, assignees } = eraseFromRequest(relayed, erasure);
    expect(status).toEqual({
      state: "relayed",
      at,
      reply: { replyId: "r1", round: 1, verb: "edit", candidateId: "a", by: alias, at },
    });
    expect(assignees).toEqual([`user/${alias.id}`, "role/editors"]);
  });

  it("keeps what others wrote and who else was asked", () => {
    const request = { ...relayed, assignees: ["user/anastasia"] as const };
    expect(eraseFromRequest(request, erasureOf("user/eve", "x"))).toBe(request);
    expect(
      eraseFromRequest({ ...request, assignees: ["user/eve"] }, erasureOf("user/eve", "x")).status,
    ).toEqual(relayed.status);
  });

  it("has them neither among former assignees nor in the escalation", () => {
    const request = openRequest({
      assignees: ["role/editors"],
      formerAssignees: ["user/ana", "user/eve"],
      escalate: { at, to: ["user/ana"] },
    });
    const redacted = eraseFromRequest(request, erasure);
    expect(redacted.formerAssignees).toEqual([`user/${alias.id}`, "user/eve"]);
    expect(redacted.escalate).toEqual({ at, to: [`user/${alias.id}`] });
  });

  it("is the same object when they are not in it, also the second time", () => {
    const redacted = eraseFromRequest(relayed, erasure);
    expect(eraseFromRequest(redacted, erasure)).toBe(redacted);
  });
});

describe("a ledger row without the erased person", () => {
  const entry: LedgerEntry = {
    n: 2,
    at,
    what: "answered",
    round: 1,
    by: reply.by,
    origin: { way: "socket", device: "Ana's telephone" },
    reply,
    candidates: ["a", "b"],
  };

  it("keeps what was done, when, how and in which round, but not the device", () => {
    const { value: _, comment: __, ...facts } = reply;
    expect(eraseFromEntry(entry, erasure)).toEqual({
      ...entry,
      by: alias,
      origin: { way: "socket", device: "erased" },
      reply: { ...facts, by: alias },
    });
  });

  it("contains no name of a person whom others asked", () => {
    const asked: LedgerEntry = { n: 1, at, what: "asked", round: 1, assignees: ["user/ana", "user/eve"] };
    expect(eraseFromEntry(asked, erasure).assignees).toEqual([`user/${alias.id}`, "user/eve"]);
  });

  it("is the same object when they are not in it, also the second time", () => {
    const redacted = eraseFromEntry(entry, erasure);
    expect(eraseFromEntry(redacted, erasure)).toBe(redacted);
    expect(eraseFromEntry(entry, erasureOf("user/eve", "x"))).toBe(entry);
  });
});

it("ends a person's attention", () => {
  const requestId = relayed.id;
  const user = { id: "ana", name: "Ana" };
  const attention = { requestId, user, state: "reviewing", at, until: at + 90_000, firstAt: at - 5 } as const;
  expect(eraseFromAttention(attention, erasure)).toEqual({ ...attention, user: alias, until: at });
});

it("distinguishes a pseudonym from a person", () => {
  expect(isErased(`user/${alias.id}`)).toBe(true);
  expect(isErased("user/ana")).toBe(false);
});
