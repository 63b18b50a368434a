import { taskOutput } from "@callboard/core";
import { eventSchemas, producerOf } from "@callboard/functions";
import { outgoingEvents, outgoingEventTypes, PluginComplete, PluginRequested } from "@callboard/protocol";
import * as ofWorkflows from "@callboard/protocol/events";
import { Validator } from "@cfworker/json-schema";
import { describe, expect, it } from "vitest";
import {
  exampleOf,
  examplesFit,
  examplesOf,
  fieldsOf,
  isSchema,
  readPage,
  rowsUnder,
  type Schema,
  schemasOf,
} from "./protocol-examples.ts";

const taken = { ...ofWorkflows, PluginRequested, PluginComplete };
const page = readPage("docs/events.md");
const examples = examplesOf(page);
const kinds = examples.filter(({ violation }) => !violation).map(({ kind }) => kind);
const schema = eventSchemas();

/** Schemas that are parts of others, and so are tested by their examples. */
const parts = ["Candidate", "Digest", "FanOutPage"];

function schemaOf(kind: string): Schema | undefined {
  if (kind === "bus-event") return taken.BusEvent;
  const [family, name = ""] = kind.split(":");
  const known = { event: taken, out: outgoingEvents, inner: taken.innerEvents }[family ?? ""] ?? {};
  const found: unknown = Object.entries(known).find(([key]) => key === name)?.[1];
  return isSchema(found) ? found : undefined;
}

describe("each example of docs/events.md", () => {
  examplesFit(examples, schemaOf);

  it("is of a kind that is checked here", () => {
    const others = ["pattern", "reply-output", "serverless-video"];
    const unknown = examples.filter(({ kind }) => !schemaOf(kind) && !others.includes(kind));
    expect(unknown.map(({ line }) => line)).toEqual([]);
    expect(examples.length).toBeGreaterThan(40);
  });
});

describe("what Callboard accepts", () => {
  it.each(ofWorkflows.workflowEventTypes)("has a section and an example of %s", (type) => {
    expect(page).toContain(`\n### ${type}\n`);
    expect(kinds).toContain(`event:${type.replace(" ", "")}`);
  });

  const described = schemasOf(taken).filter(({ name }) => name !== "BusEvent" && !parts.includes(name));
  it.each(described)("names every field of $name", ({ name, schema: of }) => {
    expect(kinds).toContain(`event:${name}`);
    for (const field of fieldsOf(of)) expect(page).toMatch(new RegExp(`[\`"]${field}[\`"]`));
  });

  it("shows a progress event whose detail fits", () => {
    const { detail } = exampleOf(examples, "bus-event");
    expect(taken.ProgressReported.safeParse(detail).error).toBeUndefined();
  });

  it("shows an event of ServerlessVideo that becomes progress, as its table says", () => {
    const event = taken.BusEvent.parse(exampleOf(examples, "serverless-video"));
    const [told] = producerOf(event)?.translate(event) ?? [];
    if (told?.type !== "Progress Reported") throw new Error(`no progress: ${told?.type}`);
    const { detail: progress } = told;
    expect(progress).toMatchObject({ subject: "video/v_1", data: { compute: "ecs" } });
    const [row] = rowsUnder(page, "### ServerlessVideo's events").filter(([name]) =>
      name?.includes(event["detail-type"]),
    );
    expect(row?.join()).toContain(`\`${progress.step}\``);
    expect(row?.join()).toContain(`\`${progress.state}\``);
  });
});

describe("what Callboard tells others", () => {
  it.each(outgoingEventTypes)("has a row and an example of %s", (type) => {
    expect(rowsUnder(page, "## What Callboard tells others").map(([name]) => name)).toContain(type);
    expect(kinds).toContain(`out:${type}`);
  });

  it.each(examples.filter(({ kind }) => kind.startsWith("out:")))(
    "shows on line $line what the JSON Schemas accept",
    ({ kind, value }) => {
      const event = { source: "callboard", "detail-type": kind.slice("out:".length), detail: value };
      const { errors, valid } = new Validator(schema, "2020-12").validate(event);
      expect([valid, errors]).toEqual([true, []]);
      const { eventId: _, ...without } = value as { eventId: string };
      expect(new Validator(schema, "2020-12").validate({ ...event, detail: without }).valid).toBe(false);
    },
  );

  it("names every field of the events", () => {
    const fields = new Set(Object.values(outgoingEvents).flatMap((one) => Object.keys(one.def.shape)));
    for (const field of fields) expect(page).toMatch(new RegExp(`[\`"]${field}[\`"]`));
  });

  it("has JSON Schemas that are up to date with the schemas", () => {
    expect(JSON.parse(readPage("docs/events.schema.json"))).toEqual(schema);
  });
});

it.each(taken.innerEventTypes)("what Callboard tells itself has a row and an example of %s", (type) => {
  expect(rowsUnder(page, "## What Callboard tells itself").map(([name]) => name)).toContain(type);
  expect(kinds).toContain(`inner:${type}`);
});

it("docs/events.md shows the output that an execution really gets", () => {
  const shown = exampleOf(examples, "reply-output");
  const { requestId, ...reply } = shown;
  const request = { id: requestId, status: { state: "answered", reply } };
  expect(taskOutput(request as never)).toEqual(shown);
});
