import type { FeedbackRequest, LedgerEntry, RequestLedger } from "@callboard/core";
import { expect, it } from "vitest";
import { timelineOf } from "./timeline.ts";

const at = Date.UTC(2026, 0, 1, 10);
const ana = { id: "ana", name: "Ana Lovelace" };
const origin = { way: "socket", device: "c1" } as const;

const asked: LedgerEntry = {
  n: 1,
  at,
  what: "asked",
  round: 1,
  assignees: ["user/ana", "role/editors"],
  deadline: at + 3_600_000,
  candidates: ["a", "b"],
  shown: [
    { id: "a", title: "A title" },
    { id: "b", title: "Another" },
  ],
};

const answered = (said: object): LedgerEntry => ({
  n: 2,
  at: at + 60_000,
  what: "answered",
  round: 1,
  by: ana,
  origin,
  reply: { replyId: "r1", round: 1, verb: "edit", by: ana, at: at + 60_000, ...said },
});

const ledger = (thread: string, entries: LedgerEntry[], seen: RequestLedger["seen"] = []): RequestLedger => ({
  request: { thread, round: 1 } as FeedbackRequest,
  entries,
  seen,
});

it("shows who did what, when, how, in which round, and with which words", () => {
  const seen = { user: ana, state: "shown", at, until: at, firstAt: at + 5000 } as const;
  const relayed: LedgerEntry = { n: 3, at: at + 61_000, what: "relayed", round: 1 };
  const said = answered({ candidateId: "a", value: "My “own” title", comment: "Shorter" });
  expect(timelineOf([ledger("title", [asked, said, relayed], [seen])])).toEqual([
    '2026-01-01 10:00:00Z  title 1  asked                                    of user/ana, role/editors; until 2026-01-01 11:00:00Z; candidates a "A title", b "Another"',
    "2026-01-01 10:00:05Z  title 1  seen      Ana Lovelace (ana)",
    '2026-01-01 10:01:00Z  title 1  answered  Ana Lovelace (ana)  socket c1  edit a "A title"; value "My “own” title"; comment "Shorter"',
    "2026-01-01 10:01:01Z  title 1  relayed",
  ]);
});

it("shows once that somebody has seen it, although both the ledger and the attendance have it", () => {
  const ben = { id: "ben", name: "Ben" };
  const of = { state: "left", at, until: at, firstAt: at + 4990 } as const;
  const seen: LedgerEntry = { n: 2, at: at + 5000, what: "seen", round: 1, by: ana, origin };
  const lines = timelineOf([
    ledger(
      "title",
      [asked, seen],
      [
        { ...of, user: ana },
        { ...of, user: ben, firstAt: at + 9000 },
      ],
    ),
  ]);
  expect(lines.slice(1)).toEqual([
    "2026-01-01 10:00:05Z  title 1  seen   Ana Lovelace (ana)  socket c1",
    "2026-01-01 10:00:09Z  title 1  seen   Ben (ben)",
  ]);
});

it("shows only the door's name if the device is unknown", () => {
  const [line] = timelineOf([
    ledger("title", [{ ...answered({ verb: "approve" }), origin: { way: "mail", device: "mail" } }]),
  ]);
  expect(line).toBe("2026-01-01 10:01:00Z  title 1  answered  Ana Lovelace (ana)  mail  approve");
});

it("sorts the entries of several requests by time", () => {
  const later = { ...asked, at: at + 30_000 };
  const lines = timelineOf([ledger("title", [asked, answered({})]), ledger("rights", [later])]);
  expect(lines.map((line) => line.split(/ {2,}/).slice(1, 3).join(" "))).toEqual([
    "title 1 asked",
    "rights 1 asked",
    "title 1 answered",
  ]);
});

it("escapes control characters", () => {
  const value = { title: "\u001b[2Jgone\u202etxt\u0085" };
  const by = { id: "ana", name: "Ana\u0007\nanswered" };
  const [line] = timelineOf([ledger("title", [{ ...answered({ value, comment: "\r\u2028" }), by }])]);
  expect(line).not.toMatch(/[\p{Cc}\u202e\u2028]/u);
  expect(line).toContain('value {"title":"\\u001b[2Jgone\\u202etxt\\u0085"}');
  expect(line).toContain("Ana\\u0007\\u000aanswered (ana)");
});

it("names the system as the actor", () => {
  const by = { id: "system", name: "system" };
  expect(timelineOf([ledger("title", [{ n: 2, at, what: "expired", round: 1, by }])])).toEqual([
    "2026-01-01 10:00:00Z  title 1  expired  system",
  ]);
});
