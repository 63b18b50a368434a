import { memoryStage } from "@callboard/core/testing/memory-stage.ts";
import { jwtTokens } from "@callboard/functions";
import { answerMessage } from "@callboard/functions/answer-message";
import {
  ClientMessage,
  errorCodes,
  Item,
  limits,
  needs,
  Position,
  parseClientMessage,
  refusalCodes,
  ServerMessage,
  Subscribe,
  Subscribed,
  subscribeErrors,
  verbs,
} from "@callboard/protocol";
import { exportJWK, generateKeyPair, SignJWT } from "jose";
import { describe, expect, it } from "vitest";
import {
  exampleOf,
  examplesFit,
  examplesOf,
  optionsOf,
  readPage,
  rowsUnder,
  type Schema,
} from "./protocol-examples.ts";
import { interfacesOf, literalsOf, shapeOf } from "./protocol-shapes.ts";

const page = readPage("PROTOCOL.md");
const examples = examplesOf(page);
const shapes = interfacesOf(page);

type Union = typeof ClientMessage | typeof ServerMessage;
const messagesOf = (union: Union) =>
  union.def.options.map((schema) => ({ type: [...schema.shape.type.def.values][0] as string, schema }));
const fromClient = messagesOf(ClientMessage);
const fromServer = messagesOf(ServerMessage);

const examplesOfType = (kind: string, type: string) =>
  examples.filter(
    (one) => one.kind === kind && !one.violation && (one.value as { type: string }).type === type,
  );

describe("each example of PROTOCOL.md", () => {
  const schemas: Record<string, Schema> = { client: ClientMessage, server: ServerMessage, item: Item };
  examplesFit(
    examples.filter(({ violation }) => !violation),
    (kind) => schemas[kind],
  );

  it.each(examples.filter(({ violation }) => violation))(
    "at line $line is refused as $violation",
    ({ value, violation }) => {
      const parsed = parseClientMessage(JSON.stringify(value));
      expect(parsed).toMatchObject({ ok: false, error: { type: "error", code: violation } });
    },
  );

  it("is of a kind that is checked here", () => {
    const unknown = examples.filter(({ kind }) => !schemas[kind] && kind !== "gateway");
    expect(unknown.map(({ line }) => line)).toEqual([]);
  });

  it("shows a frame without a type as the gateway's own", () => {
    expect(exampleOf(examples, "gateway")).not.toHaveProperty("type");
  });
});

describe.each([
  { kind: "client", direction: "C → S", messages: fromClient },
  { kind: "server", direction: "S → C", messages: fromServer },
])("PROTOCOL.md describes the $kind's", ({ kind, direction, messages }) => {
  it.each(messages)("$type with its fields and an example", ({ type, schema }) => {
    expect(page).toContain(`\n### \`${type}\`\n`);
    expect(shapes.get(type)).toEqual(shapeOf(schema));
    expect(examplesOfType(kind, type)).not.toEqual([]);
  });

  it("messages in its index, each with its direction or as an answer", () => {
    const rows = rowsUnder(page, "## Index of messages").slice(1);
    const told = rows.flatMap(([link, way, answer]) => {
      if (kind === "client") return way === direction ? [link] : [];
      return [...(way === direction ? [link] : []), ...(answer ? [answer] : [])];
    });
    const names = told.map((link = "") => /\[`?(\w+)/.exec(link)?.[1]);
    expect(new Set(names)).toEqual(new Set(messages.map(({ type }) => type)));
  });
});

it.each([
  { name: "Position", schema: Position },
  { name: "Subscribe", schema: Subscribe },
  { name: "Item", schema: Item },
])("PROTOCOL.md describes $name, which messages share", ({ name, schema }) => {
  expect(shapes.get(name)).toEqual(shapeOf(schema));
});

it("PROTOCOL.md describes both answers to a subscribe", () => {
  const told = Subscribed.def.options.map((option) => shapeOf(option));
  expect(literalsOf(page, "Subscribed")).toEqual(told);
});

describe("the tables of PROTOCOL.md mirror the code:", () => {
  const body = (heading: string) => rowsUnder(page, heading).slice(1);

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
  });

  it("every reason not to follow a channel", () => {
    expect(body("### `subscribed`")).toEqual(Object.entries(subscribeErrors));
  });

  it("every way to say goodbye", () => {
    const [bye] = fromServer.filter(({ type }) => type === "bye");
    const shape = bye?.schema.shape as { code?: Schema } | undefined;
    const codes = optionsOf(shape?.code);
    expect(codes.length).toBeGreaterThan(0);
    expect(body("### Goodbye codes").map(([code]) => code)).toEqual(codes);
  });

  it("the limits that clients are held to", () => {
    for (const limit of ["clientMessageBytes", "serverMessageBytes", "replyValueBytes"] as const)
      expect(page).toContain(`${limits[limit].toLocaleString("en-US")} bytes`);
    expect(page).toContain(`More than ${limits.channelsPerMessage} channels`);
    expect(page).toContain(`${limits.commentLength.toLocaleString("en-US")} characters`);
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
    const [shown] = examplesOfType("server", "welcome");
    const { user, inboxes, heartbeatMs, limits: told, features } = real;
    expect(shown?.value).toMatchObject({ user, inboxes, heartbeatMs, features });
    expect(shown).toHaveProperty("value.limits", told);
  });
});

it("docs/identity.md shows the claims of a token that is valid", async () => {
  const claims = exampleOf(examplesOf(readPage("docs/identity.md")), "claims");
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

describe("these tests", () => {
  it("name the line of an example without a kind, and of one that is not JSON", () => {
    expect(() => examplesOf("a\n```json\n{}\n```\n")).toThrow("line 2");
    expect(() => examplesOf("```json client\n{\n```\n")).toThrow("line 1");
  });

  it("read tables row by row", () => {
    const table = "## A\n\n| x   | y |\n| --- | --- |\n| `a` | b \\| c |\n\n## B\n\n| z |\n";
    expect(rowsUnder(table, "## A")).toEqual([
      ["x", "y"],
      ["a", "b \\| c"],
    ]);
  });

  it("read the fields of an interface, and which may be absent", () => {
    const text = '```ts\ninterface A { type: "a"; b?: Record<string, { c: number }>;\n  d: string }\n```\n';
    expect(interfacesOf(text).get("a")).toEqual(["b?", "d", "type"]);
    expect(interfacesOf(text).get("A")).toEqual(["b?", "d", "type"]);
  });

  it("keep PROTOCOL.md short enough to be read at once", () => {
    expect(page.split(/\s+/).filter(Boolean).length).toBeLessThanOrEqual(4000);
  });
});
