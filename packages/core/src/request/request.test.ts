import { describe, expect, it } from "vitest";
import { closedAt, compareOrders, type FeedbackRequest, noteOn, publishedOf, replyOf } from "./request.ts";

const request = {
  id: "req_0123456789",
  version: 5,
  announced: 3,
  probeAt: 100,
  notifyAt: 200,
  status: { state: "open" },
} as Partial<FeedbackRequest> as FeedbackRequest;
const answered = {
  ...request,
  status: { state: "answered", reply: { replyId: "r1" }, relayAt: 7, attempts: 1 },
} as Partial<FeedbackRequest> as FeedbackRequest;

describe("a note", () => {
  it("without anything in it changes nothing", () => {
    expect(noteOn(request, {})).toEqual(request);
    expect(noteOn({ ...request, published: 4 }, {})).toEqual({ ...request, published: 4 });
  });

  it("records what was announced or published, and never lowers it", () => {
    expect(noteOn(request, { announced: 5 }).announced).toBe(5);
    expect(noteOn(request, { announced: 2 }).announced).toBe(3);
    expect(noteOn(request, { published: 4 })).toMatchObject({ announced: 3, published: 4 });
    expect(noteOn({ ...request, published: 5 }, { published: 4 })).toMatchObject({ published: 5 });
  });

  it("keeps `published` only while it is higher than `announced`", () => {
    expect(noteOn({ ...request, published: 4 }, { announced: 4 })).not.toHaveProperty("published");
    expect(noteOn(request, { published: 3 })).not.toHaveProperty("published");
  });

  it("records when the next heartbeat is due", () => {
    expect(noteOn(request, { probeAt: 300 }).probeAt).toBe(300);
  });

  it("records when people are notified again, or that they need not be, unless that has changed since", () => {
    expect(noteOn(request, { notify: { from: 200, at: 260 } }).notifyAt).toBe(260);
    expect(noteOn(request, { notify: { from: 200, at: undefined } })).not.toHaveProperty("notifyAt");
    expect(noteOn(request, { notify: { from: 199, at: 260 } }).notifyAt).toBe(200);
  });

  it("records when an answer is retried, if there is one", () => {
    const relay = { at: 60, attempts: 2 };
    expect(noteOn(answered, { relay }).status).toEqual({ ...answered.status, relayAt: 60, attempts: 2 });
    expect(noteOn(answered, {}).status).toBe(answered.status);
    expect(noteOn(request, { relay }).status).toBe(request.status);
  });
});

it("counts what was announced as published too", () => {
  expect([publishedOf(request), publishedOf({ ...request, published: 4 })]).toEqual([3, 4]);
});

it("has a reply once it was answered, and an end time once it was closed", () => {
  expect([replyOf(request), replyOf(answered)?.replyId]).toEqual([undefined, "r1"]);
  const expired = {
    ...request,
    status: { state: "expired", at: 9 },
  } as Partial<FeedbackRequest> as FeedbackRequest;
  expect([closedAt(request), closedAt(answered), closedAt(expired)]).toEqual([undefined, undefined, 9]);
});

it("compares orders number by number, a missing one as zero", () => {
  expect(compareOrders([0, 2, 0], [0, 1, 9])).toBeGreaterThan(0);
  expect(compareOrders([0, 1], [0, 1, 1])).toBeLessThan(0);
  expect(compareOrders([0, 1, 1], [0, 1])).toBeGreaterThan(0);
  expect(compareOrders([0, 1, 0], [0, 1])).toBe(0);
  expect(compareOrders([1], [2, 0])).toBe(-1);
});
