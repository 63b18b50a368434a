import type { Channel } from "@callboard/protocol";
import { describe, expect, it } from "vitest";
import { DUE_PARTITIONS, type Ports } from "../ports/index.ts";

const now = Date.UTC(2026, 0, 1);

/** The behaviour of every store of viewers to be counted; `make` creates a new one. */
export function audienceStoreContract(
  name: string,
  make: () => Promise<Pick<Ports, "audiences" | "dues">>,
): void {
  describe(`audiences in ${name}`, () => {
    let channel: Channel = "watch:video/a_0";
    let count = 0;
    async function stage() {
      channel = `watch:video/a_${++count}`;
      const { audiences, dues } = await make();
      const isDue = async (at: number) => {
        const all = await Promise.all(
          Array.from({ length: DUE_PARTITIONS }, (_, partition) => dues.due("audience", partition, at, 1000)),
        );
        const found = all.flat().some((due) => "audience" in due && due.audience === channel);
        // The row agrees with the index.
        const [row] = await dues.read([{ audience: channel }]);
        const marked = await audiences.dueAt(channel);
        if (marked !== undefined) expect(row?.due).toBe(marked);
        expect((row?.due ?? Infinity) <= at).toBe(found);
        return found;
      };
      return { audiences, isDue };
    }

    it("are due at the earliest time that they were marked for", async () => {
      const { audiences, isDue } = await stage();
      expect(await audiences.mark(channel, now + 2000)).toBe(now + 2000);
      expect(await audiences.mark(channel, now + 1000)).toBe(now + 1000);
      expect(await audiences.mark(channel, now + 3000)).toBe(now + 1000);
      expect(await isDue(now + 999)).toBe(false);
      expect(await isDue(now + 1000)).toBe(true);
    });

    it("are due no longer once they are counted", async () => {
      const { audiences, isDue } = await stage();
      await audiences.mark(channel, now);
      await audiences.take(channel, now + 60_000);
      expect(await isDue(now + 59_999)).toBe(false);
      await audiences.settle(channel, now + 60_000);
      expect(await isDue(now + 1e9)).toBe(false);
      await audiences.settle(channel, now + 60_000);
    });

    it("are due again when the process that counted them failed", async () => {
      const { audiences, isDue } = await stage();
      await audiences.mark(channel, now);
      await audiences.take(channel, now + 60_000);
      expect(await isDue(now + 60_000)).toBe(true);
    });

    it("are counted once more when they change during the count, however late", async () => {
      const { audiences, isDue } = await stage();
      await audiences.mark(channel, now);
      await audiences.take(channel, now + 5000);
      expect(await audiences.dueAt(channel)).toBeUndefined();
      await audiences.mark(channel, now + 6000);
      await audiences.settle(channel, now + 5000);
      expect(await audiences.dueAt(channel)).toBe(now + 6000);
      expect(await isDue(now + 5999)).toBe(false);
      expect(await isDue(now + 6000)).toBe(true);
    });

    it("stay due when they change while they are counted", async () => {
      const { audiences, isDue } = await stage();
      await audiences.mark(channel, now);
      await audiences.take(channel, now + 60_000);
      await audiences.mark(channel, now + 1000);
      await audiences.settle(channel, now + 60_000);
      expect(await isDue(now + 1000)).toBe(true);
    });
  });
}
