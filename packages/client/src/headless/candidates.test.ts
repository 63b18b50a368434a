import { expect, it } from "vitest";
import { itemsOf, requestOf } from "../testing/items.ts";
import {
  candidatesIn,
  candidatesOf,
  latestThread,
  namedIn,
  offeredIn,
  readSource,
  titlesOf,
} from "./candidates.ts";

/** A proposal by a source, or one that came with a question. */
function candidate(
  id: string,
  more: { by?: string; source?: string; title?: string; round?: number; thread?: string },
) {
  const { by = more.source ?? "-", round = 1, thread = "title", ...rest } = more;
  return {
    [`candidate/${thread}/${round}/${by}/${id}`]: { thread, round, by, id, title: `Title ${id}`, ...rest },
  };
}
const inOrder = (...all: Record<string, unknown>[]) =>
  candidatesIn(itemsOf(Object.assign({}, ...all))).candidates;
const shape = (rounds: ReturnType<typeof candidatesOf>) =>
  rounds.map(({ round, groups }) => [
    round,
    groups.map((group) => [group.source, group.standIn, group.candidates.map((one) => one.title)]),
  ]);

it("groups by round, the newest first, and by source in the order of arrival", () => {
  const all = inOrder(
    candidate("b-10", { source: "Nova" }),
    candidate("a-1", { source: "Claude (stand-in)" }),
    candidate("b-2", { source: "Nova" }),
    candidate("a-1", { source: "Nova", round: 2 }),
  );
  expect(shape(candidatesOf(all, "title"))).toEqual([
    [2, [["Nova", false, ["Title a-1"]]]],
    [
      1,
      [
        ["Nova", false, ["Title b-2", "Title b-10"]],
        ["Claude", true, ["Title a-1"]],
      ],
    ],
  ]);
});

it("keeps threads apart and knows the newest", () => {
  const all = inOrder(candidate("a", {}), candidate("p", { thread: "poster" }));
  expect(candidatesOf(all, "title")).toHaveLength(1);
  expect(latestThread(all)).toBe("poster");
});

const request = requestOf({ candidates: ["1", "2"] });
const own = { by: request.requestId };

it("shows a question's own proposal, and not an older one under the same id", () => {
  const all = inOrder(
    candidate("1", { source: "Nova", title: "Old" }),
    candidate("1", { ...own, title: "Own" }),
    candidate("1", { by: "req_another000", title: "Another question's" }),
  );
  expect(shape(candidatesOf(all, "title", request))).toEqual([[1, [["", false, ["Own"]]]]]);
  expect(titlesOf(all, request)({ candidateId: "1" })).toBe("Own");
});

it("shows a question's own proposal once, under the source that made it before", () => {
  const all = inOrder(
    candidate("1", { source: "Nova", title: "Own" }),
    candidate("1", { ...own, title: "Own" }),
    candidate("2", { ...own, title: "New" }),
  );
  const rounds = candidatesOf(all, "title", request);
  expect(shape(rounds)).toEqual([
    [
      1,
      [
        ["Nova", false, ["Own"]],
        ["", false, ["New"]],
      ],
    ],
  ]);
  const chosen = rounds[0]!.groups[0]!.candidates[0]!;
  expect(chosen.key).toBe(`${request.requestId}/1`);
  expect(namedIn(request, chosen)).toEqual({ candidateId: "1" });
});

it("shows a question's own proposals in its order, whatever their ids and arrival", () => {
  const asked = requestOf({ candidates: ["short", "long", "10", "9"] });
  const by = { by: asked.requestId };
  const all = inOrder(
    candidate("9", { source: "Nova" }),
    candidate("long", by),
    candidate("9", by),
    candidate("10", by),
    candidate("short", by),
  );
  expect(offeredIn(candidatesOf(all, "title", asked), asked).map(({ id }) => id)).toEqual([
    "short",
    "long",
    "10",
    "9",
  ]);
});

it("shows the proposals of an earlier round's question in order of arrival", () => {
  const later = requestOf({ requestId: "req_later00000", round: 2, candidates: [] });
  const all = inOrder(candidate("short", own), candidate("long", own));
  expect(shape(candidatesOf(all, "title", later))).toEqual([
    [1, [["", false, ["Title short", "Title long"]]]],
  ]);
});

it("offers the proposals of two sources with the same ids, if the question has none of its own", () => {
  const without = requestOf({ candidates: [] });
  const all = inOrder(
    candidate("1", { source: "Nova", title: "N1" }),
    candidate("1", { source: "Claude", title: "C1" }),
  );
  const rounds = candidatesOf(all, "title", without);
  const offered = rounds[0]!.groups.flatMap((group) => group.candidates);
  expect(offered.map((one) => namedIn(without, one))).toEqual([
    { candidateId: "1", source: "Nova" },
    { candidateId: "1", source: "Claude" },
  ]);
  expect(new Set(offered.map(({ key }) => key)).size).toBe(2);
  expect(titlesOf(all, without)({ candidateId: "1", source: "Claude" })).toBe("C1");
});

it("shows what an earlier round's question offered, once", () => {
  const later = requestOf({ requestId: "req_later00000", round: 2, candidates: [] });
  const all = inOrder(
    candidate("1", { source: "Nova", title: "Own" }),
    candidate("1", { ...own, title: "Own" }),
    candidate("2", { ...own, title: "New" }),
  );
  expect(shape(candidatesOf(all, "title", later))[0]![1]).toHaveLength(2);
});

it("finds no title for an unknown id", () => {
  const all = inOrder(candidate("1", own));
  for (const candidateId of ["z", "__proto__", "constructor"])
    expect(titlesOf(all, request)({ candidateId })).toBeUndefined();
});

it("keeps a proposal that is partly unreadable, under the id in its key", () => {
  const { candidates, unread } = candidatesIn(
    itemsOf({
      "candidate/title/1/req_0123456789/1": { title: 7, description: "kept" },
      "candidate/title/1/x/__proto__": null,
      "candidate/title": {},
    }),
  );
  expect(candidates).toMatchObject([
    { id: "1", title: "1", description: "kept", partial: true },
    { id: "__proto__", title: "__proto__", partial: true },
  ]);
  expect(unread).toEqual(["candidate/title"]);
});

it.each([
  ["TextRank stand-in", "TextRank", true],
  ["Stand-in: key phrases", "key phrases", true],
  ["Claude (stand-in)", "Claude", true],
  ["stand-in", "", true],
  ["Amazon Nova", "Amazon Nova", false],
  ["", "", false],
])("reads the source %j", (label, source, standIn) => {
  expect(readSource(label)).toEqual({ source, standIn });
});
