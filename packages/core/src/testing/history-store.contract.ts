import type { Subject } from "@callboard/protocol";
import { describe, expect, it } from "vitest";
import type { HistoryRow, Ports } from "../ports/index.ts";

const subject: Subject = "video/ana/v_1";

const rowAt = (at: number, own = "a"): HistoryRow => ({
  id: `${String(at).padStart(16, "0")}.${own}`,
  at,
  happened: { what: "progress", step: "mp4", state: "started", message: `at ${at}` },
});

/** The behaviour of every history store; `make` creates a new one. */
export function historyStoreContract(name: string, make: () => Promise<Pick<Ports, "history">>): void {
  describe(`histories in ${name}`, () => {
    it("are empty for a subject without rows", async () => {
      const { history } = await make();
      expect(await history.page(subject, 10)).toEqual({ rows: [], more: false });
    });

    it("return added rows the newest first, in any order of arrival", async () => {
      const { history } = await make();
      const rows = [rowAt(9), rowAt(1000), rowAt(20), rowAt(20, "b")];
      for (const row of rows) await history.add(subject, [row]);
      await history.add("video/ana/v_1/more", [rowAt(30)]);
      expect(await history.page(subject, 10)).toEqual({
        rows: [rowAt(1000), rowAt(20, "b"), rowAt(20), rowAt(9)],
        more: false,
      });
    });

    it("hold a row once, even if it is added repeatedly", async () => {
      const { history } = await make();
      await history.add(subject, [rowAt(1), rowAt(2)]);
      await Promise.all([history.add(subject, [rowAt(2)]), history.add(subject, [rowAt(2)])]);
      expect((await history.page(subject, 10)).rows).toEqual([rowAt(2), rowAt(1)]);
    });

    it("return rows before a row, and whether there is more", async () => {
      const { history } = await make();
      await history.add(
        subject,
        [1, 2, 3, 4, 5].map((at) => rowAt(at)),
      );
      const first = await history.page(subject, 2);
      expect(first).toEqual({ rows: [rowAt(5), rowAt(4)], more: true });
      // Rows that arrive meanwhile do not change the pages before.
      await history.add(subject, [rowAt(6), rowAt(5, "z")]);
      const second = await history.page(subject, 2, rowAt(4).id);
      expect(second).toEqual({ rows: [rowAt(3), rowAt(2)], more: true });
      expect(await history.page(subject, 2, rowAt(2).id)).toEqual({ rows: [rowAt(1)], more: false });
      expect(await history.page(subject, 2, rowAt(1).id)).toEqual({ rows: [], more: false });
      expect(await history.page(subject, 3, rowAt(4).id)).toMatchObject({ more: false });
    });
  });
}
