import {
  type InboxRequestValue,
  isRequestId,
  jsonBytes,
  limits,
  type RecordedReply,
  type RequestValue,
  type WaitingValue,
} from "@callboard/protocol";
import { describe, expect, it } from "vitest";
import { version } from "../channel/change.ts";
import type { Entry } from "../ports/index.ts";
import type { FeedbackRequest, RequestStatus } from "./request.ts";
import {
  candidateProposals,
  inboxProposal,
  isProposed,
  receiptProposal,
  removalProposal,
  replacementProposal,
  requestProposal,
  requestValue,
  shownCandidates,
  waitingProposal,
} from "./values.ts";

const request: FeedbackRequest = {
  id: "req_3kq9v8m2x7ab4dnt",
  subject: "order/1",
  thread: "refund",
  round: 1,
  order: [0, 1, 0],
  execution: "arn:e",
  prompt: "Refund it?",
  verbs: ["approve"],
  candidates: [],
  digest: "shown",
  assignees: ["user/ana"],
  askedAt: 1_767_225_600_000,
  deadline: 1_767_229_200_000,
  remindedAt: 1_767_227_000_000,
  probeEveryMs: 60_000,
  probeAt: 1_767_225_660_000,
  status: { state: "open" },
  version: 1,
  changedAt: 1_767_225_600_000,
  announced: 1,
};
const lineOf = (more: Partial<FeedbackRequest>) =>
  inboxProposal({ ...request, ...more }).fold(undefined)?.value as InboxRequestValue;

it.each([
  ["short", "Refund it?", "Refund it?"],
  ["of families", "👩‍👩‍👧‍👦".repeat(90), /^(👩‍👩‍👧‍👦)+…$/u],
  ["of flags", "🇩🇪".repeat(250), /^(🇩🇪)+…$/u],
  ["in Chinese", "漢".repeat(1000), /^漢+…$/],
  ["of control characters", "\u0001".repeat(1000), /…$/],
])("lists a prompt that is %s in 512 bytes, cut within none of its characters", (_, prompt, shown) => {
  const line = lineOf({ prompt });
  expect(jsonBytes(line)).toBeLessThanOrEqual(limits.inboxSummaryBytes);
  expect(line.prompt).toMatch(shown);
});

it("lists a question with names of maximum length", () => {
  const line = lineOf({
    id: `req_${"a".repeat(64)}`,
    subject: `order/${"s".repeat(194)}`,
    thread: "t".repeat(64),
    round: 100,
    prompt: "Refund it? ".repeat(50),
  });
  expect(jsonBytes(line)).toBeLessThanOrEqual(limits.inboxSummaryBytes);
  expect(line.prompt).toMatch(/…$/);
});

it("uses all of an inbox's 512 bytes for a long prompt, whether or not there is a title", () => {
  for (const title of [undefined, "T", "t".repeat(1000)]) {
    const line = lineOf({ prompt: "p".repeat(1000), ...(title ? { title } : {}) });
    expect([title?.length, jsonBytes(line)]).toEqual([title?.length, limits.inboxSummaryBytes]);
    expect(line.title?.slice(0, 1)).toBe(title?.slice(0, 1));
  }
});

it("lists no title of which nothing but the mark of the cut would be left", () => {
  const titles = Array.from({ length: 194 }, (_, n) =>
    lineOf({
      id: `req_${"a".repeat(64)}`,
      subject: `order/${"s".repeat(n + 1)}`,
      thread: "t".repeat(64),
      title: "t".repeat(100),
      prompt: "p".repeat(1000),
    }),
  ).map(({ title }) => title);
  expect(titles).toContain(undefined);
  expect(titles).toContain("t…");
  expect(titles).not.toContain("…");
  expect(titles).not.toContain("");
});

const reply: RecordedReply = {
  replyId: "r1",
  round: 1,
  verb: "answer",
  by: { id: "ana", name: "Ana" },
  at: 1_767_225_700_000,
  value: "v".repeat(1000),
  comment: "c".repeat(1000),
};
const relayed = { state: "relayed", reply, at: 1_767_225_800_000 } as const;
const as = (status: RequestStatus, more: Partial<FeedbackRequest> = {}): FeedbackRequest => ({
  ...request,
  version: 3,
  ...more,
  status,
});
/** An entry that stands, or was removed. */
const known = (value: unknown, of: string): Entry => ({ key: "k", value, version: of, at: 0, offsets: {} });

describe("a question as its owners see it", () => {
  const full = as(relayed, {
    schema: { description: "s".repeat(1000) },
    labels: { answer: "l".repeat(50) },
    default: { verb: "answer", value: "d".repeat(1000) },
    prompt: "p".repeat(1000),
  });
  const whole = requestValue(full);
  const bytes = jsonBytes(whole);
  const kept = ({ reply: of, schema, labels, default: given, prompt }: RequestValue) => ({
    value: of?.value !== undefined,
    comment: of?.comment?.length,
    schema: schema !== undefined,
    labels: labels !== undefined,
    default: given?.value !== undefined,
    prompt: prompt.length,
  });
  const all = { value: true, comment: 1000, schema: true, labels: true, default: true, prompt: 1000 };

  it("is complete if there is room for it", () => {
    expect(kept(whole)).toEqual(all);
    expect(requestValue(full, bytes)).toEqual(whole);
  });

  it("loses the reply's value first, then its comment, the rules of the question, and its prompt last", () => {
    expect(kept(requestValue(full, bytes - 1))).toEqual({ ...all, value: false });
    const commentCut = kept(requestValue(full, bytes - 1100));
    expect(commentCut).toMatchObject({ ...all, value: false, comment: expect.any(Number) });
    expect(commentCut.comment).toBeGreaterThan(800);
    expect(commentCut.comment).toBeLessThan(1000);
    const least = kept(requestValue(full, bytes - 2000));
    expect(least).toMatchObject({ value: false, schema: false, labels: true, default: true, prompt: 1000 });
    expect(kept(requestValue(full, bytes - 2900))).toMatchObject({ labels: false, default: true });
    expect(kept(requestValue(full, bytes - 3000))).toMatchObject({ default: false, prompt: 1000 });
    expect(kept(requestValue(full, bytes - 4000)).prompt).toBeLessThan(1000);
    expect(requestValue(full, bytes - 4000).default).toEqual({ verb: "answer" });
  });

  it("keeps the beginning of its texts even in very little room", () => {
    const { reply: shown, prompt } = requestValue(full, 1);
    expect([jsonBytes(prompt), jsonBytes(shown?.comment)]).toEqual([200, 200]);
  });

  it("has no reply or default without one", () => {
    const bare = requestValue({ ...request, prompt: "p".repeat(1000) }, 1);
    expect(bare).not.toHaveProperty("reply");
    expect(bare).not.toHaveProperty("default");
    const { comment: _, ...silent } = reply;
    expect(requestValue(as({ ...relayed, reply: silent }), 1).reply?.comment).toBeUndefined();
  });

  it("shows why it was closed, and what replaced it", () => {
    const withdrawn = requestValue(as({ state: "withdrawn", at: 1, reason: "wait_gone" }));
    expect(withdrawn).toMatchObject({ state: "withdrawn", reason: "wait_gone" });
    expect(withdrawn).not.toHaveProperty("supersededBy");
    expect(requestValue(as({ state: "superseded", at: 1, by: "req_0000000002" }))).toMatchObject({
      supersededBy: "req_0000000002",
    });
  });

  it("is added again after its removal only while it is open", () => {
    const gone = known(null, version(1));
    expect(requestProposal(as(relayed)).fold(gone)).toBeUndefined();
    expect(requestProposal(as({ state: "open" })).fold(gone)).toMatchObject({ version: version(3) });
    expect(requestProposal(as(relayed)).fold(undefined)).toMatchObject({ value: { state: "relayed" } });
  });

  it("is replaced by one that is not larger, unless it is open, and only where it is shown", () => {
    const small = requestValue(as(relayed, { prompt: "p" }));
    const bound = jsonBytes(small);
    const replaced = (of: FeedbackRequest) => replacementProposal(of).fold(known(small, version(2)));
    expect(
      jsonBytes(replaced(as(relayed, { prompt: "p", title: "t".repeat(20) }))!.value),
    ).toBeLessThanOrEqual(bound);
    expect(jsonBytes(replaced(as({ state: "open" }, { prompt: "p".repeat(9000) }))!.value)).toBeGreaterThan(
      9000,
    );
    expect(replacementProposal(as(relayed)).fold(undefined)).toBeUndefined();
    expect(replacementProposal(as(relayed)).fold(known(null, version(2)))).toBeUndefined();
  });
});

describe("a question that leaves an inbox", () => {
  const fold = (of: number, current: Entry | undefined) =>
    removalProposal({ ...request, version: of }).fold(current);

  it("is removed where it stands", () => {
    expect(fold(3, known({}, version(2)))).toEqual({ value: null, version: version(3) });
  });

  it("stays removed, and is unchanged by a repeat", () => {
    expect(fold(3, known(null, version(2)))).toBeUndefined();
    expect(fold(3, known(null, version(3)))).toEqual({ value: null, version: version(3) });
  });

  it("leaves a removed key if it was never there, so that an older announcement does not add it", () => {
    expect(fold(1, undefined)).toBeUndefined();
    expect(fold(2, undefined)).toEqual({ value: null, version: version(2) });
  });
});

describe("a receipt", () => {
  const statusOf = (status: RequestStatus) => receiptProposal(as(status), reply).fold(undefined)?.value;

  it("says that a reply was accepted until its result is known", () => {
    expect(statusOf({ state: "answered", reply, relayAt: 1, attempts: 0 })).toMatchObject({
      replyId: "r1",
      status: "accepted",
    });
    expect(statusOf(relayed)).toMatchObject({ status: "relayed" });
    expect(statusOf({ state: "undeliverable", reply, at: 1, reason: "wait_gone" })).toMatchObject({
      status: "undeliverable",
      reason: "wait_gone",
    });
    expect(statusOf({ state: "unconfirmed", reply, at: 1, reason: "no_final_word" })).toMatchObject({
      status: "unconfirmed",
    });
    expect(statusOf(relayed)).not.toHaveProperty("reason");
  });
});

describe("what a subject waits for", () => {
  const open = as({ state: "open" });
  const waiting = (id: string, more: object = {}) => ({
    [id]: { thread: "refund", round: 1, since: request.askedAt, deadline: request.deadline!, ...more },
  });
  const shows = (current: Entry | undefined, of = open) => waitingProposal(of).fold(current);
  const other = waiting("req_0000000002");

  it("begins with the first question and ends with the last answer", () => {
    expect(shows(undefined)).toEqual({ value: { requests: waiting(request.id) }, version: version(1) });
    const current = known({ requests: { ...other, ...waiting(request.id) } }, version(7));
    expect(shows(current, as(relayed))).toEqual({ value: { requests: other }, version: version(8) });
    const last = known({ requests: waiting(request.id) }, version(8));
    expect(shows(last, as(relayed))).toEqual({ value: null, version: version(9) });
    expect(shows(known(null, version(9)))).toMatchObject({ version: version(10) });
  });

  it("is unchanged by a repeat, and by the end of an unknown question", () => {
    const current = known({ requests: waiting(request.id) }, version(7));
    expect(shows(current)).toEqual({ value: current.value, version: version(7) });
    const without = known({ requests: other }, version(7));
    expect(shows(without, as(relayed))).toEqual({ value: without.value, version: version(7) });
    expect(shows(undefined, as(relayed))).toBeUndefined();
  });

  it("shows a moved deadline", () => {
    const current = known({ requests: waiting(request.id, { deadline: 5 }) }, version(7));
    expect(shows(current)).toEqual({ value: { requests: waiting(request.id) }, version: version(8) });
  });

  it("leaves out the oldest questions if they do not fit into one value, and uses its room", () => {
    const ids = Array.from({ length: 300 }, (_, n) => `req_${String(n).padStart(10, "0")}`);
    const all = Object.assign({}, ...ids.map((id, n) => waiting(id, { since: n })));
    const value = (of: FeedbackRequest) =>
      shows(known({ requests: all }, version(1)), of)!.value as WaitingValue;
    const newest = value(open);
    const left = Object.keys(newest.requests);
    expect(left).toContain(request.id);
    expect(left).not.toContain(ids[0]);
    expect(left).toContain(ids.at(-1));
    expect(jsonBytes(newest)).toBeLessThanOrEqual(limits.valueBytes);
    expect(jsonBytes(newest)).toBeGreaterThan(limits.valueBytes - 150);
    // A byte is left over for the comma that the last one does not have.
    const room = limits.valueBytes - jsonBytes(newest) - 1;
    const exact = { ...open, thread: "refund".concat("x".repeat(room)) };
    expect(jsonBytes(value(exact))).toBe(limits.valueBytes - 1);
    expect(Object.keys(value(exact).requests)).toHaveLength(left.length);
    const over = { ...open, thread: `${exact.thread}x` };
    expect(Object.keys(value(over).requests)).toHaveLength(left.length - 1);
  });

  it("shows all questions if they fill one value exactly", () => {
    const bytes = jsonBytes({ requests: { ...other, ...waiting(request.id, { thread: "" }) } });
    const exact = { ...open, thread: "t".repeat(limits.valueBytes - bytes) };
    const { requests } = shows(known({ requests: other }, version(1)), exact)!.value as WaitingValue;
    expect(jsonBytes({ requests })).toBe(limits.valueBytes);
    expect(Object.keys(requests)).toHaveLength(2);
  });

  it("is not changed for a question that is too old to fit", () => {
    const ids = Array.from({ length: 120 }, (_, n) => `req_${String(n).padStart(10, "0")}`);
    const all = Object.assign({}, ...ids.map((id) => waiting(id, { thread: "t".repeat(60) })));
    const current = known({ requests: all }, version(1));
    expect(shows(current, { ...open, askedAt: 1, thread: "t".repeat(9000) })).toEqual({
      value: current.value,
      version: version(1),
    });
  });
});

describe("a candidate", () => {
  const of = { thread: "title", round: 2 };
  const [proposal] = candidateProposals({ ...of, source: "nova" }, [{ id: "a", title: "A", stars: 5 }], 7);

  it("has a key with its round and source, and all of its fields", () => {
    const { key, fold } = proposal!;
    const { value } = fold(undefined)!;
    expect(key).toMatch(/^candidate\/title\/2\/[0-9a-z]+\/a$/);
    expect(value).toEqual({
      ...of,
      by: key.split("/")[3],
      id: "a",
      source: "nova",
      title: "A",
      more: { stars: 5 },
    });
    const keyOf = (more: object) =>
      candidateProposals({ ...of, ...more }, [{ id: "a", title: "A" }], 7)[0]!.key;
    expect(keyOf({ requestId: request.id, source: "nova" })).toBe(`candidate/title/2/${request.id}/a`);
    expect(keyOf({})).toBe("candidate/title/2/-/a");
    expect(keyOf({ publisher: "nova" })).toBe(key);
    expect(keyOf({ publisher: "other", source: "nova" })).toBe(key);
    expect(keyOf({ publisher: "other" })).not.toBe(key);
  });

  it("has no further fields without any", () => {
    const [bare] = candidateProposals(of, [{ id: "a", title: "A" }], 7);
    expect(bare!.fold(undefined)!.value).not.toHaveProperty("more");
  });

  it("never changes, and is added again after its removal", () => {
    const current = known({ id: "a", title: "First" }, version(1));
    expect(proposal!.fold(current)).toBe(current);
    expect(proposal!.fold(known(null, `${version(4)}.removed`))).toMatchObject({ version: version(5) });
  });

  it("of a question is distinguished from one that a source proposed", () => {
    const by = (more: object) =>
      candidateProposals({ ...of, ...more }, [{ id: "a", title: "A" }], 7)[0]!.fold(undefined)!.value;
    expect(isProposed(by({ source: "nova" }) as never)).toBe(true);
    expect(isProposed(by({ requestId: request.id }) as never)).toBe(false);
    expect(isRequestId(request.id)).toBe(true);
  });
});

describe("the candidates in the ledger", () => {
  it("are stored as shown, all cut to the same length if they are too large", () => {
    const few = [{ id: "a", title: "A title", stars: 5 }];
    expect(shownCandidates(few)).toEqual([{ id: "a", title: "A title" }]);
    const many = Array.from({ length: 20 }, (_, n) => ({ id: `c${n}`, title: "漢".repeat(300) }));
    const shown = shownCandidates(many);
    expect(jsonBytes(shown)).toBeLessThanOrEqual(8 * 1024);
    expect(jsonBytes(shown)).toBeGreaterThan(4 * 1024);
    expect(new Set(shown.map(({ title }) => title)).size).toBe(1);
  });

  it("are unchanged in eight kilobytes, and keep their ids in any case", () => {
    const idOf = (length: number) => [{ id: "c".repeat(length), title: "A title" }];
    const most = idOf(8 * 1024 - jsonBytes(idOf(0)));
    expect(shownCandidates(most)).toEqual(most);
    const over = idOf(9000);
    expect(shownCandidates(over)).toEqual([{ id: over[0]!.id, title: "" }]);
  });
});
