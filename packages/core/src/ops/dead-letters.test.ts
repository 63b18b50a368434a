import type { BusEvent } from "@callboard/protocol";
import { expect, it } from "vitest";
import type { EventResender } from "../ports/ops.ts";
import { memoryDeadLetterQueue } from "../testing/memory-dead-letter-queue.ts";
import { dropDeadLetter, listDeadLetters, resendDeadLetters } from "./dead-letters.ts";

const secret = "AQCEAAAAKgAAAAMAAAAA";
const words = "What should it be called?";

const event = (more: Partial<BusEvent> = {}): BusEvent => ({
  id: "ev1",
  source: "video.workflow",
  "detail-type": "Feedback Requested",
  time: "2026-01-01T10:00:00Z",
  resources: ["arn:aws:states:us-east-1:123456789012:execution:post-processing:v_1"],
  detail: { subject: "video/v_1", taskToken: secret, prompt: words },
  ...more,
});

const rule = (name: string) => `arn:aws:events:us-east-1:123456789012:rule/${name}`;

const undelivered = (
  id: string,
  body: unknown,
  sentAt = 1,
  RULE_ARN = rule("callboard/workflow-events"),
) => ({
  id,
  sentAt,
  body: JSON.stringify(body),
  attributes: { ERROR_CODE: "NO_PERMISSIONS", ERROR_MESSAGE: "not allowed to invoke", RULE_ARN },
});

const failed = (
  id: string,
  requestPayload: unknown,
  errorType: string,
  errorMessage: string,
  sentAt = 2,
) => ({
  id,
  sentAt,
  body: JSON.stringify({
    version: "1.0",
    timestamp: "2026-01-01T10:00:09.000Z",
    requestContext: {
      requestId: id,
      functionArn: "arn",
      condition: "RetriesExhausted",
      approximateInvokeCount: 3,
    },
    requestPayload,
    responsePayload: { errorType, errorMessage },
  }),
});

function stage(parts: { undelivered?: object[]; failed?: object[] }, refusal?: string) {
  const queues = {
    undelivered: memoryDeadLetterQueue((parts.undelivered ?? []) as never),
    failed: memoryDeadLetterQueue((parts.failed ?? []) as never),
  };
  const sent: { event: BusEvent; bus: string }[] = [];
  const resender: EventResender = {
    async resend(event, bus) {
      if (refusal === "throws") throw new Error("no way");
      if (refusal) return { outcome: "refused", code: refusal };
      sent.push({ event, bus });
      return { outcome: "sent" };
    },
  };
  const busOf = ({ source }: BusEvent) => (source === "their.app" ? "default" : "callboard");
  return { ports: { queues, resender, busOf } as const, queues, sent };
}

it("lists both queues, the oldest first, with the reason and what can be done, and hides no message", async () => {
  const own = event({
    source: "callboard",
    "detail-type": "Request Due",
    detail: { requestId: "req_0123456789ab" },
  });
  const { ports, queues } = stage({
    undelivered: [undelivered("m2", own, 5)],
    failed: [failed("m1", event(), "BadEvent", "Feedback Requested ev1: assignees: required")],
  });
  const { letters, more } = await listDeadLetters(ports);
  expect(more).toBe(false);
  expect(letters).toEqual([
    {
      id: "m1",
      kind: "failed",
      at: 2,
      event: {
        id: "ev1",
        detailType: "Feedback Requested",
        source: "video.workflow",
        time: "2026-01-01T10:00:00Z",
        about: "video/v_1",
      },
      reason: { code: "BadEvent", message: "Feedback Requested ev1: assignees: required" },
      remedy: "resend",
    },
    {
      id: "m2",
      kind: "undelivered",
      at: 5,
      event: expect.objectContaining({ source: "callboard", about: "req_0123456789ab" }),
      reason: { code: "NO_PERMISSIONS", message: "not allowed to invoke", rule: "callboard/workflow-events" },
      remedy: "by_itself",
    },
  ]);
  expect(queues.failed.hidden()).toEqual([]);
});

it("never shows an event's content, or an error's message that may repeat it", async () => {
  const misnamed = event({ detail: { subject: words, requestId: secret } });
  const { ports } = stage({
    undelivered: [undelivered("m1", event())],
    failed: [
      failed("m2", event(), "SyntaxError", `Unexpected token in "${words}"`),
      failed("m3", misnamed, "ValidationException", `Value '${secret}' at 'taskToken' is not valid`),
    ],
  });
  const shown = JSON.stringify(await listDeadLetters(ports));
  expect(shown).not.toContain(secret);
  expect(shown).not.toContain(words);
  expect(shown).toContain("SyntaxError");
});

it.each([
  ["no JSON at all", "{", { code: "unknown" }],
  ["no record of Lambda", "{}", { code: "unknown" }],
  [
    "an invocation that ran out of time",
    JSON.stringify({
      requestContext: { condition: "RetriesExhausted" },
      responsePayload: { errorMessage: "2026-01-01T10:00:00Z 1f Task timed out after 30.00 seconds" },
    }),
    { code: "RetriesExhausted", message: "Task timed out after 30.00 seconds" },
  ],
])("lists %s as something that cannot be put again", async (_, body, reason) => {
  const { ports } = stage({ failed: [{ id: "m1", body }] });
  expect((await listDeadLetters(ports)).letters).toEqual([
    { id: "m1", kind: "failed", reason, remedy: "drop" },
  ]);
});

it("puts an event again as it was, and then deletes its message", async () => {
  const { ports, queues, sent } = stage({
    undelivered: [undelivered("m1", event()), undelivered("m2", event({ id: "ev2" }))],
  });
  const { resent, kept } = await resendDeadLetters(ports, "m2");
  expect(resent.map(({ id }) => id)).toEqual(["m2"]);
  expect(kept).toEqual([]);
  expect(sent).toEqual([{ event: event({ id: "ev2" }), bus: "callboard" }]);
  expect(queues.undelivered.ids()).toEqual(["m1"]);
  expect(queues.undelivered.hidden()).toEqual([]);
});

it("puts every event again that can be, each on its own bus, and leaves the others", async () => {
  const { ports, queues, sent } = stage({
    undelivered: [
      undelivered("m1", event({ source: "callboard" })),
      undelivered("m2", event({ source: "aws.states" }), 1, rule("execution-ended")),
      undelivered("m3", event(), 1, rule("serverless-video")),
      undelivered("m4", {}),
    ],
    failed: [
      failed("m5", event(), "Sandbox.Timedout", "x"),
      failed("m6", event({ source: "their.app" }), "BadEvent", "x"),
    ],
  });
  const { resent, kept } = await resendDeadLetters(ports);
  expect(resent.map(({ id }) => id)).toEqual(["m3", "m5", "m6"]);
  expect(kept.map(({ letter }) => [letter.id, letter.remedy])).toEqual([
    ["m1", "by_itself"],
    ["m2", "drop"],
    ["m4", "drop"],
  ]);
  expect(sent.map(({ bus }) => bus)).toEqual(["default", "callboard", "default"]);
  expect([...queues.undelivered.ids(), ...queues.failed.ids()]).toEqual(["m1", "m2", "m4"]);
});

it("keeps a message whose event the bus refused, and names the code", async () => {
  const { ports, queues } = stage({ failed: [failed("m1", event(), "E", "x")] }, "ThrottlingException");
  expect((await resendDeadLetters(ports)).kept).toMatchObject([{ refused: "ThrottlingException" }]);
  expect(queues.failed.ids()).toEqual(["m1"]);
});

it("releases the messages when the bus cannot be reached", async () => {
  const { ports, queues } = stage({ failed: [failed("m1", event(), "E", "x")] }, "throws");
  await expect(resendDeadLetters(ports)).rejects.toThrow("no way");
  expect(queues.failed.ids()).toEqual(["m1"]);
  expect(queues.failed.hidden()).toEqual([]);
});

it("drops only the message with the given id", async () => {
  const { ports, queues } = stage({ undelivered: [undelivered("m1", {}), undelivered("m2", {})] });
  expect((await dropDeadLetter(ports, "m1"))?.id).toBe("m1");
  expect(await dropDeadLetter(ports, "m1")).toBeUndefined();
  expect(queues.undelivered.ids()).toEqual(["m2"]);
});

it("works with one queue if the other is not known", async () => {
  const { ports, queues } = stage({ failed: [failed("m1", event(), "E", "x")] });
  const { letters } = await listDeadLetters({ ...ports, queues: { failed: queues.failed } });
  expect(letters).toHaveLength(1);
});
