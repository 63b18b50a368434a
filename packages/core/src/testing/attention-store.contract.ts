import { describe, expect, it } from "vitest";
import type { Attention, Ports } from "../ports/index.ts";

const now = Date.UTC(2026, 0, 1);

const attention = (more: Partial<Attention> = {}): Attention => ({
  requestId: "req_000000000001",
  user: { id: "ana", name: "Ana" },
  state: "shown",
  at: now,
  until: now + 90_000,
  firstAt: now,
  ...more,
});

/** The behaviour of every store of attention; `make` gives a fresh one. */
export function attentionStoreContract(name: string, make: () => Promise<Pick<Ports, "attention">>): void {
  describe(`attention in ${name}`, () => {
    it("keeps what each person said last, and when they first said anything", async () => {
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

    it("lets nothing earlier take the place of what was said later", async () => {
      const store = (await make()).attention;
      const later = attention({ state: "reviewing", at: now + 10 });
      await store.put(later);
      await store.put(attention());
      expect(await store.of("req_000000000001")).toEqual([later]);
    });

    it("keeps requests apart", async () => {
      const store = (await make()).attention;
      await store.put(attention());
      expect(await store.of("req_000000000002")).toEqual([]);
    });
  });
}
