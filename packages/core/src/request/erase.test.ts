import { jsonBytes } from "@callboard/protocol";
import { describe, expect, it } from "vitest";
import { openRequest } from "../testing/request-store.contract.ts";
import { eraseFromAttention, eraseFromEntry, eraseFromRequest, erasureOf, isErased } from "./erase.ts";
import type { FeedbackRequest, LedgerEntry } from "./request.ts";
import { shownCandidates } from "./shown-candidates.ts";

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

describe("a request without somebody", () => {
  it("keeps verb, candidate, round and time, and drops name and words", () => {
    const { status, assignees } = eraseFromRequest(relayed, erasure);
    expect(status).toEqual({
      state: "relayed",
      at,
      reply: { replyId: "r1", round: 1, verb: "edit", candidateId: "a", by: alias, at },
    });
    expect(assignees).toEqual([`user/${alias.id}`, "role/editors"]);
  });

  it("leaves what others said and who else was asked", () => {
    const request = { ...relayed, assignees: ["user/anastasia"] as const };
    expect(eraseFromRequest(request, erasureOf("user/eve", "x"))).toBe(request);
    expect(
      eraseFromRequest({ ...request, assignees: ["user/eve"] }, erasureOf("user/eve", "x")).status,
    ).toEqual(relayed.status);
  });

  it("has them nowhere else either: not among those asked before or to be asked", () => {
    const request = openRequest({
      assignees: ["role/editors"],
      formerAssignees: ["user/ana", "user/eve"],
      escalate: { at, to: ["user/ana"] },
    });
    const redacted = eraseFromRequest(request, erasure);
    expect(redacted.formerAssignees).toEqual([`user/${alias.id}`, "user/eve"]);
    expect(redacted.escalate).toEqual({ at, to: [`user/${alias.id}`] });
  });

  it("is the very same when they are not in it, also the second time", () => {
    const redacted = eraseFromRequest(relayed, erasure);
    expect(eraseFromRequest(redacted, erasure)).toBe(redacted);
  });
});

describe("a ledger row without somebody", () => {
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

  it("keeps what was done, when and on which round, and by which way but not by which device", () => {
    const { value: _, comment: __, ...facts } = reply;
    expect(eraseFromEntry(entry, erasure)).toEqual({
      ...entry,
      by: alias,
      origin: { way: "socket", device: "erased" },
      reply: { ...facts, by: alias },
    });
  });

  it("names nobody of whom others asked", () => {
    const asked: LedgerEntry = { n: 1, at, what: "asked", round: 1, assignees: ["user/ana", "user/eve"] };
    expect(eraseFromEntry(asked, erasure).assignees).toEqual([`user/${alias.id}`, "user/eve"]);
  });

  it("is the very same when they are not in it, also the second time", () => {
    const redacted = eraseFromEntry(entry, erasure);
    expect(eraseFromEntry(redacted, erasure)).toBe(redacted);
    expect(eraseFromEntry(entry, erasureOf("user/eve", "x"))).toBe(entry);
  });
});

it("ends what somebody was at", () => {
  const requestId = relayed.id;
  const user = { id: "ana", name: "Ana" };
  const attention = { requestId, user, state: "reviewing", at, until: at + 90_000, firstAt: at - 5 } as const;
  expect(eraseFromAttention(attention, erasure)).toEqual({ ...attention, user: alias, until: at });
});

it("knows a pseudonym from a person", () => {
  expect(isErased(`user/${alias.id}`)).toBe(true);
  expect(isErased("user/ana")).toBe(false);
});

describe("candidates in the ledger", () => {
  it("are as they were shown", () => {
    const candidates = [{ id: "a", title: "A title", description: "Not kept" }];
    expect(shownCandidates(candidates)).toEqual([{ id: "a", title: "A title" }]);
  });

  it("fit into 8 KB, every title cut alike", () => {
    const candidates = Array.from({ length: 20 }, (_, i) => ({ id: `c${i}`, title: "漢".repeat(300) }));
    const shown = shownCandidates(candidates);
    expect(jsonBytes(shown)).toBeLessThanOrEqual(8192);
    expect(shown.map(({ id }) => id)).toEqual(candidates.map(({ id }) => id));
    expect(new Set(shown.map(({ title }) => title))).toEqual(new Set([`${"漢".repeat(75)}…`]));
  });
});
