import { BusEvent } from "@callboard/protocol";
import { expect, it } from "vitest";
import { busEvent } from "../testing/bus-event.ts";
import { busRules, producerOf } from "./index.ts";

const arns = ["arn:aws:states:eu-central-1:123456789012:stateMachine:post-processing"];
const event = (source: string, type: string, detail: object = {}) =>
  BusEvent.parse(busEvent(source, type, detail));

it("has each rule under a name of its own, by which deployments know it", () => {
  const rules = busRules(arns);
  expect(new Set(rules.map(({ name }) => name)).size).toBe(rules.length);
  expect(rules.map(({ bus, name, target }) => `${bus} ${name} → ${target}`)).toEqual(
    expect.arrayContaining([
      "callboard fan-out → fanout",
      "callboard relay → relay",
      "callboard request-changed → ingest",
      "callboard workflow-events → ingest",
      "default execution-ended → ingest",
      "default execution-redriven → ingest",
      "default serverless-video → ingest",
      "callboard plugin-requested → plugins",
      "callboard turn-changed → plugins",
      "default plugin-complete → plugins",
    ]),
  );
});

it("knows whose an event is by all that a rule's pattern asks of its source and type", () => {
  const known = busRules(arns).filter(({ only }) => only !== "plugins");
  for (const { bus, pattern } of known) {
    const { source = ["orders.app"], "detail-type": types = ["anything"] } = pattern as {
      source?: (string | { prefix: string })[];
      "detail-type"?: string[];
    };
    for (const one of source)
      for (const type of types) {
        const from = typeof one === "string" ? one : `${one.prefix}x`;
        expect([from, type, producerOf(event(from, type))?.bus]).toEqual([from, type, bus]);
      }
  }
});

it.each([
  ["Callboard's name", "Request Changed", "somebody"],
  ["Step Functions' name", "Progress Reported", "aws.states"],
])("accepts no event of others under %s", (_, type, source) => {
  const put = event(source, type, { requestId: "req_000000000001", version: 1 });
  expect(producerOf(put)?.translate(put) ?? []).toEqual([]);
});

it("leaves to others what Callboard puts for them", () => {
  expect(producerOf(event("callboard", "Feedback Relayed"))).toBeUndefined();
});

it("accepts a workflow's event whatever its source, Callboard's own included", () => {
  const detail = { subject: "video/v_1", step: "mp4", state: "started", at: Date.UTC(2026, 0, 1) };
  for (const source of ["video.post-processing", "callboard"]) {
    const put = event(source, "Progress Reported", detail);
    expect(producerOf(put)?.translate(put)).toEqual([{ type: "Progress Reported", detail, unknown: 0 }]);
  }
});
