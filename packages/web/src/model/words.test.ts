import { expect, it } from "vitest";
import { plain } from "../testing/plain.ts";
import { englishForTests, japaneseForTests } from "../testing/words.ts";
import {
  attenderText,
  computeLabel,
  reasonText,
  sentence,
  sourceText,
  stepLabel,
  untitledName,
  whoText,
} from "./words.ts";

it("keeps the name of an unknown step, in readable form", () => {
  expect([stepLabel("avatar", englishForTests), stepLabel("burn-in_subtitles", englishForTests)]).toEqual([
    "Draw the picture",
    "Burn in subtitles",
  ]);
});

it.each([
  ["lifecycle", "Life cycle", "ライフサイクル"],
  ["plugin.preValidate.duration-limit", "Check the length", "長さの確認"],
  ["plugin.preMetadata.title-and-description", "Find a title and a description", "タイトルと説明の決定"],
  ["plugin.postMetadata.leader_board.v2", "Plugin “leader_board.v2”", "プラグイン「leader_board.v2」"],
  ["plugin.postValidate.ask", "Plugin “ask”", "プラグイン「ask」"],
  ["plugin.burn.in", "Plugin burn in", "Plugin burn in"],
])("shows what the step %s of a life cycle does, in both languages", (step, english, japanese) => {
  expect([stepLabel(step, englishForTests), stepLabel(step, japaneseForTests)]).toEqual([english, japanese]);
});

it.each([
  [{ compute: "fargate" }, "Fargate"],
  [{ compute: "lambda" }, "Lambda"],
  [{ compute: "batch" }, "batch"],
  [{ compute: 7 }, undefined],
  [undefined, undefined],
])("reads the compute of %j", (data, label) => {
  expect(computeLabel(data)).toBe(label);
});

it.each([
  ["wait_gone", "The workflow had stopped waiting."],
  ["execution_aborted", "The workflow was stopped by hand."],
  [
    "Nobody answered in time: the first title was taken",
    "Nobody answered in time: the first title was taken.",
  ],
  ["", ""],
  [undefined, ""],
])("explains the reason %j", (reason, text) => {
  expect(plain(reasonText(reason, englishForTests))).toBe(text);
});

it("calls the reader You, in any form of the id", () => {
  expect(whoText({ id: "user/ana", name: "Ana" }, "ana", englishForTests)).toBe("You");
  expect(plain(whoText({ id: "bo", name: "Bo" }, "ana", englishForTests))).toBe("Bo");
  expect(plain(whoText({ id: "user/bo" }, undefined, englishForTests))).toBe("bo");
});

it("names a video without a title, and anything else by its id", () => {
  expect([untitledName("video/v_1", englishForTests), untitledName("order/17", englishForTests)]).toEqual([
    "A video without a title yet",
    "17",
  ]);
});

it("ends a sentence once", () => {
  expect([sentence("done"), sentence("Done!"), sentence("“Really?”")]).toEqual([
    "Done.",
    "Done!",
    "“Really?”",
  ]);
});

it("shows who has a question open", () => {
  const user = { id: "ben", name: "Ben" };
  expect(plain(attenderText({ user, state: "reviewing" }, englishForTests))).toBe("Ben is reviewing");
  expect(plain(attenderText({ user, state: "shown" }, englishForTests))).toBe("Ben has it open");
});

it("has a text for an unknown source", () => {
  const said = (source: string, standIn: boolean) => sourceText({ source, standIn }, englishForTests);
  expect([said("Nova", true), said("", true), said("", false)]).toEqual(["Nova", "A stand-in", "Proposals"]);
});
