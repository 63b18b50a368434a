import {
  limits,
  type Need,
  needs,
  needsOf,
  type Principal,
  type ReplyBody,
  verbNames,
} from "@callboard/protocol";
import { describe, expect, it } from "vitest";
import {
  decideDeadline,
  decideEscalation,
  decideExtension,
  decideReassignment,
  decideReminder,
  decideReply,
  decideSeen,
  moveTo,
} from "./lifecycle.ts";
import { type FeedbackRequest, type RequestStatus, replyOf } from "./request.ts";

const now = 1_000_000;
const ana = { id: "ana", name: "Ana" };
const ben = { id: "ben", name: "Ben" };

const open: FeedbackRequest = {
  id: "req_0123456789",
  subject: "video/v_1",
  thread: "title",
  round: 2,
  order: [0, 2, 0],
  execution: "arn:e",
  prompt: "Which?",
  verbs: verbNames,
  candidates: ["a", "b"],
  schema: { type: "object" },
  digest: "shown",
  assignees: ["user/ana"],
  maxRounds: 3,
  askedAt: now - 1000,
  deadline: now + 1000,
  probeEveryMs: 60_000,
  probeAt: now + 60_000,
  status: { state: "open" },
  version: 1,
  changedAt: now - 1000,
  announced: 1,
};
const pick: ReplyBody = { replyId: "r1", round: 2, verb: "pick", candidateId: "a" };
const decide = (request: FeedbackRequest, reply: Partial<ReplyBody> = {}, by = ana, at = now) =>
  decideReply(
    request,
    { ...pick, ...reply },
    { by },
    at,
    reply.verb !== "answer" || typeof reply.value === "object" ? [] : ["value: not an object"],
  );
const closed = (status: Exclude<RequestStatus, { state: "open" }>) => moveTo(open, status, now).request;
const reply = { ...pick, by: ana, at: now };

it("accepts a valid reply with the next version and a row in the ledger", () => {
  const decision = decide(open);
  if (decision.decision !== "accept") throw new Error("refused");
  const { from, request, ledger } = decision.transition;
  expect(from).toBe(1);
  expect(request).toMatchObject({
    version: 2,
    status: { state: "answered", reply: { replyId: "r1", by: ana }, relayAt: now + 5000, attempts: 0 },
  });
  expect(ledger).toMatchObject({
    n: 2,
    what: "answered",
    by: ana,
    reply: { verb: "pick", candidateId: "a" },
  });
});

it("gives the same reply of the same person the same receipt, and another person's a refusal", () => {
  const answered = closed({ state: "relayed", reply, at: now });
  expect(decide(answered)).toEqual({ decision: "repeat" });
  expect(decide(answered, {}, ben)).toMatchObject({ decision: "refuse", code: "already_answered" });
});

it("refuses another reply under the same id, and names the accepted one", () => {
  const value = { title: "Mine", tags: ["a", { b: 1 }] };
  const kept = { ...reply, verb: "edit", value, comment: "fine" } as const;
  const answered = closed({ state: "relayed", reply: kept, at: now });
  const same = { verb: "edit", value: { tags: ["a", { b: 1 }], title: "Mine" }, comment: "fine" } as const;
  expect(decide(answered, same)).toEqual({ decision: "repeat" });
  for (const other of [
    { verb: "answer" },
    { candidateId: "b" },
    { candidateId: undefined },
    { round: 1 },
    { comment: "Fine" },
    { comment: undefined },
    { value: { ...value, tags: ["a", { b: 2 }] } },
    { value: { ...value, tags: ["a"] } },
    { value: { ...value, more: null } },
    { value: [] },
    { value: null },
    { value: JSON.parse('{"title":"Mine","__proto__":["a",{"b":1}]}') },
  ] as Partial<ReplyBody>[])
    expect([other, decide(answered, { ...same, ...other })]).toMatchObject([
      other,
      { code: "already_answered" },
    ]);
});

it("stores whose proposal was picked if the question came without candidates, and only then", () => {
  const accepted = (request: FeedbackRequest) => {
    const decision = decide(request, { source: "Model A" });
    if (decision.decision !== "accept") throw new Error("refused");
    return replyOf(decision.transition.request);
  };
  expect(accepted({ ...open, candidates: [] })).toMatchObject({ candidateId: "a", source: "Model A" });
  expect(accepted(open)).not.toHaveProperty("source");
  const { request } = moveTo(
    { ...open, candidates: [] },
    { state: "relayed", reply: { ...reply, source: "Model A" }, at: now },
    now,
  );
  expect(decide(request, { source: "Model A" })).toEqual({ decision: "repeat" });
  expect(decide(request, { source: "Model B" })).toMatchObject({ code: "already_answered" });
});

describe("the refusal by a closed request", () => {
  it.each([
    [
      { state: "answered", reply, relayAt: 0, attempts: 0 },
      "already_answered",
      { by: ana, at: now, verb: "pick" },
    ],
    [{ state: "relayed", reply, at: now }, "already_answered", { by: ana, at: now, verb: "pick" }],
    [{ state: "undeliverable", reply, at: now, reason: "wait_gone" }, "already_answered", { by: ana }],
    [{ state: "unconfirmed", reply, at: now, reason: "no_final_word" }, "already_answered", { by: ana }],
    [{ state: "expired", at: now }, "expired", undefined],
    [{ state: "withdrawn", at: now, reason: "wait_gone" }, "withdrawn", { reason: "wait_gone" }],
    [{ state: "superseded", at: now, by: "req_other67890" }, "superseded", { requestId: "req_other67890" }],
  ] as [Exclude<RequestStatus, { state: "open" }>, string, object | undefined][])(
    "%o → %s",
    (status, code, details) => {
      const decision = decide(closed(status), { replyId: "r2" }, ben);
      expect(decision).toMatchObject({ decision: "refuse", code, ...(details ? { details } : {}) });
    },
  );
});

it("refuses from the moment of the deadline on", () => {
  expect(decide(open, {}, ana, now + 999)).toMatchObject({ decision: "accept" });
  expect(decide(open, {}, ana, now + 1000)).toMatchObject({ code: "expired" });
});

it("refuses an answer to something else than was shown, and stores what was answered to", () => {
  expect(decide(open, { digest: "another" })).toMatchObject({ code: "stale", details: { digest: "shown" } });
  for (const digest of ["shown", undefined]) {
    const decision = decide(open, { digest });
    if (decision.decision !== "accept") throw new Error("refused");
    expect(replyOf(decision.transition.request)).toMatchObject({ digest: "shown" });
    expect(decision.transition.ledger).toMatchObject({ reply: { digest: "shown" } });
  }
  const given = decideDeadline({ ...open, default: { verb: "reject" } }, now).request;
  expect(replyOf(given)).toMatchObject({ digest: "shown", by: { id: "system" } });
  expect(replyOf(given)).not.toHaveProperty("via");
});

it("stores how an answer was given, and shows it to people who answer later", () => {
  const origin = { way: "mail", device: "mail" } as const;
  const decision = decideReply(open, pick, { by: ana, origin }, now, []);
  if (decision.decision !== "accept") throw new Error("refused");
  const { request } = decision.transition;
  expect(replyOf(request)).toMatchObject({ via: "mail" });
  expect(decide(request, { replyId: "r2" }, ben)).toMatchObject({
    code: "already_answered",
    details: { by: ana, via: "mail" },
  });
});

describe("a question with notices", () => {
  const told: FeedbackRequest = { ...open, notifyAfterMs: 100, notifyAt: now + 100 };
  const seen = (request: FeedbackRequest) => {
    const decision = decideSeen(request, { by: ana }, now);
    if (decision.decision !== "accept") throw new Error(decision.decision);
    return decision.transition;
  };

  it("sends none once one of the assignees has seen it", () => {
    const { request, ledger } = seen(told);
    expect(request).toMatchObject({ seenAt: now, version: 2 });
    expect(request).not.toHaveProperty("notifyAt");
    expect(ledger).toMatchObject({ n: 2, what: "seen", by: ana });
    expect(decideSeen(request, { by: ben }, now)).toEqual({ decision: "repeat" });
    expect(decideSeen(closed({ state: "expired", at: now }), { by: ben }, now)).toMatchObject({
      code: "expired",
    });
  });

  it("sends them again with the reminder and to further people, also if it was seen", () => {
    const { request } = seen({ ...told, escalate: { at: now, to: ["user/cem"] } });
    expect(decideReminder(request, now + 1).request).toMatchObject({
      notifyAt: now + 1,
      remindedAt: now + 1,
    });
    expect(decideEscalation(request, now + 2).request).toMatchObject({ notifyAt: now + 2 });
  });

  it("gives other people as much time as the first had", () => {
    const decision = decideReassignment(told, ["user/ben"], { by: ana }, now + 50);
    expect(decision).toMatchObject({ transition: { request: { notifyAt: now + 150 } } });
  });

  it("counts as unseen by the people to whom it was reassigned", () => {
    const decision = decideReassignment(seen(told).request, ["user/ben"], { by: ana }, now + 50);
    if (decision.decision !== "accept") throw new Error(decision.decision);
    const { request } = decision.transition;
    expect(request).not.toHaveProperty("seenAt");
    expect(decideSeen(request, { by: ben }, now + 60)).toMatchObject({
      transition: { request: { seenAt: now + 60 } },
    });
  });

  it("sends none, whatever happens, if the question has no notices", () => {
    const escalate = { at: now, to: ["user/cem"] } as const;
    for (const { request } of [decideReminder(open, now), decideEscalation({ ...open, escalate }, now)])
      expect(request).not.toHaveProperty("notifyAt");
  });
});

describe("a reassignment", () => {
  const reassign = (request: FeedbackRequest, ...assignees: Principal[]) =>
    decideReassignment(request, assignees, { by: ana }, now);
  const reassigned = (request: FeedbackRequest, ...assignees: Principal[]) => {
    const decision = reassign(request, ...assignees);
    if (decision.decision !== "accept") throw new Error(decision.decision);
    return decision.transition.request;
  };
  const people = (from: number, to: number) =>
    Array.from({ length: to - from }, (_, n): Principal => `user/p${from + n}`);

  it("remembers the last thirty-three former assignees, to remove it from their inboxes", () => {
    const later = reassigned({ ...open, formerAssignees: people(0, 33) }, "user/ben");
    expect(later.formerAssignees).toEqual([...people(1, 33), "user/ana"]);
    expect(later.assignees).toEqual(["user/ben"]);
    const first = reassigned(open, "user/ben");
    expect(first.formerAssignees).toEqual(["user/ana"]);
    expect(first).not.toHaveProperty("notifyAt");
  });

  it("to a former assignee removes them from that list, which has nobody twice", () => {
    const later = reassigned({ ...open, formerAssignees: ["user/ben", "user/ana"] }, "user/ben");
    expect(later.formerAssignees).toEqual(["user/ana"]);
  });

  it("to the same people changes nothing, in any order and if repeated", () => {
    const two: FeedbackRequest = { ...open, assignees: ["user/ana", "user/ben"] };
    expect(reassign(two, "user/ben", "user/ana", "user/ben")).toEqual({ decision: "repeat" });
    expect(reassign(two, "user/ana")).toMatchObject({ decision: "accept" });
    expect(reassign(two, "user/ana", "user/cem")).toMatchObject({ decision: "accept" });
    expect(reassigned(two, "user/cem", "user/cem").assignees).toEqual(["user/cem"]);
  });

  it("to a reserved name is refused with its index", () => {
    expect(reassign(open, "user/ben", "user/system")).toMatchObject({
      code: "invalid",
      details: { issues: [expect.stringMatching(/^assignees\.1: /)] },
    });
  });
});

describe("another deadline", () => {
  const timed: FeedbackRequest = { ...open, askedAt: now, timeoutAt: now + 600_000, deadline: now + 300_000 };
  const extend = (deadline: number, request = timed) => decideExtension(request, deadline, { by: ana }, now);

  it("may be later or sooner, while the workflow waits", () => {
    for (const deadline of [now + 1, now + 540_000])
      expect(extend(deadline)).toMatchObject({
        transition: { request: { deadline }, ledger: { what: "extended", deadline, by: ana } },
      });
    expect(extend(now + 300_000)).toEqual({ decision: "repeat" });
  });

  it("is refused in the past or after the workflow's wait, with the latest time", () => {
    const latest = now + 540_000;
    expect(extend(now)).toMatchObject({ code: "invalid", details: { issues: ["deadline: has passed"] } });
    expect(extend(latest + 1)).toMatchObject({
      details: { issues: [`deadline: the workflow waits until ${latest}`], latest },
    });
  });

  it("of a question without a timeout is at most a year away", () => {
    const { timeoutAt: _, ...endless } = timed;
    const latest = now + limits.timeoutSeconds * 1000;
    expect(extend(latest, endless)).toMatchObject({ decision: "accept" });
    expect(extend(latest + 1, endless)).toMatchObject({ details: { latest } });
  });

  it("is refused for a question that is closed", () => {
    expect(extend(now + 1, closed({ state: "expired", at: now }))).toMatchObject({ code: "expired" });
  });
});

it("writes into the ledger who let a question expire, and why it was withdrawn", () => {
  expect(decideDeadline(open, now).ledger).toMatchObject({ what: "expired", by: { id: "system" } });
  const { ledger } = moveTo(open, { state: "withdrawn", at: now, reason: "wait_gone" }, now);
  expect(ledger).toMatchObject({ what: "withdrawn", reason: "wait_gone" });
  expect(decideDeadline(open, now).ledger).not.toHaveProperty("reason");
});

it("asks nobody else when it is escalated to nobody", () => {
  expect(decideEscalation(open, now).request.assignees).toEqual(["user/ana"]);
});

it("accepts an answer at any time to a question without a deadline", () => {
  const { deadline: _, ...endless } = open;
  expect(decide(endless, {}, ana, Number.MAX_SAFE_INTEGER)).toMatchObject({ decision: "accept" });
});

it("refuses an answer to another round, and names the current round", () => {
  expect(decide(open, { round: 1 })).toMatchObject({ code: "stale_round", details: { round: 2 } });
});

/** How a complete reply can lack one thing. */
const lacking: Readonly<Record<Need, { reply: Partial<ReplyBody>; request?: Partial<FeedbackRequest> }>> = {
  candidate: { reply: { candidateId: undefined } },
  value: { reply: { value: undefined } },
  schema: { reply: { value: "text" } },
  round: { reply: { round: 3 }, request: { round: 3 } },
};

describe.each(verbNames)("the verb %s", (verb) => {
  const whole = { verb, value: { title: "Mine" } };

  it("is accepted when all needs are met", () => {
    expect(decide(open, whole)).toMatchObject({ decision: "accept" });
  });

  it.each(Object.keys(needs) as Need[])("is refused without its %s if it needs one", (need) => {
    const { reply, request = {} } = lacking[need];
    const decision = decide({ ...open, ...request }, { ...whole, ...reply });
    if (needsOf(verb).includes(need)) expect(decision).toMatchObject({ code: "invalid" });
    else expect(decision).toMatchObject({ decision: "accept" });
  });
});

describe("an answer that does not fit names the field", () => {
  it.each([
    [{ candidateId: "z" }, "candidateId"],
    [{ candidateId: undefined }, "candidateId"],
    [{ verb: "edit", candidateId: undefined }, "value"],
    [{ verb: "answer", value: "text" }, "value"],
    [{ verb: "edit", value: "x".repeat(9000) }, "value"],
  ] as [Partial<ReplyBody>, string][])("%o → %s", (said, field) => {
    const decision = decide(open, said);
    expect(decision).toMatchObject({ decision: "refuse", code: "invalid" });
    expect(JSON.stringify(decision)).toContain(`${field}: `);
  });

  it("a verb that is not offered", () => {
    expect(decide({ ...open, verbs: ["approve"] })).toMatchObject({
      code: "invalid",
      details: { issues: ["verb: not among approve"] },
    });
  });

  it("another round after the last", () => {
    const last = { ...open, round: 3 };
    expect(decide(last, { verb: "regenerate", round: 3 })).toMatchObject({ code: "invalid" });
    expect(decide(open, { verb: "regenerate" })).toMatchObject({ decision: "accept" });
  });
});
