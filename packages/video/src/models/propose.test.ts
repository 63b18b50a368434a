import { expect, it } from "vitest";
import { proposePhrases, proposeSentences } from "./propose.ts";

const transcript = `Every theatre has a board near the stage door, and everybody who works in the house reads it.
It is called the callboard. Nobody has to phone around, because whoever comes in reads the board.
A cloud workflow needs the same thing. The workflow has to stop and ask a question, and then it has to wait.
Step Functions has an answer to this, and it is called the task token.
The task token works like the ticket of a cloakroom: whoever brings the ticket gets the coat.
You must never leave the cloakroom ticket lying around. A browser tab is closed and the question is lost for good.
When two editors answer the question in the same second, the table lets exactly one of them win.
The callboard shows what is true now. Nobody in the company has to guess.`;

const ask = { transcript, hint: "", earlier: [] };
const methods = [
  ["sentences", proposeSentences],
  ["phrases", proposePhrases],
] as const;

it.each(methods)("proposes three different titles of the talk's own words (%s)", (_, propose) => {
  const proposals = propose(ask);
  expect(new Set(proposals.map(({ title }) => title)).size).toBe(3);
  for (const { title, description } of proposals) {
    expect(title.length).toBeLessThanOrEqual(80);
    expect(title).toMatch(/^\p{Lu}.*[^\s.,;:]$/u);
    expect(transcript.replace(/\s+/g, " ")).toContain(description.split(". ")[0]!.replace(/\.$/, ""));
  }
});

it.each(methods)(
  "proposes the same for the same talk, and others after the earlier ones (%s)",
  (_, propose) => {
    const first = propose(ask).map(({ title }) => title);
    expect(propose(ask).map(({ title }) => title)).toEqual(first);
    const second = propose({ ...ask, earlier: first }).map(({ title }) => title);
    expect(second.length).toBeGreaterThan(0);
    expect(second.filter((title) => first.includes(title))).toEqual([]);
  },
);

it.each(methods)("proposes what the talk says about a hint (%s)", (_, propose) => {
  const plain = propose(ask).map(({ title }) => title);
  const hinted = propose({ ...ask, hint: "Something about the cloakroom, please" }).map(({ title }) => title);
  expect(hinted).not.toEqual(plain);
  for (const title of hinted) expect(title.toLowerCase()).toContain("cloakroom");
});

it.each(methods)("includes a hint's words even when the talk does not (%s)", (_, propose) => {
  for (const { title } of propose({ ...ask, hint: "mention elephants" }))
    expect(title).toMatch(/^Elephants: /);
});

it.each(methods)("gives shorter titles on request (%s)", (_, propose) => {
  const words = (proposals: { title: string }[]) =>
    proposals.reduce((sum, { title }) => sum + title.split(" ").length, 0) / proposals.length;
  expect(words(propose({ ...ask, hint: "shorter!" }))).toBeLessThan(words(propose(ask)));
});

it.each(methods)(
  "finds a title for a talk of one word, of another script, or without full stops (%s)",
  (_, propose) => {
    const talks = ["Hello", "今日は雨が降っています。明日は晴れるでしょう。", "word ".repeat(4000), "!!!"];
    for (const talk of talks) {
      const [first] = propose({ ...ask, transcript: talk });
      expect(first!.title.length).toBeGreaterThan(0);
      expect(first!.title.length).toBeLessThanOrEqual(80);
      expect(first!.description.length).toBeLessThanOrEqual(300);
    }
  },
);

it.each(methods)("reads a talk of 100 KB in a moment (%s)", (_, propose) => {
  const long = Array.from(
    { length: 1500 },
    (_, n) => `The speaker number ${n} opens chapter x${n % 97} of book y${n % 31}.`,
  );
  expect(propose({ ...ask, transcript: long.join(" ") })).not.toEqual([]);
});
