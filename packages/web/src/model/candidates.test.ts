import type { RequestId, RequestValue } from "@callboard/protocol";
import { expect, it } from "vitest";
import { itemsOf } from "../testing/items.ts";
import { requestOf } from "../testing/request.ts";
import {
  candidateKey,
  candidatesOf,
  candidateTitle,
  choiceOf,
  isChosen,
  isOffered,
  latestThread,
  readSource,
} from "./candidates.ts";
import type { Items } from "./items.ts";

const candidate = (round: number, id: string, source: string, thread = "title") => ({
  [`candidate/${thread}/${round}/${source}/${id}`]: {
    thread,
    round,
    by: source.replace(/\W/g, ""),
    id,
    source,
    title: `Title ${id}`,
  },
});

it("groups by round, the newest first, and by source in the order of arrival", () => {
  const items = itemsOf({
    ...candidate(1, "b-10", "Nova"),
    ...candidate(1, "a-1", "Claude (stand-in)"),
    ...candidate(1, "b-2", "Nova"),
    ...candidate(2, "a-1", "Nova"),
  });
  expect(
    candidatesOf(items, "title").map(({ round, groups }) => [
      round,
      groups.map((group) => [group.source, group.standIn, group.candidates.map((one) => one.id)]),
    ]),
  ).toEqual([
    [2, [["Nova", false, ["a-1"]]]],
    [
      1,
      [
        ["Nova", false, ["b-2", "b-10"]],
        ["Claude", true, ["a-1"]],
      ],
    ],
  ]);
});

it("keeps threads apart and knows the newest", () => {
  const items = itemsOf({ ...candidate(1, "a", "Nova"), ...candidate(1, "p", "Nova", "poster") });
  expect(candidatesOf(items, "title")).toHaveLength(1);
  expect(latestThread(items)).toBe("poster");
});

const own = (id: string, title: string, by: RequestId = "req_0123456789", round = 1) => ({
  [`candidate/title/${round}/${by}/${id}`]: { thread: "title", round, by, id, title },
});
const shown = (items: Items, question?: RequestValue) =>
  candidatesOf(items, "title", question).map(({ round, groups }) =>
    [
      round,
      ...groups.map(({ source, candidates }) => [source, ...candidates.map(({ title }) => title)].join(": ")),
    ].join(" | "),
  );
const all = (items: Items, question: RequestValue) =>
  candidatesOf(items, "title", question).flatMap(({ groups }) =>
    groups.flatMap(({ candidates }) => candidates),
  );

it("shows the proposals of two models that number theirs alike, each to be marked by itself", () => {
  const items = itemsOf({ ...candidate(1, "1", "Model A"), ...candidate(1, "1", "Model B") });
  const question = requestOf({ candidates: [] });
  const candidates = all(items, question);
  expect(candidates.map(({ source }) => source)).toEqual(["Model A", "Model B"]);
  expect(new Set(candidates.map(candidateKey)).size).toBe(2);
  expect(candidates.map((one) => isOffered(question, one))).toEqual([true, true]);
  expect(candidates.map((one) => choiceOf(question, one))).toEqual([
    { candidateId: "1", source: "Model A" },
    { candidateId: "1", source: "Model B" },
  ]);
  const reply = { candidateId: "1", source: "Model B" };
  expect(candidates.map((one) => isChosen(question, one, reply))).toEqual([false, true]);
});

it("shows a question's candidate under who proposed it, once", () => {
  const items = itemsOf({
    ...candidate(1, "a-1", "Nova"),
    ...candidate(1, "a-2", "Nova"),
    ...candidate(1, "a-1", "Claude"),
    ...own("a-1", "Title a-1"),
    ...own("a-9", "The workflow's"),
  });
  const question = requestOf({ candidates: ["a-1", "a-9"] });
  expect(shown(items, question)).toEqual(["1 | Nova: Title a-1: Title a-2 | Proposals: The workflow's"]);
  expect(all(items, question).map((one) => isOffered(question, one))).toEqual([true, false, true]);
  expect(choiceOf(question, all(items, question)[0]!)).toEqual({ candidateId: "a-1" });
});

it("never shows a question's own candidate under the title that another had under its id", () => {
  const items = itemsOf({
    ...candidate(1, "a-1", "Nova"),
    ...own("a-1", "Of the question before", "req_aaaaaaaaaa"),
    ...own("a-1", "Its own"),
  });
  const question = requestOf({ candidates: ["a-1"] });
  expect(shown(items, question)).toEqual(["1 | Nova: Title a-1 | Proposals: Its own"]);
  expect(all(items, question).map((one) => isChosen(question, one, { candidateId: "a-1" }))).toEqual([
    false,
    true,
  ]);
  expect(candidateTitle(items, question, { candidateId: "a-1" })).toBe("Its own");
  const before = requestOf({ requestId: "req_aaaaaaaaaa", candidates: ["a-1"] });
  expect(candidateTitle(items, before, { candidateId: "a-1" })).toBe("Of the question before");
});

it("finds the title that a reply chose among proposals by its source", () => {
  const items = itemsOf({
    ...candidate(1, "1", "Model A"),
    ...candidate(2, "1", "Model B"),
    ...own("1", "Asked"),
  });
  const title = (round: number, choice: object) =>
    candidateTitle(items, requestOf({ round, candidates: [] }), choice);
  expect(title(1, { candidateId: "1", source: "Model A" })).toBe("Title 1");
  expect(title(1, { candidateId: "1" })).toBe("Title 1");
  expect(title(1, { candidateId: "1", source: "Model B" })).toBeUndefined();
  expect(title(1, {})).toBeUndefined();
});

it.each([
  ["TextRank stand-in", "TextRank", true],
  ["Stand-in: key phrases", "key phrases", true],
  ["Claude (stand-in)", "Claude", true],
  ["stand-in", "A stand-in", true],
  ["Amazon Nova", "Amazon Nova", false],
  ["", "Proposals", false],
])("reads the source %j", (label, source, standIn) => {
  expect(readSource(label)).toEqual({ source, standIn });
});
