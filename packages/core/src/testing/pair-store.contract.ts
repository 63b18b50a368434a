import { describe, expect, it } from "vitest";
import type { Ports } from "../ports/index.ts";

const begun = { subject: "video/v_1", step: "plugin.preValidate.duration", at: 1000 } as const;
const ended = { state: "failed", message: "It is too short.", at: 2000 } as const;

/** The behaviour of every pair store; `make` creates a new one. */
export function pairStoreContract(name: string, make: () => Promise<Pick<Ports, "pairs">>): void {
  describe(`pairs in ${name}`, () => {
    it("are complete once both halves are recorded, in any order", async () => {
      const { pairs } = await make();
      expect(await pairs.record("a", { begun })).toEqual({ begun });
      expect(await pairs.record("a", { ended })).toEqual({ begun, ended });
      expect(await pairs.record("b", { ended })).toEqual({ ended });
      expect(await pairs.record("b", { begun: { ...begun, execution: "e1" } })).toEqual({
        begun: { ...begun, execution: "e1" },
        ended,
      });
    });

    it("keep the first recorded value", async () => {
      const { pairs } = await make();
      await pairs.record("a", { begun, ended });
      const again = {
        begun: { ...begun, step: "another" },
        ended: { ...ended, state: "succeeded" },
      } as const;
      expect(await pairs.record("a", again)).toEqual({ begun, ended });
    });

    it("are complete for at least one of those who record the halves at once", async () => {
      const { pairs } = await make();
      const seen = await Promise.all([pairs.record("a", { begun }), pairs.record("a", { ended })]);
      expect(seen).toContainEqual({ begun, ended });
    });
  });
}
