import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { QUEUE, temporaryDirectory } from "../testing/bus-stage.ts";
import { openDeadLetters } from "./dead-letters.ts";

const letter = (n: number) => ({
  queueArn: QUEUE,
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

it("keeps the newest 5,000 letters, in memory and in a file that does not grow for ever", async () => {
  const path = join(await temporaryDirectory(), "dead-letters.jsonl");
  const letters = await openDeadLetters(path);
  await Promise.all(Array.from({ length: 10_001 }, (_, n) => letters.add(letter(n))));
  expect(letters.list()).toHaveLength(5_000);
  expect(letters.list(QUEUE).at(-1)).toMatchObject({ body: '{"n":10000}' });
  await letters.close();
  expect((await readFile(path, "utf8")).trimEnd().split("\n").length).toBeLessThan(10_000);

  const reopened = await openDeadLetters(path);
  expect(reopened.list()).toEqual(letters.list());
  await reopened.close();
});
