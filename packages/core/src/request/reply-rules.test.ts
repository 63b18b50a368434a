import { limits } from "@callboard/protocol";
import { describe, expect, it } from "vitest";
import { isAnswerable, isSameReply, type Question, replyIssues, schemaToFit } from "./reply-rules.ts";

const question: Question = {
  verbs: ["approve", "pick", "edit", "answer", "regenerate"],
  candidates: ["a", "b"],
  round: 2,
  schema: { type: "object" },
};
const issues = (answer: Parameters<typeof replyIssues>[1], of: Partial<Question> = {}) =>
  replyIssues({ ...question, ...of }, answer, []);

describe("an answer", () => {
  it("may name any candidate if the question came without candidates", () => {
    expect(issues({ verb: "pick", candidateId: "z" }, { candidates: [] })).toEqual([]);
    expect(issues({ verb: "pick", candidateId: "z" })).toEqual([
      "candidateId: not among the request's candidates",
    ]);
    expect(issues({ verb: "approve", candidateId: "z" })).toHaveLength(1);
  });

  it("is refused with every problem at once, except for a verb that is not offered", () => {
    expect(replyIssues(question, { verb: "answer" }, ["value: not an object"])).toEqual([
      "value: answer needs a value",
      "value: not an object",
    ]);
    expect(issues({ verb: "reject", candidateId: "z" })).toEqual([
      "verb: not among approve, pick, edit, answer, regenerate",
    ]);
  });

  it("is limited in bytes, a plugin's less strictly", () => {
    const most = "x".repeat(limits.replyValueBytes - 2);
    expect(issues({ verb: "answer", value: most })).toEqual([]);
    expect(issues({ verb: "answer", value: `${most}x` })).toEqual(["value: over 8192 bytes"]);
    const plugin = { hook: "preValidate", name: "p", source: "s" } as const;
    expect(issues({ verb: "answer", value: `${most}x` }, { plugin })).toEqual([]);
  });

  it("may ask for another round until the last one", () => {
    expect(issues({ verb: "regenerate" })).toEqual([]);
    expect(issues({ verb: "regenerate" }, { maxRounds: 3 })).toEqual([]);
    expect(issues({ verb: "regenerate" }, { maxRounds: 2 })).toEqual(["verb: round 2 of 2 is the last"]);
    expect(issues({ verb: "approve" }, { maxRounds: 2 })).toEqual([]);
  });
});

it("is the same as another of its round with equal JSON, whatever the order of fields", () => {
  const by = { replyId: "r", round: 2, verb: "answer", by: { id: "ana", name: "Ana" }, at: 1 } as const;
  const isSame = (a: unknown, b: unknown, round = 2) =>
    isSameReply(question, { ...by, value: a }, { verb: "answer", round, value: b });
  expect(isSame({ a: 1, b: [null, { c: "d" }] }, { b: [null, { c: "d" }], a: 1 })).toBe(true);
  expect(isSame("ab", "ab")).toBe(true);
  expect(isSame("ab", "ab", 3)).toBe(false);
  const different = [
    ["ab", { 0: "a", 1: "b" }],
    [["a"], { 0: "a" }],
    [[], {}],
    [null, {}],
    [1, "1"],
    [{ a: 1 }, { b: 1 }],
    [{ a: 1 }, { a: 1, b: 2 }],
    [{ a: undefined }, { b: 1 }],
    [
      ["a", "b"],
      ["b", "a"],
    ],
  ];
  for (const [a, b] of different) expect([a, b, isSame(a, b), isSame(b, a)]).toEqual([a, b, false, false]);
});

it("is checked against the schema if the verb needs that and the value may be valid", () => {
  expect(schemaToFit(question, { verb: "answer", value: 1 })).toBe(question.schema);
  expect(schemaToFit(question, { verb: "answer" })).toBeUndefined();
  expect(schemaToFit(question, { verb: "approve", value: 1 })).toBeUndefined();
  const most = "x".repeat(limits.replyValueBytes - 2);
  expect(schemaToFit(question, { verb: "answer", value: most })).toBe(question.schema);
  expect(schemaToFit(question, { verb: "answer", value: `${most}x` })).toBeUndefined();
});

it("can be given while one verb is left; in the last round `regenerate` is not", () => {
  const last = { ...question, maxRounds: 2 };
  expect(isAnswerable(last)).toBe(true);
  expect(isAnswerable({ ...last, verbs: ["regenerate"] })).toBe(false);
  expect(isAnswerable({ ...last, verbs: ["regenerate"], maxRounds: 3 })).toBe(true);
  expect(isAnswerable({ ...last, verbs: [] })).toBe(false);
});
