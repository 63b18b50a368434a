import { type HeadName, workChannel } from "@callboard/protocol";
import { beforeEach, describe, expect, it } from "vitest";
import type { HeadStore } from "../ports/index.ts";
import { changeOf } from "./head-changes.ts";
import type { HeadStage } from "./head-store.contract.ts";

/** Values that every head store must return exactly as they were written. */
export function headValuesContract(store: string, make: () => Promise<HeadStage>): void {
  describe(`values of heads in ${store}`, () => {
    let name: HeadName;
    let count = 0;
    let stage: HeadStage;
    let heads: HeadStore;
    beforeEach(async () => {
      name = workChannel(`video/v_${++count}`);
      stage = await make();
      heads = stage.heads;
    });

    const change = async (values: readonly (readonly [string, unknown])[]) =>
      heads.commit(changeOf(await heads.open(name), values));

    it.each([
      ["a number beyond 38 digits", 1e300],
      ["a very small number", 5e-324],
      ["an empty name", { "": { "": "" } }],
      ["a name that JavaScript has for itself", JSON.parse('{"__proto__": {"a": 1}, "constructor": 2}')],
      ["forty levels", Array.from({ length: 40 }).reduce<unknown>((inner) => [inner], "deep")],
      ["text of every plane", "é 日本 🎭 \u0000 \ud800"],
      ["a list", ["execution", 1]],
      ["false", false],
      ["null", null],
    ])("keeps a value as it is: %s", async (_what, value) => {
      for (const key of ["title", "step/e/one", "large"]) {
        const kept = key === "large" ? [value, "x".repeat(2000)] : value;
        await change([[key, kept]]);
        const state = await stage.another().open(name);
        expect((await state.entries([key])).get(key)?.value).toStrictEqual(kept);
        expect((await state.since(name, 0)).items.at(-1)?.value).toStrictEqual(kept);
      }
    });

    it.each([
      ["step/e-1/one", { execution: "e-1", step: "one", state: "running" }],
      ["step/e-1/one", { execution: "e-2", step: "one" }],
      ["step/e-1/one", { step: "one" }],
      ["step/e-1", { execution: "e-1", step: "one" }],
      ["step/1/2", { execution: 1, step: "2" }],
      ["candidate/title/2/m/a", { thread: "title", round: 2, by: "m", id: "a" }],
      ["candidate/title/2/m/a", { thread: "title", round: "2", by: "m", id: "a" }],
      ["candidate/title/02/m/a", { thread: "title", round: 2, by: "m", id: "a" }],
      ["candidate/title/1e21/m/a", { thread: null, round: 1e21, by: "m", id: ["a"] }],
      ["request/req_1", { requestId: "req_1" }],
      ["request/req_1/more", { requestId: "req_1", more: 1 }],
      ["attending/req_1/ana", { requestId: "req_1", user: { id: "ana" } }],
      ["warning/", { requestId: "" }],
    ])("keeps what a value has in common with its key: %s %j", async (key, value) => {
      await change([[key, value]]);
      expect((await heads.since(name, 0))?.items).toMatchObject([{ key, value }]);
      expect((await heads.since(name, 0))?.items[0]?.value).toStrictEqual(value);
    });

    it.each([
      "0000000000000001.0000000000000050",
      "0000000000000000",
      "1234567890123456.0000000000000001.removed",
      "1.50",
      "5",
      "",
      "=1",
      ".",
      "00000000000000001",
      "a.0000000000000001",
      "0000000000000001.removed.removed",
    ])("keeps a version as it is: %j", async (version) => {
      const { entries, ...rest } = changeOf(await heads.open(name), [["title", 1]]);
      await heads.commit({ ...rest, entries: entries.map((entry) => ({ ...entry, version })) });
      expect((await heads.since(name, 0))?.items[0]?.version).toBe(version);
    });
  });
}
