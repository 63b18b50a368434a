import { expect, it } from "vitest";
import type { FeedbackRequest } from "../request/request.ts";
import { openRequest } from "../testing/request-store.contract.ts";
import { overviewOf, stuckAfterMs, stuckAmong } from "./request-overview.ts";

const now = Date.UTC(2026, 0, 1, 12);
const secret = "Wie ich es wirklich nennen will";

const answered = (ageMs: number, more: Partial<FeedbackRequest> = {}): FeedbackRequest =>
  openRequest({
    prompt: secret,
    status: {
      state: "answered",
      reply: {
        replyId: "rpl_1",
        round: 1,
        verb: "edit",
        value: { title: secret },
        comment: secret,
        by: { id: "ana", name: secret },
        at: now - ageMs,
      },
      relayAt: now + 1000,
      attempts: 3,
    },
    ...more,
  });

it("lists what is open or answered, the oldest first, and nothing that is closed", () => {
  const young = openRequest({ askedAt: now - 1000 });
  const old = openRequest({ askedAt: now - 9000 });
  const relaying = answered(10, { askedAt: now - 5000 });
  const closed = openRequest({ status: { state: "expired", at: now } });
  const lines = overviewOf([young, closed, relaying, old], now);
  expect(lines.map(({ requestId }) => requestId)).toEqual([old.id, relaying.id, young.id]);
  expect(lines[0]).toEqual({
    requestId: old.id,
    subject: "video/v_1",
    thread: "title",
    round: 1,
    state: "open",
    askedAt: now - 9000,
    ageMs: 9000,
    deadline: old.deadline,
    assignees: ["user/ana", "role/editors"],
  });
});

it("calls an answer stuck that was not handed over for more than a minute", () => {
  const late = answered(stuckAfterMs + 1);
  const latest = answered(stuckAfterMs + 2);
  const lines = overviewOf([late, answered(stuckAfterMs), latest], now);
  expect(stuckAmong(lines).map(({ requestId }) => requestId)).toEqual([latest.id, late.id]);
  expect(lines.find(({ requestId }) => requestId === late.id)?.relay).toEqual({
    answeredAt: now - stuckAfterMs - 1,
    ageMs: stuckAfterMs + 1,
    attempts: 3,
    nextAt: now + 1000,
    stuck: true,
  });
});

it("shows nobody's words and nobody's name", () => {
  expect(JSON.stringify(overviewOf([answered(1), openRequest({ prompt: secret })], now))).not.toContain(
    secret,
  );
});
