import { describe, expect, it } from "vitest";
import type { Wakeup, Wakeups } from "../ports/index.ts";

/** A queue of wake-ups with a clock that a test moves. */
export interface WakeupsStage {
  readonly wakeups: Wakeups;
  now(): number;
  pass(ms: number): Promise<void>;
  /** The messages that arrived since the last call. */
  arrived(): Promise<readonly Wakeup[]>;
}

/** The behaviour of every queue of wake-ups; `make` creates a new, empty one. */
export function wakeupsContract(name: string, make: () => Promise<WakeupsStage>): void {
  describe(`wake-ups in ${name}`, () => {
    it("come at their time, or less than a second later", async () => {
      const { wakeups, now, pass, arrived } = await make();
      const at = now() + 4321;
      await wakeups.send([{ request: "req_000000000001", version: 3, at }]);
      await pass(4320);
      expect(await arrived()).toEqual([]);
      await pass(1000);
      expect(await arrived()).toEqual([{ request: "req_000000000001", version: 3, at }]);
      await pass(900_000);
      expect(await arrived()).toEqual([]);
    });

    it("come at once when their time is past", async () => {
      const { wakeups, now, pass, arrived } = await make();
      await wakeups.send([
        { audience: "watch:video/v_1", at: now() - 60_000, again: 1 },
        { audience: "watch:video/v_2", at: now() },
      ]);
      await pass(1);
      expect((await arrived()).map((wakeup) => "audience" in wakeup && wakeup.audience).sort()).toEqual([
        "watch:video/v_1",
        "watch:video/v_2",
      ]);
    });

    it("come each at its own time, however many are sent at once", async () => {
      const { wakeups, now, pass, arrived } = await make();
      const start = now();
      const many = Array.from(
        { length: 45 },
        (_, n): Wakeup => ({
          audience: `watch:video/v_${n}`,
          at: start + (n % 3) * 10_000 + 5000,
        }),
      );
      await wakeups.send(many);
      const come: Wakeup[] = [];
      for (const after of [5000, 10_000, 10_000]) {
        await pass(after);
        const arrivedNow = await arrived();
        expect(new Set(arrivedNow.map(({ at }) => at))).toEqual(new Set([now()]));
        come.push(...arrivedNow);
      }
      expect(come).toHaveLength(45);
      expect(new Set(come.map((wakeup) => JSON.stringify(wakeup))).size).toBe(45);
    });

    it("do not come when none are sent", async () => {
      const { wakeups, pass, arrived } = await make();
      await wakeups.send([]);
      await pass(1000);
      expect(await arrived()).toEqual([]);
    });
  });
}
