import type { ChannelView, Item } from "@callboard/client";
import { expect, it } from "vitest";
import { shortPlan } from "../soak/plan.ts";
import { soak } from "../soak/soak.ts";
import { reportOf } from "../soak/story.ts";
import { summaryOf } from "../soak/summary.ts";
import { createWitness } from "../soak/witness.ts";

it("leaves every map equal to the table after lost, late and doubled posts, broken sockets and five kills", async () => {
  const plan = { ...shortPlan, seed: Date.now() % 1_000_000 };
  const lines: string[] = [];
  const outcome = await soak(plan, (line) => void lines.push(line)).catch((cause: unknown) => {
    throw new Error(`seed ${plan.seed}\n${lines.join("\n")}`, { cause });
  });
  console.log(`seed ${plan.seed}\n${summaryOf(outcome)}`);
  expect(outcome.failures).toEqual([]);
  expect(outcome.whole).toBe(plan.sockets);
  expect(outcome.kills).toBe(5);
}, 300_000);

const subject = "video/v_1";

/** The n-th report of a step as an item. */
const told = (n: number, offset: number): Item => ({
  key: "step/-/cut",
  value: reportOf(subject, "cut", n),
  offset,
  version: String(n),
  at: n,
});

/** The violations that a witness finds in a view that shows these items, one after the other, up to these offsets. */
function violationsOf(shown: readonly (readonly [offset: number, ...Item[]])[]): readonly string[] {
  const witness = createWitness();
  const view = { name: `watch:${subject}`, epoch: "e", offset: 0, items: new Map<string, Item>() };
  const sight = witness.begin(view as unknown as ChannelView);
  for (const [offset, ...items] of shown) {
    view.offset = offset;
    view.items = new Map(items.map((item) => [item.key, item]));
    witness.see(sight, items);
  }
  return witness.violations;
}

it("finds nothing in a map that goes forward and gets some items twice", () => {
  expect(violationsOf([[1, told(0, 1)], [4, told(3, 4)], [4, told(3, 4)], [9]])).toEqual([]);
});

it.each([
  ["whose offset decreases", [[2, told(1, 2)], [1]]],
  [
    "that shows an older value again",
    [
      [2, told(1, 2)],
      [3, told(0, 1)],
    ],
  ],
  ["that shows a removed key again", [[1, told(0, 1)], [4], [5, told(0, 1)]]],
  [
    "that shows what nobody reported",
    [[1, { ...told(0, 1), value: { ...reportOf(subject, "cut", 0), percent: 99 } }]],
  ],
] as const)("finds a map %s", (_, shown) => {
  expect(violationsOf(shown as never)).toHaveLength(1);
});
