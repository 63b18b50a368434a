import { memoryStage, type Stage } from "@callboard/core/testing/memory-stage.ts";
import { httpRequestsHandler } from "@callboard/functions";
import { limits, type RequestId } from "@callboard/protocol";
import { behindGateway, type Call, type Case, type Limits } from "./openapi-stage.ts";

const pick = { replyId: "r1", round: 1, verb: "pick", candidateId: "a" };
/** As long as a real token. */
const foreign = "v1.eyJrIjoiYW5zd2VyIn0.c2lnbmVk-_x";

/** The handler behind a gateway, in memory, for callers with a link's token. */
async function running(limits: Limits = {}, overrides: Parameters<typeof memoryStage>[0] = {}) {
  const stage = memoryStage(overrides);
  const { clock, log } = stage.ports;
  const handler = httpRequestsHandler({ app: stage.app, clock, log });
  return { stage, call: await behindGateway(handler, {}, stage.now, limits) };
}

const tokenOf = ({ ports, now }: Stage, requestId: string, id = "ana") =>
  ports.doorTokens.seal({
    kind: "answer",
    requestId: requestId as RequestId,
    person: { id, name: "Ana" },
    as: `user/${id}`,
    door: "mail",
    until: now() + 7_200_000,
  });

interface Asking {
  limits?: Limits;
  overrides?: Parameters<typeof memoryStage>[0];
  /** The person whom the token names. */
  id?: string;
  /** What happens before the call. */
  before?: (stage: Stage, id: RequestId) => Promise<unknown>;
}

/** Calls an operation with a token for a question to Ana, and with the other fields of `body`. */
const asked =
  (operationId: "viewAnswer" | "giveAnswer", body: object = {}, more: Call = {}, asking: Asking = {}) =>
  async () => {
    const { limits, overrides, id = "ana", before = async () => {} } = asking;
    const { stage, call } = await running(limits, overrides);
    const requestId = await stage.ask();
    await before(stage, requestId);
    const token = await tokenOf(stage, requestId, id);
    const reply = operationId === "giveAnswer" ? { reply: pick } : {};
    return call(operationId, { token: "", body: { token, ...reply, ...body }, ...more });
  };

const broken = () => {
  const { requests } = memoryStage().ports;
  return { requests: { ...requests, read: () => Promise.reject(new Error("the table is out")) } };
};

const onPost = (operationId: "viewAnswer" | "giveAnswer"): Record<string, Case[]> => ({
  400: [asked(operationId, {}, { body: "{" }), asked(operationId, { token: "short" })],
  401: [asked(operationId, { token: foreign })],
  413: [
    asked(operationId, { more: "x".repeat(limits.clientMessageBytes) }),
    asked(operationId, {}, {}, { limits: { bodyBytes: 5 } }),
  ],
  415: [asked(operationId, {}, { type: "text/plain" })],
  default: [asked(operationId, {}, {}, { limits: { inFlight: 0 } })],
});

const unsubscribing =
  (limits: Limits = {}, overrides: Parameters<typeof memoryStage>[0] = {}): Case =>
  async () => {
    const { stage, call } = await running(limits, overrides);
    const id = await stage.ports.doorTokens.seal({ kind: "unsubscribe", key: "a-person", door: "mail" });
    return call("unsubscribe", { token: "", id, type: "application/x-www-form-urlencoded" });
  };

/** How to get each answer of each operation with a link's token. */
export const answerCases: Record<string, Record<string, Case[]>> = {
  viewAnswer: {
    ...onPost("viewAnswer"),
    200: [
      asked("viewAnswer"),
      asked("viewAnswer", {}, {}, { before: (stage, id) => stage.reply(id, { comment: "Short." }) }),
    ],
    403: [asked("viewAnswer", {}, {}, { id: "eve" })],
    404: [
      async () => {
        const { stage, call } = await running();
        const token = await tokenOf(stage, "req_nosuchrequest");
        return call("viewAnswer", { token: "", body: { token } });
      },
    ],
    500: [
      async () => {
        const { stage, call } = await running({}, broken());
        const token = await tokenOf(stage, "req_nosuchrequest");
        return call("viewAnswer", { token: "", body: { token } });
      },
    ],
  },
  giveAnswer: {
    ...onPost("giveAnswer"),
    200: [asked("giveAnswer")],
    403: [asked("giveAnswer", {}, {}, { id: "eve" })],
    404: [
      async () => {
        const { stage, call } = await running();
        const token = await tokenOf(stage, "req_nosuchrequest");
        return call("giveAnswer", { token: "", body: { token, reply: pick } });
      },
    ],
    409: [
      asked("giveAnswer", {}, {}, { before: (stage, id) => stage.reply(id, { replyId: "r2" }) }),
      asked("giveAnswer", { reply: { ...pick, round: 2 } }),
      asked("giveAnswer", { reply: { ...pick, digest: "ofanotherquestion" } }),
    ],
    410: [asked("giveAnswer", {}, {}, { before: (stage) => stage.advance(3_600_000) })],
    422: [asked("giveAnswer", { reply: { ...pick, candidateId: "z" } })],
    429: [
      async () => {
        const { stage, call } = await running();
        const requestId = await stage.ask();
        const body = { token: await tokenOf(stage, requestId), reply: { ...pick, candidateId: "z" } };
        for (let n = 0; n < limits.refusalsPerMinute; n++) await call("giveAnswer", { token: "", body });
        return call("giveAnswer", { token: "", body });
      },
      asked("giveAnswer", {}, {}, { limits: { requestsPerSecond: 0, requestBurst: 0 } }),
    ],
    500: [
      async () => {
        const { stage, call } = await running({}, broken());
        const token = await tokenOf(stage, "req_nosuchrequest");
        return call("giveAnswer", { token: "", body: { token, reply: pick } });
      },
    ],
  },
  unsubscribe: {
    200: [unsubscribing()],
    401: [async () => (await running()).call("unsubscribe", { token: "", id: foreign })],
    500: [
      unsubscribing(
        {},
        {
          reach: {
            ...memoryStage().ports.reach,
            read: () => Promise.reject(new Error("the table is out")),
          },
        },
      ),
    ],
    default: [unsubscribing({ inFlight: 0 })],
  },
};
