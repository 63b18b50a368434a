import { BadEvent } from "@callboard/protocol";
import { expect, it } from "vitest";
import { reportingMistakes } from "./event-mistakes.ts";

function stage(outcome: () => Promise<void>) {
  const said: string[] = [];
  const kinds: string[] = [];
  let now = Date.UTC(2026, 0, 1);
  const say = (kind: string, line: string) => {
    kinds.push(kind);
    said.push(line);
  };
  const take = reportingMistakes(outcome, say, { now: () => now });
  const wait = (ms: number) => {
    now += ms;
  };
  return { said, kinds, take, wait };
}

const event = (detail: object, source = "my.app") => ({
  id: "7bf73129-1428-4cd3-a780-95db273d1602",
  source,
  "detail-type": "Feedback Requested",
  time: "2026-01-01T00:00:00Z",
  detail: { subject: "order/1", ...detail },
});
const principal = "a principal is user/<id> or role/<id>";
const refusing = (reason: string) =>
  stage(() => Promise.reject(new BadEvent(`named: ${reason}`, { cause: new BadEvent(reason) })));

it("names the event and its mistakes, and passes the failure on", async () => {
  const { said, take } = refusing('prompt: missing (is it meant by "promt"?); verbs: expected a list');
  await expect(take(event({}))).rejects.toThrow("named: prompt");
  expect(said).toEqual([
    'Feedback Requested of my.app about order/1 was not accepted: prompt: missing (is it meant by "promt"?); verbs: expected a list',
  ]);
});

it.each([
  ["ana", "write user/ana, not ana"],
  ["user:ana", "write user/ana, not user:ana"],
  ["Role/editors", "write role/editors, not Role/editors"],
  ["users/ana", "write user/ana, not users/ana"],
  ["ana@example.com", "write user/ana@example.com, not ana@example.com"],
  ["Ana Smith", principal],
  ["\u001b[2J", principal],
  [7, "write user/7, not 7"],
  [{}, principal],
])("says how to write a principal that is given as %j", async (name, mend) => {
  const { said, take } = refusing(`round: missing; assignees.1: ${principal}`);
  await take(event({ assignees: ["user/bo", name] })).catch(() => {});
  expect(said).toEqual([
    `Feedback Requested of my.app about order/1 was not accepted: round: missing; assignees.1: ${mend}`,
  ]);
});

it("prints a mistake once a minute, however often its event is retried", async () => {
  const { said, take, wait } = refusing("prompt: missing");
  for (let n = 0; n < 3; n++) await take(event({})).catch(() => {});
  expect(said).toHaveLength(1);
  wait(60_000);
  await take(event({})).catch(() => {});
  expect(said).toHaveLength(2);
});

it("groups mistakes by a kind that names no event", async () => {
  const { said, kinds, take } = refusing("prompt: missing");
  for (let n = 0; n < 3; n++) await take(event({ subject: `order/${n}` })).catch(() => {});
  expect(said).toHaveLength(3);
  expect(new Set(kinds)).toEqual(new Set(["an event was not accepted: prompt: missing"]));
});

it("prints nothing about a failure that is not a mistake, or about a correct event", async () => {
  const failing = stage(() => Promise.reject(new Error("the table is away")));
  await expect(failing.take(event({}))).rejects.toThrow("the table is away");
  const taking = stage(() => Promise.resolve());
  await taking.take(event({ more: 1, whatever: 2 }));
  expect([failing.said, taking.said]).toEqual([[], []]);
});

it("names the fields of an accepted event that may be misspelt", async () => {
  const { said, take } = stage(() => Promise.resolve());
  await take(event({ timeoutSecond: 60, canditates: [], labels: { aprove: "Yes" } }));
  expect(said).toEqual([
    'Feedback Requested of my.app about order/1 was accepted without unknown fields: "timeoutSecond" (is timeoutSeconds meant?); "aprove" (is labels.approve meant?); "canditates" (is candidates meant?)',
  ]);
});

it("names the fields of an accepted event that were left out because of their type", async () => {
  const { said, take } = stage(() => Promise.resolve());
  const asked = { thread: "t", round: 1, taskToken: "x", prompt: "Yes?", verbs: ["approve"] };
  await take(event({ ...asked, assignees: ["user/ana"], title: 7, lang: null, labels: { approve: {} } }));
  expect(said).toEqual([
    "Feedback Requested of my.app about order/1 was accepted without fields of the wrong type: title; labels.approve",
  ]);
});

it("prints no control characters of an event at the terminal", async () => {
  const { said, take } = refusing("subject: a subject is <kind>/<id>, such as video/v_1");
  await take(event({ subject: "order\u001b[2J" }, "\u001b]0;evil\u0007")).catch(() => {});
  await take("no event").catch(() => {});
  expect(said).toEqual([
    "Feedback Requested was not accepted: subject: a subject is <kind>/<id>, such as video/v_1",
    "An event was not accepted: subject: a subject is <kind>/<id>, such as video/v_1",
  ]);
});
