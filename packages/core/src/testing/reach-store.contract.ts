import type { Principal } from "@callboard/protocol";
import { describe, expect, it } from "vitest";
import type { Ports, Reach } from "../ports/index.ts";

const at = Date.UTC(2026, 0, 1);
const editors: Principal = "role/editors";
const legal: Principal = "role/legal";

const reachOf = (id: string, more: Partial<Reach> = {}): Reach => ({
  key: `hash-of-${id}`,
  person: { id, name: id },
  rev: 1,
  roles: [editors],
  issuer: { address: `${id}@shop.example`, lang: "ja", zone: "Asia/Tokyo" },
  own: { quiet: { from: 1320, to: 420 }, off: ["webhook"], paused: { mail: { reason: "bounced", at } } },
  at,
  ...more,
});
const ana = reachOf("ana");

/** The behaviour of every reach store; `make` creates a new one, with its people store. */
export function reachStoreContract(name: string, make: () => Promise<Pick<Ports, "people" | "reach">>): void {
  describe(`how people are reached, in ${name}`, () => {
    it("is read as it was written, and found by each role", async () => {
      const { reach } = await make();
      expect(await reach.read(ana.key)).toBeUndefined();
      const both = { ...ana, roles: [editors, legal] };
      expect(await reach.replace(undefined, both)).toBe(true);
      expect(await reach.read(ana.key)).toEqual(both);
      for (const role of both.roles) expect(await reach.withRole(role, 10)).toEqual([ana.key]);
      for (const role of ["role/editor", "role/nobody"] as const)
        expect(await reach.withRole(role, 10)).toEqual([]);
    });

    it("is found by the roles of the last time, and by no others", async () => {
      const { reach } = await make();
      await reach.replace(undefined, ana);
      expect(await reach.replace(ana, { ...ana, rev: 2, roles: [legal] })).toBe(true);
      expect(await reach.withRole(editors, 10)).toEqual([]);
      expect(await reach.withRole(legal, 10)).toEqual([ana.key]);
    });

    it("is found for no more people than requested", async () => {
      const { reach } = await make();
      for (let n = 0; n < 5; n++) await reach.replace(undefined, reachOf(`p${n}`));
      expect(await reach.withRole(editors, 3)).toHaveLength(3);
      expect((await reach.withRole(editors, 10)).sort()).toEqual([0, 1, 2, 3, 4].map((n) => `hash-of-p${n}`));
    });

    it("is replaced only as it was read", async () => {
      const { reach } = await make();
      const second = { ...ana, rev: 2, roles: [legal] };
      expect(await reach.replace(ana, second)).toBe(false);
      await reach.replace(undefined, ana);
      expect(await reach.replace(undefined, second)).toBe(false);
      expect(await reach.replace({ ...ana, rev: 7 }, second)).toBe(false);
      expect(await reach.replace({ ...ana, rev: 7 }, undefined)).toBe(false);
      expect(await reach.read(ana.key)).toEqual(ana);
      expect(await reach.withRole(legal, 10)).toEqual([]);
    });

    it("is replaced once by those who come at the same time", async () => {
      const { reach } = await make();
      await reach.replace(undefined, ana);
      const names = ["One", "Two", "Three", "Four"];
      const won = await Promise.all(
        names.map((name) => reach.replace(ana, { ...ana, rev: 2, person: { id: "ana", name } })),
      );
      expect(won.filter(Boolean)).toHaveLength(1);
      expect((await reach.read(ana.key))?.person.name).toBe(names[won.indexOf(true)]);
    });

    it("leaves nothing once it is removed, and can come again", async () => {
      const { reach } = await make();
      const roles = Array.from({ length: 20 }, (_, n) => `role/r${n}` as const);
      const all = { ...ana, roles };
      await reach.replace(undefined, all);
      expect(await reach.replace(all, undefined)).toBe(true);
      expect(await reach.read(ana.key)).toBeUndefined();
      for (const role of roles) expect(await reach.withRole(role, 10)).toEqual([]);
      expect(await reach.replace(all, { ...all, rev: 2 })).toBe(false);
      expect(await reach.replace(undefined, all)).toBe(true);
    });

    it("replaces twenty roles by twenty others", async () => {
      const { reach } = await make();
      const roles = (letter: string) => Array.from({ length: 20 }, (_, n) => `role/${letter}${n}` as const);
      const before = { ...ana, roles: roles("a") };
      await reach.replace(undefined, before);
      expect(await reach.replace(before, { ...before, rev: 2, roles: roles("b") })).toBe(true);
      expect(await reach.withRole("role/a7", 10)).toEqual([]);
      expect(await reach.withRole("role/b7", 10)).toEqual([ana.key]);
    });

    it("is not stored for an erased person, even by a process that read them before", async () => {
      const { people, reach } = await make();
      const erased = { key: ana.key, state: "erased", at, until: at + 1000 } as const;
      await reach.replace(undefined, ana);
      await people.replace(undefined, erased);
      expect(await reach.replace(ana, { ...ana, rev: 2 })).toBe(false);
      expect(await reach.replace(ana, undefined)).toBe(true);
      expect(await reach.replace(undefined, ana)).toBe(false);
      expect(await reach.withRole(editors, 10)).toEqual([]);
      expect(await reach.replace(undefined, { ...ana, at: at + 999 })).toBe(false);
      expect(await reach.replace(undefined, { ...ana, at: at + 1000 })).toBe(true);
    });
  });
}
