import { describe, expect, it } from "vitest";
import type { PersonRecord, Ports } from "../ports/index.ts";

const at = Date.UTC(2026, 0, 1);

const known = (id: string, name: string, words: readonly string[], more: object = {}): PersonRecord => ({
  key: `hash-of-${id}`,
  state: "known",
  person: { id, name },
  words,
  at,
  ...more,
});
const ana = known("ana", "Ana López", ["ana", "lopez"]);

/** The behaviour of every people store; `make` creates a new one. */
export function peopleStoreContract(name: string, make: () => Promise<Pick<Ports, "people">>): void {
  describe(`people in ${name}`, () => {
    it("are read as they were written, and found by the beginning of each of their words", async () => {
      const { people } = await make();
      expect(await people.read(ana.key)).toBeUndefined();
      expect(await people.replace(undefined, ana)).toBe(true);
      expect(await people.read(ana.key)).toEqual(ana);
      const found = { person: { id: "ana", name: "Ana López" }, words: ["ana", "lopez"] };
      for (const start of ["a", "ana", "lo", "lopez"])
        expect(await people.withWord(start, 10)).toEqual([found]);
      for (const start of ["n", "anab", "z", "A"]) expect(await people.withWord(start, 10)).toEqual([]);
    });

    it("are distinguished by their ids, in the order of their words, and no more than requested", async () => {
      const { people } = await make();
      const others = [
        known("ana.2", "Ana López", ["ana", "lopez", "2"]),
        known("bo", "Anders Bo", ["anders", "bo"]),
        known("王", "王小明", ["王小明", "小明", "明", "王"]),
      ];
      for (const one of [ana, ...others]) await people.replace(undefined, one);
      const ids = async (start: string, limit = 10) =>
        (await people.withWord(start, limit)).map(({ person }) => person.id);
      expect((await ids("an")).sort()).toEqual(["ana", "ana.2", "bo"]);
      expect((await ids("an")).at(-1)).toBe("bo");
      expect(await ids("an", 2)).toHaveLength(2);
      expect(await ids("小")).toEqual(["王"]);
    });

    it("are replaced only as they were read", async () => {
      const { people } = await make();
      await people.replace(undefined, ana);
      const married = known("ana", "Ana Smith", ["ana", "smith"], { at: at + 1 });
      expect(await people.replace(undefined, married)).toBe(false);
      expect(await people.replace({ ...ana, at: at - 1 }, married)).toBe(false);
      expect(await people.withWord("smith", 10)).toEqual([]);
      expect(await people.replace(ana, married)).toBe(true);
      expect(await people.withWord("lo", 10)).toEqual([]);
      expect(await people.withWord("ana", 10)).toMatchObject([{ person: { name: "Ana Smith" } }]);
    });

    it("leave nothing of name or id once they are erased, and can come again", async () => {
      const { people } = await make();
      await people.replace(undefined, ana);
      const erased: PersonRecord = { key: ana.key, state: "erased", at: at + 1, until: at + 1000 };
      expect(await people.replace(ana, erased)).toBe(true);
      expect(await people.read(ana.key)).toEqual(erased);
      for (const start of ["ana", "lopez"]) expect(await people.withWord(start, 10)).toEqual([]);
      expect(await people.replace(erased, { ...ana, at: at + 2 })).toBe(true);
      expect(await people.withWord("ana", 10)).toHaveLength(1);
    });

    it("are replaced once by those who come at the same time", async () => {
      const { people } = await make();
      const names = ["One", "Two", "Three", "Four"];
      const won = await Promise.all(
        names.map((word) => people.replace(undefined, known("ana", word, [word.toLowerCase()]))),
      );
      expect(won.filter(Boolean)).toHaveLength(1);
      const found = await Promise.all(names.map((word) => people.withWord(word.toLowerCase(), 10)));
      expect(found.flat()).toHaveLength(1);
    });
  });
}
