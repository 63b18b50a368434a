import { readFileSync } from "node:fs";
import { taskOutput } from "@callboard/core";
import { memoryStage } from "@callboard/core/testing/memory-stage.ts";
import { jwtTokens, producerOf } from "@callboard/functions";
import { answerMessage } from "@callboard/functions/answer-message";
import {
  ClientMessage,
  errorCodes,
  Item,
  limits,
  needs,
  PluginComplete,
  PluginRequested,
  parseClientMessage,
  refusalCodes,
  ServerMessage,
  subscribeErrors,
  verbNames,
  verbs,
} from "@callboard/protocol";
import * as ofWorkflows from "@callboard/protocol/events";
import * as values from "@callboard/protocol/values";
import { exportJWK, generateKeyPair, SignJWT } from "jose";
import { describe, expect, it } from "vitest";
import { type Example, examplesOf, rowsUnder } from "./protocol-examples.ts";

const events = { ...ofWorkflows, PluginRequested, PluginComplete };
const document = readFileSync(new URL("../PROTOCOL.md", import.meta.url), "utf8");
const examples = examplesOf(document);

/** A schema, as far as this test needs to know one. */
interface Schema {
  safeParse(value: unknown): { success: boolean; error?: { issues: { path: PropertyKey[] }[] } };
}
const isSchema = (value: unknown): value is Schema => typeof (value as Schema)?.safeParse === "function";
const schemasOf = (module: object) => Object.entries(module).filter(([, value]) => isSchema(value));

const typesOf = (union: typeof ClientMessage | typeof ServerMessage): string[] =>
  union.def.options.flatMap(({ shape: { type } }) => {
    const { values = [], entries = {} } = type.def as { values?: readonly string[]; entries?: object };
    return [...values, ...Object.keys(entries)];
  });

/** Schemas that are parts of others, and so are seen in their examples. */
const parts = [
  "Time",
  "Person",
  "Source",
  "Labels",
  "Digest",
  "StoredObject",
  "PictureObject",
  "MediaObject",
  "CaptionsObject",
  "ReleasedMedia",
  "DefaultReply",
  "RecordedReply",
  "Candidate",
  "FanOutPage",
];

function schemaOf({ kind }: Example): Schema | undefined {
  const [family, name = ""] = kind.split(":");
  if (kind === "client") return ClientMessage;
  if (kind === "server") return ServerMessage;
  if (kind === "item") return Item;
  if (kind === "bus-event") return events.BusEvent;
  const known = { event: events, out: events.innerEvents, value: values }[family ?? ""] ?? {};
  const schema: unknown = Object.entries(known).find(([key]) => key === name)?.[1];
  return isSchema(schema) ? schema : undefined;
}

const named = (kind: string) => examples.filter((example) => example.kind === kind && !example.violation);
const only = (kind: string) => {
  const [example, ...others] = named(kind);
  expect(others).toEqual([]);
  return example?.value as Record<string, never>;
};

describe("each example of PROTOCOL.md", () => {
  it.each(examples.filter((example) => schemaOf(example) && !example.violation))(
    "at line $line is a $kind",
    (example) => {
      expect(schemaOf(example)?.safeParse(example.value).error?.issues).toBeUndefined();
    },
  );

  it.each(examples.filter((example) => example.violation && example.kind === "client"))(
    "at line $line is refused as $violation",
    ({ value, violation }) => {
      const parsed = parseClientMessage(JSON.stringify(value));
      expect(parsed).toMatchObject({ ok: false, error: { type: "error", code: violation } });
    },
  );

  it.each(examples.filter((example) => example.violation && example.kind !== "client"))(
    "at line $line is a bad $kind for its $violation",
    (example) => {
      const issues = schemaOf(example)?.safeParse(example.value).error?.issues ?? [];
      expect(issues).toHaveLength(1);
      expect(issues[0]?.path.join(".")).toMatch(new RegExp(`^${example.violation}(\\.|$)`));
    },
  );

  it("is of a kind that is checked here", () => {
    const others = ["gateway", "claims", "reply-output", "serverless-video"];
    expect(examples.filter((e) => !schemaOf(e) && !others.includes(e.kind)).map((e) => e.line)).toEqual([]);
    expect(examples.length).toBeGreaterThan(45);
  });

  it("shows a frame without a type as the gateway's own", () => {
    expect(only("gateway")).not.toHaveProperty("type");
  });

  it("shows a progress event whose detail fits", () => {
    expect(events.ProgressReported.safeParse(only("bus-event").detail).error).toBeUndefined();
  });

  it("shows an event of ServerlessVideo that becomes progress, as its table says", () => {
    const event = events.BusEvent.parse(only("serverless-video"));
    const [told] = producerOf(event)?.translate(event) ?? [];
    if (told?.type !== "Progress Reported") throw new Error(`no progress: ${told?.type}`);
    const { detail: progress } = told;
    expect(progress).toMatchObject({ subject: "video/v_1", data: { compute: "ecs" } });
    const [row] = rowsUnder(document, "### ServerlessVideo's events").filter(([name]) =>
      name?.includes(event["detail-type"]),
    );
    expect(row?.join()).toContain(`\`${progress.step}\``);
    expect(row?.join()).toContain(`\`${progress.state}\``);
  });

  it("shows the output that an execution really gets", () => {
    const { requestId, ...reply } = only("reply-output");
    const request = { id: requestId, status: { state: "answered", reply } };
    expect(taskOutput(request as never)).toEqual(only("reply-output"));
  });

  it("shows the claims of a token that is valid", async () => {
    const claims = only("claims");
    const { publicKey, privateKey } = await generateKeyPair("ES256");
    const token = await new SignJWT(claims).setProtectedHeader({ alg: "ES256" }).sign(privateKey);
    const verify = jwtTokens({
      keys: { keys: [await exportJWK(publicKey)] },
      now: () => Number(claims.exp) * 1000 - 1,
    });
    expect(await verify(token)).toEqual({
      outcome: "valid",
      caller: {
        id: claims.sub,
        name: claims.name,
        roles: ["role/editors"],
        capabilities: claims["callboard:caps"],
        expiresAt: Number(claims.exp) * 1000,
      },
    });
  });
});

describe("PROTOCOL.md has a section, an example and the field names of", () => {
  it.each(typesOf(ClientMessage))("the client's %s", (type) => {
    expect(document).toContain(`\n### \`${type}\`\n`);
    expect(named("client").filter(({ value }) => (value as { type: string }).type === type)).not.toEqual([]);
  });

  it.each(typesOf(ServerMessage))("the server's %s", (type) => {
    expect(document).toContain(`\n### \`${type}\`\n`);
    expect(named("server").filter(({ value }) => (value as { type: string }).type === type)).not.toEqual([]);
  });

  it.each(events.innerEventTypes)("%s, which Callboard puts for itself", (type) => {
    expect(rowsUnder(document, "## On the bus: what Callboard puts").map(([name]) => name)).toContain(type);
    expect(named(`out:${type}`)).not.toEqual([]);
  });

  it.each(events.workflowEventTypes)("%s, which workflows put", (type) => {
    expect(document).toContain(`\n### ${type}\n`);
    expect(named(`event:${type.replace(" ", "")}`)).not.toEqual([]);
  });

  const taken = schemasOf(events).filter(([name]) => name !== "BusEvent" && !parts.includes(name));
  it.each(taken.map(([name, schema]) => ({ name, schema })))("$name, which it takes", ({ name, schema }) => {
    expect(named(`event:${name}`)).not.toEqual([]);
    for (const field of fieldsOf(schema)) expect(document).toMatch(new RegExp(`[\`"]${field}[\`"]`));
  });

  it.each(schemasOf(values).map(([name, schema]) => ({ name, schema })))(
    "the value $name",
    ({ name, schema }) => {
      if (parts.includes(name)) return expect(optionsOf(schema)).toEqual([]);
      const options = optionsOf(schema);
      for (const option of options) expect(document).toContain(`\`${option}\``);
      if (options.length > 0) return;
      expect(rowsUnder(document, "## Keys and values").map(([, , value]) => value)).toContain(name);
      expect(named(`value:${name}`)).not.toEqual([]);
      for (const field of fieldsOf(schema)) expect(document).toMatch(new RegExp(`[\`"]${field}[\`"]`));
    },
  );
});

describe("the tables of PROTOCOL.md mirror the code:", () => {
  const body = (heading: string) => rowsUnder(document, heading).slice(1);

  it("every error code with what to do and what it says", () => {
    const rows = Object.entries(errorCodes).map(([code, { retry, message }]) => [code, retry, message]);
    expect(body("### Error codes")).toEqual(rows);
  });

  it("every refusal code with what it says", () => {
    const rows = body("### Refusal codes").map(([code, , meaning]) => [code, meaning]);
    expect(rows).toEqual(Object.entries(refusalCodes));
  });

  it("every verb with what it needs and means", () => {
    const rows = Object.entries(verbs).map(([verb, { needs: of, meaning }]) => [
      verb,
      of.map((need) => needs[need]).join(", "),
      meaning,
    ]);
    expect(body("### `reply`")).toEqual(rows);
    expect(document).toContain(verbNames.map((verb) => `\`${verb}\``).join(", "));
  });

  it("every reason not to follow a channel", () => {
    expect(body("### `subscribed`")).toEqual(Object.entries(subscribeErrors));
  });

  it("every way to say goodbye", () => {
    const codes = ServerMessage.def.options
      .filter((option) => option.shape.type.def.values[0] === "bye")
      .flatMap((option) => optionsOf((option.shape as unknown as { code: Schema }).code));
    expect(codes.length).toBeGreaterThan(0);
    expect(body("### Goodbye codes").map(([code]) => code)).toEqual(codes);
  });

  it("every limit with its value", () => {
    const rows = body("## Limits").map(([name, value]) => [name, value]);
    expect(rows).toEqual(
      Object.entries(limits).map(([name, value]) => [name, value.toLocaleString("en-US")]),
    );
  });

  it("the welcome that a client really gets", async () => {
    const stage = memoryStage();
    const caller = {
      id: "ana",
      name: "Ana",
      roles: ["role/editors" as const],
      capabilities: [],
      expiresAt: 1e15,
    };
    const hello = { type: "hello" as const, id: "m1", client: "test" };
    const connected = { connectionId: "c1", caller };
    const real = await answerMessage(stage.app, connected, hello, stage.now());
    if (real.type !== "welcome") throw new Error(`no welcome: ${real.type}`);
    const shown = named("server").find(({ value }) => (value as { type: string }).type === "welcome")?.value;
    const { user, inboxes, heartbeatMs, limits: told, features } = real;
    expect(shown).toMatchObject({ user, inboxes, heartbeatMs, features });
    expect((shown as typeof real).limits).toEqual(told);
  });
});

describe("this test", () => {
  it("names the line of an example without a kind, and of one that is not JSON", () => {
    expect(() => examplesOf("a\n```json\n{}\n```\n")).toThrow("line 2");
    expect(() => examplesOf("```json client\n{\n```\n")).toThrow("line 1");
  });

  it("reads tables row by row", () => {
    const table = "## A\n\n| x   | y |\n| --- | --- |\n| `a` | b \\| c |\n\n## B\n\n| z |\n";
    expect(rowsUnder(table, "## A")).toEqual([
      ["x", "y"],
      ["a", "b \\| c"],
    ]);
  });
});

/** The fields of an object's schema; none for any other schema. */
function fieldsOf(schema: unknown): string[] {
  return Object.keys((schema as { def: { shape?: object } }).def.shape ?? {});
}

/** The words of an enumeration; none for any other schema. */
function optionsOf(schema: unknown): string[] {
  return Object.keys((schema as { def: { entries?: object } }).def.entries ?? {});
}
