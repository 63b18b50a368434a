import type { Reach } from "../../ports/index.ts";

export const now = Date.UTC(2026, 0, 1);

/** How Ana is reached by default, as her token says. */
export const anasReach = (more: Partial<Reach> = {}): Reach => ({
  key: "hash-of-ana",
  person: { id: "ana", name: "Ana" },
  rev: 7,
  roles: [],
  issuer: { address: "ana@shop.example", lang: "ja", zone: "Asia/Tokyo" },
  own: {},
  at: now,
  ...more,
});
