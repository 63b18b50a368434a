import type { DoorName } from "@callboard/protocol";
import { describe, expect, it } from "vitest";
import type { DoorOutcome, NoticeRecord, OwnSettings, Reach, Turn } from "../ports/index.ts";
import type { FeedbackRequest, LedgerEntry } from "../request/request.ts";
import {
  type DueNotice,
  decideNotice,
  dueNoticeOf,
  needsNotices,
  noticeRecordAfter,
  putSince,
} from "./decide-notice.ts";

const now = Date.UTC(2026, 0, 1, 12);
const minute = 60_000;
const hour = 60 * minute;
const both = ["mail", "webhook"] as const;

const reach = (own: OwnSettings = {}, issuer: Reach["issuer"] = { address: "ana@example.com" }): Reach => ({
  key: "k",
  person: { id: "ana", name: "Ana" },
  rev: 1,
  roles: [],
  issuer,
  own,
  at: now,
});
const due = (more: Partial<DueNotice> = {}): DueNotice => ({ occasion: "asked", of: 1, taken: [], ...more });
const turn = (more: Partial<Turn> = {}): Turn => ({ key: "k", rev: 1, by: "b", until: 0, ...more });

describe("a notice", () => {
  it.each([
    ["single", { waiting: 5 }, { decision: "single" }],
    [
      "single although a digest was sent just now",
      { waiting: 5, turn: turn({ digestAt: now }) },
      { decision: "single" },
    ],
    ["a digest", { waiting: 6 }, { decision: "digest" }],
    [
      "a digest an hour after the last",
      { waiting: 6, turn: turn({ digestAt: now - hour }) },
      { decision: "digest" },
    ],
    [
      "postponed within an hour of a digest",
      { waiting: 6, turn: turn({ digestAt: now - hour + 1 }) },
      { decision: "later", why: "digest", at: now + 1 },
    ],
    ["nothing once they were notified", { due: undefined }, { decision: "notified" }],
    ["nothing for an unknown person", { reach: undefined }, { decision: "no_door" }],
    ["nothing without an address", { reach: reach({}, {}) }, { decision: "no_door" }],
    ["nothing where mail is turned off", { reach: reach({ off: ["mail"] }) }, { decision: "off" }],
    [
      "nothing where a webhook is turned off",
      { reach: reach({ off: ["webhook"], webhook: { url: "https://hooks.example", secrets: [] } }, {}) },
      { decision: "off" },
    ],
    [
      "nothing where mail is turned off and leads nowhere",
      { reach: reach({ off: ["mail"] }, {}) },
      { decision: "no_door" },
    ],
    [
      "nothing where mail is paused",
      { reach: reach({ paused: { mail: { reason: "bounced", at: 1 } } }) },
      { decision: "no_door" },
    ],
    ["nothing where this deployment sends no mail", { has: ["webhook"] as const }, { decision: "no_door" }],
    ["nothing where each door has taken it", { due: due({ taken: ["mail"] }) }, { decision: "notified" }],
    [
      "postponed while another process holds the turn",
      { turn: turn({ until: now + 1 }) },
      { decision: "later", why: "busy", at: now + 1 },
    ],
    [
      "continued after the process that held the turn died",
      { turn: turn({ until: now }) },
      { decision: "single" },
    ],
    [
      "postponed until a door may be tried again",
      { due: due({ again: { tries: 2, at: now + 1 } }) },
      { decision: "later", why: "again", at: now + 1 },
    ],
    [
      "postponed in quiet hours, by the person's own clocks",
      { reach: reach({ zone: "Asia/Tokyo", quiet: { from: 21 * 60, to: 7 * 60 } }) },
      { decision: "later", why: "quiet", at: Date.UTC(2026, 0, 1, 22) },
    ],
    [
      "not postponed by quiet hours that are over in their zone",
      { reach: reach({ zone: "Africa/Nairobi", quiet: { from: 22 * 60, to: 7 * 60 } }) },
      { decision: "single" },
    ],
  ])("is %s", (_, about, decision) => {
    const given = { reach: reach(), has: both, turn: undefined, due: due(), waiting: 1, ...about };
    expect(decideNotice(given, now)).toMatchObject(decision);
  });
});

it("needs notices while a question is open and somebody must be notified of it", () => {
  const request = (more: object) => ({ status: { state: "open" }, notifyAt: 1, ...more }) as FeedbackRequest;
  expect(needsNotices(request({}), now)).toBe(true);
  expect(needsNotices(request({ notifyAt: undefined }), now)).toBe(false);
  expect(needsNotices(request({ status: { state: "expired" } }), now)).toBe(false);
});

describe("what a person must still be notified of", () => {
  const told = (of: number, more: Partial<NoticeRecord> = {}): NoticeRecord => ({
    requestId: "req_000000000001",
    of,
    doors: ["mail"],
    ...more,
  });

  it.each([
    ["a question", {}, 5, undefined, { occasion: "asked", of: 5 }],
    ["no question twice", {}, 5, told(5), undefined],
    ["a reminder", { remindedAt: 9 }, 5, told(5), { occasion: "reminded", of: 9, taken: [] }],
    ["no reminder twice", { remindedAt: 9 }, 5, told(9), undefined],
    [
      "no reminder from before their first notice",
      { remindedAt: 9 },
      5,
      undefined,
      { occasion: "asked", of: 9 },
    ],
    [
      "a question that is assigned to them again",
      { remindedAt: 9 },
      12,
      told(9),
      { occasion: "asked", of: 12 },
    ],
    [
      "what a door could not take",
      {},
      5,
      told(5, { again: { tries: 1, at: 7 } }),
      { occasion: "asked", of: 5, taken: ["mail"], again: { tries: 1, at: 7 } },
    ],
    [
      "a reminder that a door could not take",
      { remindedAt: 9 },
      5,
      told(9, { again: { tries: 1, at: 12 } }),
      { occasion: "reminded", of: 9, taken: ["mail"] },
    ],
  ])("is %s", (_, request, since, before, expected) => {
    const found = dueNoticeOf(request, since, before);
    if (expected === undefined) expect(found).toBeUndefined();
    else expect(found).toMatchObject(expected);
  });

  it("counts from when they were asked, without a break since", () => {
    const entry = (n: number, at: number, ...assignees: LedgerEntry["assignees"] & object) =>
      ({ n, at, assignees }) as LedgerEntry;
    const request = { askedAt: 1 } as FeedbackRequest;
    const ledger = [
      entry(1, 2, "user/ana"),
      entry(2, 10, "user/ana", "user/bob"),
      { n: 3, at: 11 } as LedgerEntry,
      entry(4, 20, "user/bob"),
      entry(5, 30, "user/ana", "user/bob"),
    ];
    expect(putSince(request, ledger, ["user/ana"])).toBe(30);
    expect(putSince(request, ledger, ["user/bob"])).toBe(10);
    expect(putSince(request, ledger.slice(0, 3), ["user/ana"])).toBe(1);
    expect(putSince(request, [], ["user/eve"])).toBe(1);
  });
});

describe("after sending", () => {
  const question = (more: Partial<DueNotice> = {}) => ({
    request: { id: "req_000000000001" } as unknown as FeedbackRequest,
    due: due(more),
  });
  const again = { outcome: "again", reason: "down" } as const;
  const sent = { outcome: "sent" } as const;
  const refused = { outcome: "refused", reason: "bad_address" } as const;

  it("retries what failed after 1, 5, 15 and then each 60 minutes, and no sooner than a door asks for", () => {
    const pauses = [0, 1, 2, 3, 9].map((tries) => {
      const failed = tries === 0 ? {} : { again: { tries, at: now } };
      return noticeRecordAfter(question(failed), new Map([["mail", again]]), now)!.record.again!.at - now;
    });
    expect(pauses.map((ms) => ms / minute)).toEqual([1, 5, 15, 60, 60]);
    const asks = (afterMs: number) =>
      noticeRecordAfter(question(), new Map([["mail", { ...again, afterMs }]]), now)!.record.again!.at - now;
    expect([asks(1), asks(2 * hour), asks(1e15)]).toEqual([minute, 2 * hour, 24 * hour]);
  });

  it("records which doors took it, and is done once no other is left", () => {
    const half = noticeRecordAfter(
      question(),
      new Map<DoorName, DoorOutcome>([
        ["mail", sent],
        ["webhook", again],
      ]),
      now,
    )!.record;
    expect(half).toMatchObject({ doors: ["mail"], again: { tries: 1 } });
    const whole = noticeRecordAfter(
      question({ taken: ["mail"], again: half.again! }),
      new Map([["webhook", sent]]),
      now,
    );
    expect(whole!.record).toEqual({ requestId: "req_000000000001", of: 1, doors: ["mail", "webhook"] });
  });

  it("records nothing if every door refused", () => {
    expect(noticeRecordAfter(question(), new Map([["mail", refused]]), now)).toBeUndefined();
  });

  it("is not tried again at a door that refused this notice", () => {
    const unfit = { outcome: "unfit", reason: "rejected" } as const;
    const sends = new Map<DoorName, DoorOutcome>([
      ["mail", unfit],
      ["webhook", again],
    ]);
    expect(noticeRecordAfter(question(), sends, now)!.record).toMatchObject({
      doors: ["mail"],
      again: { tries: 1 },
    });
    expect(noticeRecordAfter(question(), new Map([["mail", unfit]]), now)!.record.again).toBeUndefined();
  });

  it("counts nothing against a question that a door had taken before, when a digest fails there", () => {
    const { record } = noticeRecordAfter(question({ taken: ["mail"] }), new Map([["mail", again]]), now)!;
    expect(record).toEqual({ requestId: "req_000000000001", of: 1, doors: ["mail"] });
  });
});
