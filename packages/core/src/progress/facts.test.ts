import { FactsSet, type FactValue, limits, watchChannel, workChannel } from "@callboard/protocol";
import { expect, it } from "vitest";
import { itemsOf, memoryStage } from "../testing/index.ts";
import { seededRandom } from "../testing/seeded-random.ts";

const subject = "video/v_1";
const at = Date.UTC(2026, 0, 1);

/** A stage with a video, and facts about it as the bus delivers them. */
function factStage() {
  const stage = memoryStage();
  const set = (detail: object) =>
    stage.app.progress.setFacts(FactsSet.parse({ subject, at, ...detail }), stage.envelope());
  const shownIn = async (channel: "watch" | "work") => {
    const name = channel === "watch" ? watchChannel(subject) : workChannel(subject);
    const items = (await itemsOf(stage.ports, name)).filter(({ value }) => value !== null);
    return Object.fromEntries(items.map(({ key, value }) => [key, (value as FactValue).value]));
  };
  return { ...stage, set, shownIn };
}

it("shows a fact for everyone to all, and a fact without visibility only to owners", async () => {
  const { set, shownIn } = factStage();
  await set({ facts: [{ name: "tags", value: ["fun", "dogs"], label: "Tags" }], visibility: "everyone" });
  await set({ facts: [{ name: "strikes", value: 2 }] });
  await set({ facts: [{ name: "score", value: 0.7 }], visibility: "owners" });
  expect(await shownIn("watch")).toEqual({ "fact/tags": ["fun", "dogs"] });
  expect(await shownIn("work")).toEqual({
    "fact/tags": ["fun", "dogs"],
    "private/strikes": 2,
    "private/score": 0.7,
  });
});

it("shows a fact with its label and version, and makes people owners of its subject", async () => {
  const { ports, set } = factStage();
  await set({ facts: [{ name: "score", value: 1, label: "Score", version: 3 }], owners: ["user/ana"] });
  const [item] = await itemsOf(ports, workChannel(subject));
  expect(item?.value).toEqual({ name: "score", value: 1, label: "Score", version: 3, at });
  const name = workChannel(subject);
  expect((await ports.heads.read([name])).get(name)?.owners).toEqual(["user/ana"]);
});

it("has the same result in any order, and if they are repeated", async () => {
  const told = [
    {
      at,
      facts: [
        { name: "a", value: 1 },
        { name: "b", value: "first" },
      ],
    },
    { at: at + 1000, facts: [{ name: "a", value: 2 }] },
    { at: at + 1000, facts: [{ name: "b", value: "this" }] },
    { at: at + 1000, facts: [{ name: "b", value: "that" }] },
    { at, facts: [{ name: "c", value: "old", version: 7 }] },
    { at: at + 9000, facts: [{ name: "c", value: "older", version: 6 }] },
    { at: at + 2000, facts: [{ name: "d", value: null }] },
    { at: at + 1000, facts: [{ name: "d", value: "gone" }] },
    { at, facts: [{ name: "e", value: null, version: 1 }] },
    { at: at - 5000, facts: [{ name: "e", value: "back", version: 2 }] },
  ];
  let first: object | undefined;
  for (let seed = 1; seed <= 100; seed++) {
    const random = seededRandom(seed);
    const shuffled = [...told, ...told.filter(() => random() < 0.3)]
      .map((detail) => ({ detail, place: random() }))
      .sort((a, b) => a.place - b.place);
    const { set, shownIn } = factStage();
    for (const { detail } of shuffled) await set({ ...detail, visibility: "everyone" });
    first ??= await shownIn("watch");
    expect(await shownIn("watch"), `seed ${seed}`).toEqual(first);
  }
  expect(first).toMatchObject({ "fact/a": 2, "fact/c": "old", "fact/e": "back" });
  expect(first).not.toHaveProperty("fact/d");
});

it("removes the fact that was set longest ago once a subject is full of them", async () => {
  const { set, shownIn } = factStage();
  for (let batch = 0; batch <= limits.channelKeys / limits.factsPerEvent; batch++) {
    const facts = Array.from({ length: limits.factsPerEvent }, (_, n) => ({
      name: `f${batch * limits.factsPerEvent + n}`,
      value: batch,
    }));
    await set({ facts, at: at + batch, visibility: "everyone" });
  }
  const shown = await shownIn("watch");
  expect(Object.keys(shown).length).toBeLessThanOrEqual(limits.channelKeys);
  expect(shown).toHaveProperty(`fact/f${limits.channelKeys}`);
  expect(shown).not.toHaveProperty("fact/f0");
});

it.each([
  ["no fact", { facts: [] }, "facts"],
  ["one without a value", { facts: [{ name: "a" }] }, "facts.0.value"],
  ["one of more bytes than a fact has", { facts: [{ name: "a", value: "x".repeat(4095) }] }, "facts.0.value"],
  ["one whose name is not a name", { facts: [{ name: "a/b", value: 1 }] }, "facts.0.name"],
  [
    "two of one name",
    {
      facts: [
        { name: "a", value: 1 },
        { name: "a", value: 2 },
      ],
    },
    "facts",
  ],
  ["an unknown visibility", { facts: [{ name: "a", value: 1 }], visibility: "friends" }, "visibility"],
])("refuses %s", (_, detail, field) => {
  const read = FactsSet.safeParse({ subject, at, ...detail });
  expect(read.success).toBe(false);
  expect(read.error?.issues.map(({ path }) => path.join("."))).toContain(field);
});
