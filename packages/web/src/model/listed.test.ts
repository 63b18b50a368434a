import { listOf } from "@callboard/client/headless";
import type { Item } from "@callboard/protocol";
import { expect, it } from "vitest";
import { englishForTests } from "../testing/words.ts";
import type { Video } from "../videos/videos-api.ts";
import { lineText, lineTone, rowsOf } from "./listed.ts";

const line = (id: string, startedAt: number, more: object = {}): Item => ({
  key: `subject/video/${id}`,
  value: { subject: `video/${id}`, state: "running", startedAt, at: startedAt, ...more },
  offset: 1,
  version: "1",
  at: startedAt,
});
const listedOf = (...items: Item[]) => listOf(new Map(items.map((item) => [item.key, item])));
const lines = listedOf(line("a", 1, { title: "A title" }), line("c", 3), line("d", 4));
const video = (id: string, startedAt: number | undefined): Video => ({
  videoId: id,
  subject: `video/${id}`,
  name: `${id}.mp4`,
  startedAt,
  videoUrl: undefined,
  captionsUrl: undefined,
});

it("names a row by its title, else by its file, else by its id", () => {
  const rows = rowsOf(lines, [video("a", 1), video("c", 3)]);
  expect(rows.map(({ subject, name }) => [subject, name])).toEqual([
    ["video/d", "d"],
    ["video/c", "c.mp4"],
    ["video/a", "A title"],
  ]);
});

it("shows videos that no list has among the others, each once", () => {
  const rows = rowsOf(lines, [video("b", 2), video("c", 3), video("new", undefined)]);
  expect(rows.map(({ subject }) => subject)).toEqual([
    "video/d",
    "video/c",
    "video/b",
    "video/a",
    "video/new",
  ]);
  expect(rows.map(({ line }) => line !== undefined)).toEqual([true, true, false, true, false]);
});

it.each([
  [{ state: "running" }, "Under way", undefined],
  [{ state: "running", waiting: 1 }, "Waiting for an answer", "pending"],
  [{ state: "failed", waiting: 3 }, "Waiting for 3 answers", "pending"],
  [{ state: "succeeded" }, "Done", "done"],
  [{ state: "failed" }, "Failed", "lost"],
  [{ state: "timed_out" }, "Took too long", "lost"],
  [{ state: "aborted" }, "Stopped", "lost"],
  [{ state: "paused" }, undefined, undefined],
  [{ state: "constructor" }, undefined, undefined],
  [{ state: undefined }, undefined, undefined],
])("shows the state of %j", (said, text, tone) => {
  const [read] = listedOf(line("a", 1, said));
  expect([lineText(read!, englishForTests), lineTone(read!)]).toEqual([text, tone]);
});
