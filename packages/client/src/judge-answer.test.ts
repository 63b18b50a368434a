import type { ChannelMap, Position } from "@callboard/protocol";
import { expect, it } from "vitest";
import { type Answer, judgeAnswer } from "./judge-answer.ts";

type Case = [judgement: string, when: string, map: string, asked: string, answer: string];

/** Positions are an epoch and an offset; `!` is a reset, `+` means that there is more. */
const cases: Case[] = [
  ["whole", "nothing was known", "", "", "e7"],
  ["whole", "the channel does not exist yet", "", "", "unborn0"],
  ["whole", "a first delta came before it", "e2", "", "e7"],
  ["whole", "the position was too old", "e5", "e5", "e9!"],
  ["whole", "the channel is another by now", "e5", "e5", "f2!"],
  ["whole", "the server has lost something", "e9", "e5", "e3!"],
  ["whole", "the first page of another life is empty", "e5", "", "f0+"],
  ["whole", "the channel was created twice since", "f5", "e3", "g7"],
  ["further", "there is nothing new", "e5", "e5", "e5"],
  ["further", "there is something new", "e5", "e5", "e9"],
  ["further", "some of it has come by deltas", "e7", "e5", "e9"],
  ["overtaken", "more has come by deltas", "e9", "e5", "e7"],
  ["overtaken", "nothing was new when it was read, and deltas came since", "e9", "e7", "e7"],
  ["overtaken", "more has come by deltas, since it was asked after an old position", "e9", "e5", "e7!"],
  ["overtaken", "deltas came from the beginning", "e5", "", "e3"],
  ["overtaken", "the channel was created since", "e5", "", "unborn0"],
  [
    "overtaken",
    "the channel was created since, and did not exist at the subscribe",
    "e5",
    "unborn0",
    "unborn0",
  ],
  ["overtaken", "the channel was created, and deltas came from offset 0", "e5", "unborn0", "e3!"],
  ["overtaken", "the channel was created again since", "f5", "e0", "e3"],
];

it.each(cases)("is %s when %s", (judgement, _when, map, asked, answer) => {
  expect(judgeAnswer(mapAt(map), asked ? positionOf(asked) : undefined, answerAt(answer))).toBe(judgement);
});

const positionOf = (text: string): Position => {
  const [, epoch = "", offset] = /^([a-z]*)(\d*)/.exec(text) ?? [];
  return { epoch, offset: Number(offset) };
};

function mapAt(text: string): ChannelMap {
  const { epoch, offset } = positionOf(text);
  return { epoch: epoch || undefined, offset, items: new Map() };
}

const answerAt = (text: string): Answer => ({
  ...positionOf(text),
  sub: 1,
  items: [],
  ...(text.includes("!") ? { reset: true } : {}),
  ...(text.includes("+") ? { more: true } : {}),
});
