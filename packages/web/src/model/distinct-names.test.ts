import { expect, it } from "vitest";
import { halfPastTwo } from "../testing/items.ts";
import { englishForTests as words } from "../testing/words.ts";
import { distinctNames } from "./distinct-names.ts";

const row = (id: string, name: string, startedAt: number | undefined) => ({
  subject: `video/${id}`,
  name,
  startedAt,
});
const told = (...rows: ReturnType<typeof row>[]) => [...distinctNames(rows, halfPastTwo, words).values()];

it("keeps a unique name unchanged", () => {
  expect(told(row("a", "A title", halfPastTwo), row("b", "talk.mp4", halfPastTwo))).toEqual([
    "A title",
    "talk.mp4",
  ]);
});

it("distinguishes equal names by start time, by seconds if needed, and finally by id", () => {
  const at = halfPastTwo;
  expect(
    told(
      row("a", "talk.mp4", at - 3_600_000),
      row("b", "talk.mp4", at),
      row("c", "talk.mp4", at + 5_000),
      row("d", "talk.mp4", at + 5_000),
      row("e", "talk.mp4", undefined),
      row("f", "Other", undefined),
    ),
  ).toEqual([
    "talk.mp4 · 13:30",
    "talk.mp4 · 14:30:00",
    "talk.mp4 · 14:30:05 · c",
    "talk.mp4 · 14:30:05 · d",
    "talk.mp4",
    "Other",
  ]);
});

it("gives twenty videos of one file twenty names", () => {
  const rows = Array.from({ length: 20 }, (_, n) => row(`v_${n}`, "talk.mp4", halfPastTwo + n * 7_000));
  expect(new Set(told(...rows)).size).toBe(20);
});
