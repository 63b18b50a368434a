import { readFileSync } from "node:fs";
import {
  ana,
  connectionOf,
  executionArn,
  memoryStage,
  viewer,
} from "@callboard/core/testing/memory-stage.ts";
import { openApiDocument, requestsHandler } from "@callboard/functions";
import {
  answerRoutes,
  httpErrors,
  limits,
  refusalStatus,
  requestRoutes,
  settingsRoutes,
  type Verb,
  videoRoutes,
} from "@callboard/protocol";
import { Validator } from "@cfworker/json-schema";
import { describe, expect, it } from "vitest";
import { answerCases } from "./openapi-answers.ts";
import { settingsCases } from "./openapi-settings.ts";
import {
  behindGateway,
  type Call,
  type Case,
  document,
  type Json,
  type Limits,
  operations,
} from "./openapi-stage.ts";
import { videoCases } from "./openapi-videos.ts";

/** The handler of requests behind a gateway, in memory. */
async function running(limits: Limits = {}, overrides: Parameters<typeof memoryStage>[0] = {}) {
  const stage = memoryStage(overrides);
  const { clock, log } = stage.ports;
  const handler = requestsHandler({ app: stage.app, clock, log });
  const callers = { ana, viewer, stale: { ...ana, expiresAt: stage.now() } };
  const call = await behindGateway(handler, callers, stage.now, limits);
  return {
    stage,
    call: (operationId: string, said: Call = {}) => call(operationId, { body: pick, ...said }),
  };
}

const pick = { replyId: "r1", round: 1, verb: "pick", candidateId: "a" };
/** The owner of a question's subject searches for Eve, who has connected before. */
async function finding(name: string, more: Call = {}) {
  const { stage, call } = await running();
  await stage.report({ step: "mp4", state: "started", owners: ["user/ana"] });
  const request = await stage.ask();
  await stage.app.people.note({ ...ana, id: "eve", name: "Eve Adams" });
  return call("findPeople", { query: `?${new URLSearchParams({ request, name })}`, ...more });
}

const history = (more: Record<string, string> = {}): Call => ({
  query: `?${new URLSearchParams({ subject: "video/v_1", ...more })}`,
});

const broken = () => {
  const { requests, history } = memoryStage().ports;
  const fail = () => Promise.reject(new Error("the table is out"));
  return { requests: { ...requests, read: fail, openFor: fail }, history: { ...history, page: fail } };
};

const onAll = (operationId: string): Record<string, Case[]> => ({
  401: [
    async () => (await running()).call(operationId, { token: "" }),
    async () => (await running()).call(operationId, { token: "stale" }),
  ],
  500: [async () => (await running({}, broken())).call(operationId)],
  default: [async () => (await running({ inFlight: 0 })).call(operationId)],
});

const replying =
  (
    said: Call,
    before: (stage: ReturnType<typeof memoryStage>, id: string) => Promise<unknown> = async () => {},
  ) =>
  async () => {
    const { stage, call } = await running();
    const id = await stage.ask();
    await before(stage, id);
    return call("replyToRequest", { id, ...said });
  };

/** How to get each answer of each operation. */
const cases: Record<string, Record<string, Case[]>> = {
  ...answerCases,
  ...settingsCases,
  ...videoCases,
  listRequests: {
    ...onAll("listRequests"),
    200: [
      async () => (await running()).call("listRequests"),
      async () => {
        const { stage, call } = await running();
        await stage.ask({
          remindAfterSeconds: 60,
          default: { verb: "pick", candidateId: "a" },
          maxRounds: 3,
        });
        await stage.ask({ thread: "price", verbs: ["answer"] as Verb[], schema: { type: "number" } });
        await stage.advance(65_000);
        return call("listRequests");
      },
    ],
    403: [async () => (await running()).call("listRequests", { token: "nobody" })],
  },
  viewRequest: {
    ...onAll("viewRequest"),
    200: [
      async () => {
        const { stage, call } = await running();
        const candidates = [{ id: "a", title: "A title", description: "Why", score: 0.4 }];
        const id = await stage.ask({ candidates });
        await stage.app.feedback.attend(connectionOf(ana), id, "shown");
        await stage.reply(id, { comment: "Short and true." });
        return call("viewRequest", { id });
      },
      async () => {
        const { stage, call } = await running();
        const id = await stage.ask();
        await stage.ask({ round: 2 });
        return call("viewRequest", { id });
      },
    ],
    400: [async () => (await running()).call("viewRequest", { id: "7" })],
    403: [
      async () => (await running()).call("viewRequest", { token: "nobody" }),
      async () => {
        const { stage, call } = await running();
        return call("viewRequest", { id: await stage.ask(), token: "viewer" });
      },
    ],
    404: [async () => (await running()).call("viewRequest")],
  },
  findPeople: {
    ...onAll("findPeople"),
    200: [async () => finding("e"), async () => finding("nobody of that name")],
    400: [
      async () => (await running()).call("findPeople", { query: "?name=e" }),
      async () => (await running()).call("findPeople", { query: "?request=req_nosuchrequest&name=%20" }),
    ],
    403: [async () => finding("e", { token: "viewer" }), async () => finding("e", { token: "nobody" })],
    404: [async () => (await running()).call("findPeople")],
  },
  readHistory: {
    ...onAll("readHistory"),
    500: [async () => (await running({}, broken())).call("readHistory", history())],
    200: [
      async () => (await running()).call("readHistory", history()),
      async () => {
        const { stage, call } = await running({}, { lists: new Set(["video"]) });
        const candidates = [{ id: "c", title: "A third" }];
        await stage.report({ step: "mp4", state: "failed", attempt: 2, message: "No.", cause: "Disk" });
        const facts = [{ name: "tags", value: null, label: "Tags" }];
        const told = { subject: "video/v_1", at: stage.now() } as const;
        await stage.app.progress.setFacts({ ...told, facts, visibility: "owners" }, stage.envelope());
        const asked = { subject: "video/v_1", thread: "title", round: 1, source: "Model" } as const;
        await stage.app.progress.propose({ ...asked, candidates }, stage.envelope());
        const id = await stage.ask();
        await stage.reply(id, { comment: "Short and true." });
        await stage.pump();
        await stage.app.feedback.close({ ...asked, reason: "deleted" }, stage.envelope());
        await stage.app.progress.executionChanged({
          executionArn,
          status: "FAILED",
          startDate: stage.now(),
          redriveCount: 1,
          redriveDate: stage.now(),
          cause: "It broke.",
        } as never);
        return call("readHistory", history());
      },
      async () => {
        const { stage, call } = await running({}, { lists: new Set(["video"]) });
        await stage.report({ step: "mp4", state: "started" });
        await stage.report({ step: "mp4", state: "succeeded" });
        return call("readHistory", history({ limit: "1", before: "9999999999999999.0" }));
      },
    ],
    400: [
      async () => (await running()).call("readHistory", { query: "" }),
      async () => (await running()).call("readHistory", history({ before: "yesterday" })),
      async () => (await running()).call("readHistory", history({ limit: "101" })),
    ],
    403: [
      async () => (await running()).call("readHistory", { ...history(), token: "viewer" }),
      async () => (await running()).call("readHistory", { ...history(), token: "nobody" }),
    ],
  },
  replyToRequest: {
    ...onAll("replyToRequest"),
    200: [
      replying({}),
      replying({}, (stage, id) => stage.reply(id as never)),
      replying({ body: { ...pick, verb: "edit", candidateId: "a", value: "My title", comment: "Mine" } }),
    ],
    400: [
      replying({ body: "{" }),
      replying({ body: { ...pick, replyId: "two words" } }),
      replying({ id: "7" }),
    ],
    403: [replying({ token: "viewer" }), replying({ token: "nobody" })],
    404: [replying({ id: "req_nosuchrequest" })],
    409: [
      replying({}, (stage, id) => stage.reply(id as never, { replyId: "r2" })),
      replying({ body: { ...pick, round: 2 } }),
      replying({}, (stage) => stage.ask({ round: 2 })),
      replying({}, (stage) =>
        stage.app.feedback.close(
          { subject: "video/v_1", thread: "title", reason: "deleted" },
          stage.envelope(),
        ),
      ),
    ],
    410: [replying({}, (stage) => stage.advance(3_600_000))],
    413: [
      replying({ body: { ...pick, value: "x".repeat(limits.clientMessageBytes) } }),
      async () => (await running({ bodyBytes: 10 })).call("replyToRequest"),
    ],
    415: [replying({ type: "text/plain" })],
    422: [replying({ body: { ...pick, candidateId: "z" } })],
    429: [
      async () => {
        const { call } = await running();
        for (let n = 0; n < limits.refusalsPerMinute; n++) await call("replyToRequest");
        return call("replyToRequest");
      },
      async () => (await running({ requestsPerSecond: 0, requestBurst: 0 })).call("replyToRequest"),
    ],
  },
};

describe("docs/openapi.json", () => {
  it("is up to date with the schemas and routes (npm run openapi writes it)", () => {
    expect(document).toEqual(JSON.parse(JSON.stringify(openApiDocument())));
  });

  it("names every route of the handler, and no other", () => {
    const described = operations.map(({ operationId, method, path }) => [operationId, { method, path }]);
    expect(Object.fromEntries(described)).toEqual({
      ...answerRoutes,
      ...requestRoutes,
      ...settingsRoutes,
      ...videoRoutes,
    });
  });

  it("refers to existing schemas, and has no unused ones", () => {
    const refs = [...JSON.stringify(document).matchAll(/"\$ref":"#\/components\/schemas\/(\w+)"/g)];
    expect([...new Set(refs.map(([, name]) => name))].sort()).toEqual(
      Object.keys(document.components.schemas).sort(),
    );
  });

  it("describes no answer that no case below gets", () => {
    for (const { operationId, responses } of operations)
      expect(Object.keys(cases[operationId] ?? {}).sort()).toEqual(Object.keys(responses).sort());
  });
});

describe("the tables of statuses mirror the code", () => {
  const read = (path: string) => readFileSync(new URL(path, import.meta.url), "utf8");
  const errors = Object.entries(httpErrors).map(([code, { status, message }]) => [
    code,
    String(status),
    message,
  ]);

  it("in docs/http.md", () => {
    const lines = read("../docs/http.md").split("\n");
    const rowsOf = (status: number) => lines.filter((line) => line.startsWith(`| ${status} `)).join("\n");
    for (const [code, status] of Object.entries(refusalStatus))
      expect(rowsOf(status)).toContain(`\`${code}\``);
    for (const [code, status] of errors) expect(rowsOf(Number(status))).toContain(`\`${code}\``);
  });
});

describe.each(operations)("$operationId answers as documented:", ({ operationId, responses }) => {
  it.each(Object.entries(cases[operationId] ?? {}))("%s", async (status, made) => {
    for (const act of made) {
      const response = await act();
      const body = await response.json();
      if (status === "default") expect(responses).not.toHaveProperty(String(response.status));
      else expect([response.status, body]).toEqual([Number(status), body]);
      const described = responses[status]!;
      expect(problems(described.content["application/json"].schema, body)).toEqual([]);
      const isOurs = !("message" in body);
      if (isOurs) {
        expect(response.headers.get("cache-control")).toBe("no-store");
        for (const name of Object.keys(described.headers ?? {}))
          expect(Number(response.headers.get(name))).toBeGreaterThan(0);
      }
    }
  });
});

it("accepts the replies that the document's schema accepts, and no others", async () => {
  const { stage, call } = await running();
  const schema = { $ref: "#/components/schemas/ReplyBody" };
  const good = [pick, { ...pick, value: null, comment: "" }, { ...pick, unknown: true }];
  const bad = [
    {},
    { ...pick, round: 1.5 },
    { ...pick, replyId: "" },
    { ...pick, verb: "like" },
    { ...pick, comment: "x".repeat(1001) },
    { ...pick, candidateId: 7 },
    [],
    "pick",
    null,
  ];
  const taken = async (body: unknown) => {
    const response = await call("replyToRequest", { id: await stage.ask(), body: JSON.stringify(body) });
    await response.body?.cancel();
    return response.status !== 400;
  };
  for (const body of good) expect([problems(schema, body, false), await taken(body)]).toEqual([[], true]);
  for (const body of bad) {
    expect(problems(schema, body, false)).not.toEqual([]);
    expect(await taken(body)).toBe(false);
  }
});

it("notices an answer that the document does not describe", () => {
  const schema = { $ref: "#/components/schemas/ReplyReceipt" };
  const receipt = { requestId: "req_nosuchrequest", replyId: "r1", status: "accepted" };
  expect(problems(schema, receipt)).toEqual([]);
  for (const bad of [
    { ...receipt, status: "ok" },
    { ...receipt, extra: 1 },
    { ...receipt, replyId: undefined },
  ])
    expect(problems(schema, JSON.parse(JSON.stringify(bad)))).not.toEqual([]);
});

/** Where a value does not fit a schema of the document; closed, fields without a description do not fit either. */
function problems(schema: Json, value: unknown, closed = true): string[] {
  const { components } = document;
  const whole = { ...schema, components: closed ? closedSchemas(components) : components };
  const { valid, errors } = new Validator(whole, "2020-12", false).validate(value);
  return valid ? [] : errors.map(({ instanceLocation, error }) => `${instanceLocation}: ${error}`);
}

function closedSchemas<T>(schema: T): T {
  if (Array.isArray(schema)) return schema.map(closedSchemas) as T;
  if (typeof schema !== "object" || schema === null) return schema;
  const inner = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, closedSchemas(value)]));
  const isObject = inner.type === "object" && inner.additionalProperties === undefined;
  return (isObject ? { ...inner, additionalProperties: false } : inner) as T;
}
