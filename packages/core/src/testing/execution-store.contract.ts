import { describe, expect, it } from "vitest";
import type { Ports } from "../ports.ts";

const execution = "arn:aws:states:us-east-1:000000000000:execution:post-processing:e1";
const failed = { state: "failed", at: 9, cause: "States.Timeout" } as const;

/** The behaviour of every store of execution records; `make` gives a fresh one. */
export function executionStoreContract(
  name: string,
  make: () => Promise<Pick<Ports, "executionRecords">>,
): void {
  describe(`executions in ${name}`, () => {
    it("knows nothing of an execution that nobody spoke of", async () => {
      const { executionRecords } = await make();
      expect(await executionRecords.read(execution)).toBeUndefined();
    });

    it("adds what is new to what is known, whichever comes first", async () => {
      const { executionRecords } = await make();
      expect(await executionRecords.learn({ execution, end: failed })).toEqual({ execution, end: failed });
      const whole = { execution, end: failed, subject: "video/v_1", startedAt: 5 };
      expect(await executionRecords.learn({ execution, subject: "video/v_1", startedAt: 5 })).toEqual(whole);
      expect(await executionRecords.read(execution)).toEqual(whole);
    });

    it("keeps what is known", async () => {
      const { executionRecords } = await make();
      await executionRecords.learn({ execution, subject: "video/v_1", startedAt: 5 });
      await executionRecords.learn({ execution, subject: "video/v_2", startedAt: 6 });
      expect(await executionRecords.read(execution)).toEqual({
        execution,
        subject: "video/v_1",
        startedAt: 5,
      });
    });

    it("agrees on one subject when many learn at once", async () => {
      const { executionRecords } = await make();
      const records = await Promise.all(
        Array.from({ length: 20 }, (_, i) => executionRecords.learn({ execution, subject: `video/v_${i}` })),
      );
      const { subject } = (await executionRecords.read(execution))!;
      expect(new Set(records.map((record) => record.subject))).toEqual(new Set([subject]));
    });
  });
}
