import { describe, expect, it } from "vitest";
import type { Ports } from "../ports/index.ts";

const MINUTE = 60_000;
const now = Date.UTC(2026, 0, 1);

/** The behaviour of every refusal counter; `make` creates a new one. */
export function refusalCounterContract(name: string, make: () => Promise<Pick<Ports, "refusals">>): void {
  describe(`refusals in ${name}`, () => {
    it("are counted by person and minute", async () => {
      const { refusals } = await make();
      const counts: number[] = [];
      for (const at of [now, now + 1, now + MINUTE - 1, now + MINUTE])
        counts.push(await refusals.count("ana", at));
      expect(counts).toEqual([1, 2, 3, 1]);
      expect(await refusals.count("eve", now)).toBe(1);
    });

    it("can be asked for without being counted", async () => {
      const { refusals } = await make();
      expect(await refusals.soFar("ana", now)).toBe(0);
      await refusals.count("ana", now);
      await refusals.count("ana", now + 1);
      expect([await refusals.soFar("ana", now + 2), await refusals.soFar("ana", now + 2)]).toEqual([2, 2]);
      expect(await refusals.soFar("ana", now + MINUTE)).toBe(0);
      expect(await refusals.soFar("eve", now)).toBe(0);
    });

    it("are all counted when they come at once", async () => {
      const { refusals } = await make();
      const counts = await Promise.all(Array.from({ length: 10 }, () => refusals.count("ana", now)));
      expect(counts.sort((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    });
  });
}
