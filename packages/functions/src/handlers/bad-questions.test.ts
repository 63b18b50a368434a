import { memoryStage } from "@callboard/core/testing";
import { BadEvent, type FeedbackRequested } from "@callboard/protocol";
import { describe, expect, it } from "vitest";
import { jsonSchemaAnswers } from "../aws/json-schema-answers.ts";
import { keptLog } from "../testing/spies.ts";
import { ingestHandler } from "./ingest.ts";

/** Takes a question in as it comes from the bus. */
function stage() {
  const memory = memoryStage({ schemas: jsonSchemaAnswers });
  const take = ingestHandler({ app: memory.app, log: keptLog().log });
  let n = 0;
  const ask = (asked: Partial<Record<keyof FeedbackRequested, unknown>>) =>
    take({
      id: `event-${n++}`,
      source: "orders",
      "detail-type": "Feedback Requested",
      time: new Date(memory.now()).toISOString(),
      resources: ["arn:aws:states:us-east-1:000000000000:execution:orders:run-1"],
      detail: {
        subject: "order/1",
        thread: "go",
        round: 1,
        taskToken: `token-${n}`,
        timeoutSeconds: 600,
        prompt: "Go ahead?",
        assignees: ["user/ana"],
        ...asked,
      },
    });
  return { memory, ask };
}

describe("a question with a default that no person could have given is a bad event that names the default", () => {
  it.each([
    [
      "answer against the schema",
      { verbs: ["answer"], schema: { type: "integer" }, default: { verb: "answer", value: "none" } },
    ],
    [
      "answer that lacks a field",
      { verbs: ["answer"], schema: { required: ["a"] }, default: { verb: "answer", value: {} } },
    ],
    [
      "pick without candidateId",
      { verbs: ["pick"], candidates: [{ id: "a", title: "A" }], default: { verb: "pick" } },
    ],
    ["edit without value", { verbs: ["edit"], default: { verb: "edit" } }],
    ["a verb that is not offered", { verbs: ["approve"], default: { verb: "reject" } }],
  ])("%s", async (_what, asked) => {
    const { memory, ask } = stage();
    const refused = expect(ask(asked)).rejects;
    await refused.toThrow(BadEvent);
    await expect(ask(asked)).rejects.toThrow(/default\./);
    expect(memory.requests.all()).toEqual([]);
  });
});

it("repeats nothing of a question in the reason for its refusal", async () => {
  const { ask } = stage();
  const reasons = await Promise.all(
    [
      { verbs: ["answer"], schema: { type: "secret" } },
      { verbs: ["answer"], schema: { pattern: "(?=secret)" } },
      { verbs: ["answer"], schema: { $ref: "secret" } },
      { verbs: ["answer"], schema: { $schema: "secret" } },
      { verbs: ["answer"], schema: { const: 1 }, default: { verb: "answer", value: "secret" } },
      { verbs: ["answer"], schema: { pattern: "^secret$" }, default: { verb: "answer", value: "x" } },
      { verbs: ["approve"], assignees: ["user/erased-secret"] },
    ].map((asked) => ask(asked).then(() => "taken", String)),
  );
  for (const reason of reasons) expect(reason).toMatch(/(schema|default|assignees)[.:]/);
  expect(reasons.join()).not.toContain("secret");
});
