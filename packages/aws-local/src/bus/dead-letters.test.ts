import { expect, it } from "vitest";
import { memoryStore } from "../store/index.ts";
import { QUEUE } from "../testing/bus-stage.ts";
import { addDeadLetter, listDeadLetters } from "./dead-letters.ts";

const letter = (n: number) => ({
  queueArn: n % 2 === 0 ? QUEUE : "arn:other",
  at: "2026-01-01T00:00:00.000Z",
  body: `{"n":${n}}`,
  attributes: {
    RULE_ARN: "r",
    TARGET_ARN: "t",
    ERROR_CODE: "TIMEOUT",
    ERROR_MESSAGE: "",
    RETRY_ATTEMPTS: "0",
  },
});

it("keeps the newest thousand dead letters of all queues, also when many come at once", async () => {
  const store = memoryStore();
  const add = (n: number) =>
    store.commit((view) => ({ writes: addDeadLetter(view, letter(n)), value: undefined }));
  await Promise.all(Array.from({ length: 1_101 }, (_, n) => add(n)));
  const kept = listDeadLetters(store);
  expect([kept.length, kept[0]?.body, kept.at(-1)?.body]).toEqual([1_000, '{"n":101}', '{"n":1100}']);
  expect(listDeadLetters(store, QUEUE)).toHaveLength(500);
  expect([...store.list({ prefix: ["bus"] })]).toHaveLength(1_000);
});
