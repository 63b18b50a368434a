import { ana, memoryStage, type Stage } from "@callboard/core/testing/memory-stage.ts";
import { httpRequestsHandler } from "@callboard/functions";
import { limits, type RequestId } from "@callboard/protocol";
import { behindGateway, type Call, type Case, type Limits } from "./openapi-stage.ts";

const pick = { replyId: "r1", round: 1, verb: "pick", candidateId: "a" };
const nobodys = "a-token-that-nobody-has-made";

/** The handler behind a gateway, on memory, for people who have what they were told. */
async function running(limits: Limits = {}, overrides: Parameters<typeof memoryStage>[0] = {}) {
  const stage = memoryStage(overrides);
  const { clock, log } = stage.ports;
  const handler = httpRequestsHandler({ app: stage.app, clock, log });
  const call = await behindGateway(handler, {}, stage.now, limits);
  return { stage, call: (operationId: string, said: Call) => call(operationId, { token: "", ...said }) };
}

const tokenOf = (stage: Stage, requestId: RequestId, id: string, forMs = 7_200_000) =>
  stage.ports.doorTokens.seal({
    kind: "answer",
    requestId,
    person: { id, name: id },
    as: `user/${id}`,
    door: "mail",
    until: stage.now() + forMs,
  });

interface Told {
  readonly limits?: Limits;
  readonly overrides?: Parameters<typeof memoryStage>[0];
  /** Whom the token names. */
  readonly id?: string;
  readonly about?: RequestId;
  /** For how long the token is good. */
  readonly forMs?: number;
  readonly before?: (stage: Stage, id: RequestId) => Promise<unknown>;
  readonly body?: (token: string) => unknown;
}

/** Somebody who was told of a question does something about it. */
const told =
  (operationId: "viewAnswer" | "giveAnswer", told: Told = {}, said: Call = {}): Case =>
  async () => {
    const { stage, call } = await running(told.limits, told.overrides);
    const asked = await stage.ask();
    await told.before?.(stage, asked);
    const token = await tokenOf(stage, told.about ?? asked, told.id ?? "ana", told.forMs);
    const body = told.body?.(token) ?? { token, ...(operationId === "giveAnswer" ? { reply: pick } : {}) };
    return call(operationId, { body, ...said });
  };

const replied = (reply: object): Told => ({ body: (token) => ({ token, reply }) });

const broken = () => {
  const { doorTokens } = memoryStage().ports;
  return { doorTokens: { ...doorTokens, open: () => Promise.reject(new Error("the table is out")) } };
};

const onBoth = (operationId: "viewAnswer" | "giveAnswer"): Record<string, Case[]> => ({
  400: [
    told(operationId, {}, { body: "{" }),
    told(operationId, {}, { body: { token: "<script>", reply: pick } }),
  ],
  401: [told(operationId, {}, { body: { token: nobodys, reply: pick } }), told(operationId, { forMs: 0 })],
  403: [told(operationId, { id: "eve" })],
  404: [told(operationId, { about: "req_nosuchrequest" as RequestId })],
  413: [
    told(operationId, {}, { body: { more: "x".repeat(limits.clientMessageBytes) } }),
    told(operationId, { limits: { bodyBytes: 5 } }),
  ],
  415: [told(operationId, {}, { type: "text/plain" })],
  500: [told(operationId, { overrides: broken() })],
  default: [told(operationId, { limits: { inFlight: 0 } })],
});

/** Somebody turns mail off by what came with it. */
const unsubscribing =
  (make: (stage: Stage) => Promise<string>, limits: Limits = {}, overrides = {}): Case =>
  async () => {
    const { stage, call } = await running(limits, overrides);
    const type = "application/x-www-form-urlencoded";
    return call("unsubscribe", { id: await make(stage), type, body: "List-Unsubscribe=One-Click" });
  };
const own = (stage: Stage) =>
  stage.ports.doorTokens.seal({ kind: "unsubscribe", key: stage.ports.ids.hash("user/ana"), door: "mail" });

/** How each answer comes about of each operation that needs no signing in. */
export const answerCases: Record<string, Record<string, Case[]>> = {
  viewAnswer: {
    ...onBoth("viewAnswer"),
    200: [told("viewAnswer"), told("viewAnswer", { before: (stage, id) => stage.reply(id) })],
  },
  giveAnswer: {
    ...onBoth("giveAnswer"),
    200: [told("giveAnswer"), told("giveAnswer", { before: (stage, id) => stage.reply(id) })],
    409: [
      told("giveAnswer", { before: (stage, id) => stage.reply(id, { replyId: "r2" }) }),
      told("giveAnswer", replied({ ...pick, digest: "other" })),
      told("giveAnswer", replied({ ...pick, round: 2 })),
    ],
    410: [told("giveAnswer", { before: (stage) => stage.advance(3_600_000) })],
    422: [
      told("giveAnswer", replied({ ...pick, candidateId: "z" })),
      told("giveAnswer", {
        body: (token) =>
          `{"token":"${token}","reply":{"replyId":"r1","round":1,"verb":"edit","value":1e400}}`,
      }),
    ],
    429: [
      async () => {
        const { stage, call } = await running();
        const body = { token: await tokenOf(stage, await stage.ask(), "eve"), reply: pick };
        for (let n = 0; n < limits.refusalsPerMinute; n++) await call("giveAnswer", { body });
        return call("giveAnswer", { body });
      },
      told("giveAnswer", { limits: { requestsPerSecond: 0, requestBurst: 0 } }),
    ],
  },
  unsubscribe: {
    200: [
      unsubscribing(async (stage) => {
        await stage.app.people.note({ ...ana, contact: { address: "ana@shop.example" } });
        return own(stage);
      }),
      unsubscribing(own),
    ],
    401: [
      unsubscribing(async () => nobodys),
      unsubscribing(async (stage) => tokenOf(stage, await stage.ask(), "ana")),
    ],
    500: [unsubscribing(own, {}, broken())],
    default: [unsubscribing(own, { inFlight: 0 })],
  },
};
