import { type AttentionState, attentionMs } from "@callboard/protocol";
import { describe, expect, it } from "vitest";
import { version } from "../channel/change.ts";
import type { Attention } from "../ports/index.ts";
import { ana, connectionOf } from "../testing/memory-stage.ts";
import { attentionByPerson, attentionOf, attentionProposals } from "./attending.ts";
import type { FeedbackRequest } from "./request.ts";

const requestId = "req_0123456789";
const now = 1_000_000;

/** What a person said over a connection so long before now. */
const said = (state: AttentionState, agoMs: number, connection = "c1", id = "ana"): Attention =>
  attentionOf(connectionOf({ ...ana, id }, connection), requestId, state, now - agoMs);

describe("what a person does about a question", () => {
  const does = (...all: Attention[]) => attentionByPerson(all, now);

  it("is their last report, and since when", () => {
    expect(does(said("shown", 0))).toEqual([
      {
        requestId,
        user: { id: "ana", name: "Ana" },
        state: "shown",
        at: now,
        until: now + attentionMs,
        firstAt: now,
      },
    ]);
  });

  it("is the strongest over their connections, until the last of these ends", () => {
    const all = [said("reviewing", 500, "c1"), said("shown", 100, "c2"), said("left", 50, "c3")];
    for (const order of [all, all.toReversed()])
      expect(does(...order)).toMatchObject([
        { state: "reviewing", at: now - 50, until: now - 100 + attentionMs, firstAt: now - 500 },
      ]);
    expect(does(said("shown", 500, "c1"), said("shown", 100, "c2"))).toMatchObject([{ state: "shown" }]);
  });

  it("ends after its time, and when they leave: then it is their last report", () => {
    expect(does(said("reviewing", attentionMs), said("shown", 1, "c2"))).toMatchObject([{ state: "shown" }]);
    expect(does(said("shown", 300, "c1"), said("left", 200, "c1"))).toMatchObject([{ state: "shown" }]);
    expect(does(said("reviewing", attentionMs + 5, "c1"), said("left", attentionMs, "c2"))).toMatchObject([
      { state: "left", at: now - attentionMs, firstAt: now - attentionMs - 5 },
    ]);
  });

  it("is separate for each person", () => {
    const people = does(said("shown", 2), said("reviewing", 1, "c2", "ben"));
    expect(people.map(({ user, state }) => [user.id, state])).toEqual([
      ["ana", "shown"],
      ["ben", "reviewing"],
    ]);
    expect(does()).toEqual([]);
  });
});

describe("the entry of it", () => {
  const open = { id: requestId, status: { state: "open" } } as Partial<FeedbackRequest> as FeedbackRequest;
  const closed = {
    id: requestId,
    status: { state: "expired", at: now },
  } as Partial<FeedbackRequest> as FeedbackRequest;
  const entry = (request: FeedbackRequest, one: Attention) => {
    const [proposal, ...others] = attentionProposals(request, [one], now);
    expect(others).toEqual([]);
    const current = { key: "k", value: {}, version: "0", at: 0, offsets: {} };
    return { key: proposal!.key, at: proposal!.at, ...proposal!.fold(current) };
  };

  it("shows who does what, and until when, but not since when", () => {
    const { key, value, at } = entry(open, said("reviewing", 10));
    expect([key, at]).toEqual([`attending/${requestId}/ana`, now - 10]);
    expect(value).toEqual({
      requestId,
      user: { id: "ana", name: "Ana" },
      state: "reviewing",
      at: now - 10,
      until: now - 10 + attentionMs,
    });
  });

  it("is removed when the person leaves, when it expires, and with the question", () => {
    for (const gone of [
      entry(open, said("left", 10)),
      entry(open, said("shown", attentionMs)),
      entry(closed, said("shown", 10)),
    ])
      expect(gone).toMatchObject({ value: null, at: now });
    expect(entry(open, said("shown", attentionMs - 1)).value).not.toBeNull();
  });

  it("counts the stronger of two simultaneous reports, and leaving above all", () => {
    const versions = (["shown", "reviewing", "left"] as const).map(
      (state) => entry(open, said(state, 10)).version,
    );
    expect(versions).toEqual([0, 1, 2].map((rank) => version(now - 10, rank)));
  });
});
