import { describe, expect, it } from "vitest";
import type { Attention, Ports } from "../ports/index.ts";

const now = Date.UTC(2026, 0, 1);

const attention = (more: Partial<Attention> = {}): Attention => ({
  requestId: "req_000000000001",
  user: { id: "ana", name: "Ana" },
  connectionId: "c1",
  state: "shown",
  at: now,
  until: now + 90_000,
  firstAt: now,
  ...more,
});

/** The behaviour of every attention store; `make` creates a new one. */
export function attentionStoreContract(name: string, make: () => Promise<Pick<Ports, "attention">>): void {
  describe(`attention in ${name}`, () => {
    it("stores the last report of each person, and the time of their first one", async () => {
      const store = (await make()).attention;
      const eve = attention({ user: { id: "eve", name: "Eve" }, state: "reviewing" });
      const last = attention({ state: "left", at: now + 10, until: now + 20, firstAt: now + 10 });
      for (const one of [attention(), eve, last, last]) await store.put(one);
      const kept = await store.of("req_000000000001");
      expect([...kept].sort((a, b) => a.user.id.localeCompare(b.user.id))).toEqual([
        { ...last, firstAt: now },
        eve,
      ]);
    });

    it("never replaces a later report by an earlier one", async () => {
      const store = (await make()).attention;
      const later = attention({ state: "reviewing", at: now + 10 });
      await store.put(later);
      await store.put(attention());
      expect(await store.of("req_000000000001")).toEqual([later]);
    });

    it("stores the reports of one person over two connections separately", async () => {
      const store = (await make()).attention;
      const other = attention({ connectionId: "c2", state: "reviewing", at: now + 5, firstAt: now + 5 });
      for (const one of [attention(), other]) await store.put(one);
      const kept = await store.of("req_000000000001");
      expect(kept).toHaveLength(2);
      expect(kept).toEqual(expect.arrayContaining([attention(), other]));
    });

    it("ends only the reports over a closed connection", async () => {
      const store = (await make()).attention;
      const elsewhere = attention({ connectionId: "c2", at: now + 5, firstAt: now + 5 });
      const eve = attention({ user: { id: "eve", name: "Eve" }, connectionId: "c3" });
      const second = attention({ requestId: "req_000000000002", firstAt: now });
      for (const one of [attention(), elsewhere, eve, second]) await store.put(one);
      expect((await store.leave("c1", now + 10)).sort()).toEqual(["req_000000000001", "req_000000000002"]);
      const { connectionId: _, ...past } = attention({ state: "left", at: now + 10, until: now + 10 });
      const kept = await store.of("req_000000000001");
      expect(kept).toHaveLength(3);
      expect(kept).toEqual(expect.arrayContaining([past, elsewhere, eve]));
      expect(await store.of("req_000000000002")).toEqual([{ ...past, requestId: "req_000000000002" }]);
      expect(await store.leave("c1", now + 11)).toEqual([]);
    });

    it("stores for all closed connections when a person first reported anything", async () => {
      const store = (await make()).attention;
      for (const [connectionId, at] of [
        ["c1", now + 1],
        ["c2", now],
        ["c3", now + 2],
      ] as const)
        await store.put(attention({ connectionId, at, firstAt: at }));
      for (const [n, connectionId] of ["c1", "c2", "c3"].entries())
        await store.leave(connectionId, now + 10 + n);
      expect(await store.of("req_000000000001")).toEqual([
        expect.objectContaining({ state: "left", at: now + 12, firstAt: now }),
      ]);
    });

    it("lists for a closed connection only requests that still had attention", async () => {
      const store = (await make()).attention;
      await store.put(attention({ state: "left" }));
      await store.put(attention({ requestId: "req_000000000002", until: now + 5 }));
      await store.put(attention({ requestId: "req_000000000003" }));
      expect(await store.leave("c1", now + 5)).toEqual(["req_000000000003"]);
      expect(await store.leave("c9", now + 5)).toEqual([]);
    });

    it("keeps requests apart", async () => {
      const store = (await make()).attention;
      await store.put(attention());
      expect(await store.of("req_000000000002")).toEqual([]);
    });
  });
}
