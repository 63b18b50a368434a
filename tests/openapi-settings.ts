import { ana, memoryStage, type Stage } from "@callboard/core/testing/memory-stage.ts";
import { requestsHandler } from "@callboard/functions";
import { limits } from "@callboard/protocol";
import { behindGateway, type Call, type Case, type Limits } from "./openapi-stage.ts";

const mine = "me@home.example";
const code = "042042";
const bodies: Readonly<Record<string, unknown>> = {
  changeSettings: { lang: "ja", quiet: { from: "22:00", to: "07:00" } },
  confirmAddress: { code },
};

/** The handler behind a gateway, in memory, for people whose tokens say how they are reached. */
async function running(limits: Limits = {}, overrides: Parameters<typeof memoryStage>[0] = {}) {
  const stage = memoryStage(overrides);
  const { clock, log } = stage.ports;
  const handler = requestsHandler({ app: stage.app, clock, log });
  const contact = { address: "ana@shop.example", lang: "ja", zone: "Asia/Tokyo" } as const;
  const callers = {
    ana: { ...ana, contact },
    bare: { ...ana, id: "bo" },
    guest: { ...ana, id: "guest-1", guest: true as const },
    stale: { ...ana, expiresAt: stage.now() },
  };
  const call = await behindGateway(handler, callers, stage.now, limits);
  return {
    stage,
    call: (operationId: string, said: Call = {}) => call(operationId, { body: bodies[operationId], ...said }),
  };
}

const broken = () => {
  const { reach } = memoryStage().ports;
  return { reach: { ...reach, read: () => Promise.reject(new Error("the table is out")) } };
};

const onAny = (operationId: string): Record<string, Case[]> => ({
  401: [
    async () => (await running()).call(operationId, { token: "" }),
    async () => (await running()).call(operationId, { token: "stale" }),
  ],
  403: [
    async () => (await running()).call(operationId, { token: "guest" }),
    async () => (await running()).call(operationId, { token: "nobody" }),
    async () => {
      const { stage, call } = await running();
      await stage.app.feedback.erase("user/ana");
      return call(operationId);
    },
  ],
  500: [async () => (await running({}, broken())).call(operationId)],
  default: [async () => (await running({ inFlight: 0 })).call(operationId)],
});

const onPost = (operationId: string): Record<string, Case[]> => ({
  ...onAny(operationId),
  413: [
    async () =>
      (await running()).call(operationId, { body: { more: "x".repeat(limits.clientMessageBytes) } }),
    async () => (await running({ bodyBytes: 5 })).call(operationId),
  ],
  415: [async () => (await running()).call(operationId, { type: "text/plain" })],
});

/** Ana has claimed an address and received the code, unless `change` says otherwise. */
async function sent(stage: Stage, change: { wrong?: number; codes?: number } = {}) {
  await stage.app.settings.change({ ...ana }, { mail: { address: mine } });
  const [known] = stage.reach.all();
  const hash = stage.ports.ids.hash(`${known!.key} ${mine} ${code}`);
  const address = {
    address: mine,
    code: { hash, until: stage.now() + 600_000, wrong: change.wrong ?? 0 },
  };
  const codesAt = Array.from({ length: change.codes ?? 1 }, () => stage.now());
  const after = { ...known!, rev: known!.rev + 1, codesAt, own: { ...known!.own, address } };
  if (!(await stage.reach.replace(known, after))) throw new Error("somebody came between");
}

const confirming =
  (said: Call, change = {}) =>
  async () => {
    const { stage, call } = await running();
    await sent(stage, change);
    return call("confirmAddress", said);
  };

/** How to get each answer of each operation on settings. */
export const settingsCases: Record<string, Record<string, Case[]>> = {
  readSettings: {
    ...onAny("readSettings"),
    200: [
      async () => (await running()).call("readSettings"),
      async () => (await running()).call("readSettings", { token: "bare" }),
      async () => {
        const { stage, call } = await running();
        await sent(stage);
        const [known] = stage.reach.all();
        const paused = { mail: { reason: "bounced", at: stage.now() } } as const;
        await stage.reach.replace(known, { ...known!, rev: known!.rev + 1, own: { ...known!.own, paused } });
        return call("readSettings");
      },
    ],
  },
  changeSettings: {
    ...onPost("changeSettings"),
    200: [
      async () => (await running()).call("changeSettings"),
      async () =>
        (await running()).call("changeSettings", {
          body: { webhook: { url: "https://hooks.example/ana" }, mail: { on: false, address: mine } },
        }),
      async () => (await running()).call("changeSettings", { body: { zone: null, mail: { address: null } } }),
    ],
    400: [
      async () => (await running()).call("changeSettings", { body: "{" }),
      async () => (await running()).call("changeSettings", { body: { zone: "AEST" } }),
      async () => (await running()).call("changeSettings", { body: { lang: "fr" } }),
    ],
    429: [
      async () => {
        const { stage, call } = await running();
        await sent(stage, { codes: 5 });
        return call("changeSettings", { body: { mail: { address: "other@home.example" } } });
      },
      async () => (await running({ requestsPerSecond: 0, requestBurst: 0 })).call("changeSettings"),
    ],
  },
  confirmAddress: {
    ...onPost("confirmAddress"),
    200: [confirming({})],
    400: [confirming({ body: { code: "7" } })],
    410: [async () => (await running()).call("confirmAddress"), confirming({}, { wrong: 5 })],
    422: [confirming({ body: { code: "000000" } })],
  },
};
