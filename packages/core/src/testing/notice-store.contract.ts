import type { RequestId } from "@callboard/protocol";
import { describe, expect, it } from "vitest";
import type { NoticeRecord, Ports, Turn } from "../ports/index.ts";
import type { FeedbackRequest } from "../request/request.ts";

const at = Date.UTC(2026, 0, 1);
const key = "hash-of-ana";
const first: Turn = { key, rev: 1, by: "one", until: at + 30_000 };
const idOf = (n: number): RequestId => `req_${String(n).padStart(12, "0")}`;
const asked = (n: number) => ({ id: idOf(n), askedAt: at, timeoutAt: at + 3_600_000 }) as FeedbackRequest;
const recordOf = (n: number, more: Partial<NoticeRecord> = {}) => ({
  record: { requestId: idOf(n), of: at, doors: ["mail" as const], ...more },
  request: asked(n),
});
const given = (turn: Turn, more: Partial<Turn> = {}): Turn => ({
  ...turn,
  rev: turn.rev + 1,
  until: 0,
  ...more,
});

/** The behaviour of every notice store; `make` creates a new one. */
export function noticeStoreContract(name: string, make: () => Promise<Pick<Ports, "notices">>): void {
  describe(`notices in ${name}`, () => {
    it("give a person's turn to one of several processes that take it at once", async () => {
      const { notices } = await make();
      expect(await notices.turn(key)).toBeUndefined();
      const takers = ["one", "two", "three"].map((by) => notices.claim(undefined, { ...first, by }));
      expect((await Promise.all(takers)).filter((won) => won)).toHaveLength(1);
      const turn = (await notices.turn(key))!;
      const again = ["four", "five"].map((by) => notices.claim(turn, { ...turn, rev: 2, by }));
      expect((await Promise.all(again)).filter((won) => won)).toHaveLength(1);
      expect(await notices.claim(turn, { ...turn, rev: 2, by: "six" })).toBe(false);
      expect(await notices.claim(undefined, { ...first, by: "six" })).toBe(false);
    });

    it("give the turn to a process that asks again because the response was lost", async () => {
      const { notices } = await make();
      expect(await notices.claim(undefined, first)).toBe(true);
      expect(await notices.turn(key)).toEqual(first);
    });

    it("are written by the holder of the turn, together with giving it back", async () => {
      const { notices } = await make();
      await notices.claim(undefined, first);
      const after = given(first, { digestAt: at });
      const again = { tries: 2, at: at + 60_000 };
      expect(await notices.settle(first, after, [recordOf(1), recordOf(2, { doors: [], again })])).toBe(true);
      expect(await notices.turn(key)).toEqual(after);
      expect([...(await notices.records(key, [idOf(2), idOf(1), idOf(3)])).values()]).toEqual([
        recordOf(2, { doors: [], again }).record,
        recordOf(1).record,
      ]);
      expect(await notices.records("hash-of-bob", [idOf(1)])).toEqual(new Map());
    });

    it("are not written by a process that lost the turn", async () => {
      const { notices } = await make();
      await notices.claim(undefined, first);
      const second: Turn = { ...first, rev: 2, by: "two" };
      expect(await notices.claim(first, second)).toBe(true);
      expect(await notices.settle(first, given(first), [recordOf(1)])).toBe(false);
      expect(await notices.records(key, [idOf(1)])).toEqual(new Map());
      expect(await notices.turn(key)).toEqual(second);
      expect(await notices.settle(second, given(second), [])).toBe(true);
    });

    it("are written for as many questions as one digest has", async () => {
      const { notices } = await make();
      await notices.claim(undefined, first);
      const all = Array.from({ length: 99 }, (_, n) => recordOf(n));
      expect(await notices.settle(first, given(first), all)).toBe(true);
      const ids = all.map((one) => one.record.requestId);
      expect([...(await notices.records(key, ids)).keys()].sort()).toEqual(ids.sort());
    });

    it("are forgotten with the person, and a turn that was held brings nothing back", async () => {
      const { notices } = await make();
      await notices.claim(undefined, first);
      const after = given(first);
      await notices.settle(first, after, [recordOf(1), recordOf(2)]);
      const held: Turn = { ...after, rev: 3, by: "two" };
      await notices.claim(after, held);
      expect(await notices.forget(key)).toBe(2);
      expect(await notices.settle(held, given(held), [recordOf(3)])).toBe(false);
      expect(await notices.turn(key)).toBeUndefined();
      expect(await notices.records(key, [idOf(1), idOf(3)])).toEqual(new Map());
      expect(await notices.forget(key)).toBe(0);
    });
  });
}
