import { describe, expect, it } from "vitest";
import type { Ports } from "../ports/index.ts";

const execution = "arn:aws:states:us-east-1:000000000000:execution:post-processing:e1";
const failed = { redrive: 0, state: "failed", at: 9, cause: "States.Timeout" } as const;

/** The behaviour of every store of execution records; `make` creates a new one. */
export function executionStoreContract(
  name: string,
  make: () => Promise<Pick<Ports, "executionRecords">>,
): void {
  describe(`executions in ${name}`, () => {
    it("has no record of an execution without events", async () => {
      const { executionRecords } = await make();
      expect(await executionRecords.read(execution)).toBeUndefined();
    });

    it("adds what is new to what is known, in any order", async () => {
      const { executionRecords } = await make();
      expect(await executionRecords.record({ execution, end: failed })).toEqual({ execution, end: failed });
      const whole = { execution, end: failed, subject: "video/v_1", startedAt: 5 };
      expect(await executionRecords.record({ execution, subject: "video/v_1", startedAt: 5 })).toEqual(whole);
      expect(await executionRecords.read(execution)).toEqual(whole);
    });

    it("keeps known values", async () => {
      const { executionRecords } = await make();
      await executionRecords.record({ execution, subject: "video/v_1", startedAt: 5 });
      await executionRecords.record({ execution, subject: "video/v_2", startedAt: 6 });
      expect(await executionRecords.read(execution)).toEqual({
        execution,
        subject: "video/v_1",
        startedAt: 5,
      });
    });

    it("replaces an end only by that of a later redrive, in any order", async () => {
      const again = { redrive: 1, state: "timed_out", at: 20 } as const;
      for (const ends of [
        [failed, again],
        [again, failed],
        [failed, again, failed, { ...again, at: 21 }],
      ]) {
        const { executionRecords } = await make();
        let last: unknown;
        for (const end of ends) last = await executionRecords.record({ execution, startedAt: 5, end });
        expect(last).toEqual({ execution, startedAt: 5, end: again });
        expect(await executionRecords.read(execution)).toEqual(last);
      }
    });

    it("keeps the latest redrive, and its start once it is known", async () => {
      const recorded = [
        [{ number: 1 }, { number: 1 }],
        [
          { number: 1, at: 12 },
          { number: 1, at: 12 },
        ],
        [
          { number: 1, at: 13 },
          { number: 1, at: 12 },
        ],
        [{ number: 3 }, { number: 3 }],
        [{ number: 2, at: 14 }, { number: 3 }],
        [
          { number: 3, at: 15 },
          { number: 3, at: 15 },
        ],
        [{ number: 3 }, { number: 3, at: 15 }],
      ] as const;
      const { executionRecords } = await make();
      for (const [redrive, known] of recorded)
        expect(await executionRecords.record({ execution, redrive })).toEqual({ execution, redrive: known });
      expect(await executionRecords.record({ execution, end: failed })).toEqual({
        execution,
        redrive: { number: 3, at: 15 },
        end: failed,
      });
    });

    it("ends with the latest redrive and its end when many record at once", async () => {
      const { executionRecords } = await make();
      const numbers = Array.from({ length: 12 }, (_, i) => i + 1);
      await Promise.all(
        numbers.map((number) =>
          executionRecords.record({
            execution,
            redrive: { number, at: number * 10 },
            end: { ...failed, redrive: number },
          }),
        ),
      );
      expect(await executionRecords.read(execution)).toEqual({
        execution,
        redrive: { number: 12, at: 120 },
        end: { ...failed, redrive: 12 },
      });
    });

    it("agrees on one subject when many record at once", async () => {
      const { executionRecords } = await make();
      const records = await Promise.all(
        Array.from({ length: 20 }, (_, i) => executionRecords.record({ execution, subject: `video/v_${i}` })),
      );
      const { subject } = (await executionRecords.read(execution))!;
      expect(new Set(records.map((record) => record.subject))).toEqual(new Set([subject]));
    });
  });
}
