import { fileURLToPath } from "node:url";
import { PutCommand } from "@aws-sdk/lib-dynamodb";
import { anybodys } from "@callboard/core/testing";
import type { OutEvent } from "@callboard/protocol";
import { build } from "esbuild";
import { afterAll, beforeAll, expect, it } from "vitest";
import { authorizeEnvironment } from "./authorize-environment.ts";
import { composeCli, composeClock, composeRelay, composeRequests, composeSocket } from "./compose.ts";
import { composeAuthorize } from "./compose-authorize.ts";
import { composeFanout, composeIngest } from "./compose-posting.ts";
import { environment } from "./environment.ts";
import { layoutRow } from "./table/definition.ts";
import { type Engine, startEngine } from "./testing/dynamodb.ts";
import { memorySubscriptionStore } from "./testing/memory-subscription-store.ts";

let engine: Engine;
beforeAll(async () => {
  engine = await startEngine();
});
afterAll(() => engine.stop());

async function laidOutTable(): Promise<string> {
  const TableName = await engine.createTable();
  await engine.documents.send(new PutCommand({ TableName, Item: layoutRow }));
  return TableName;
}

const variables = async () => ({
  AWS_REGION: "us-east-1",
  AWS_ACCESS_KEY_ID: "local",
  AWS_SECRET_ACCESS_KEY: "local",
  AWS_ENDPOINT_URL: "http://127.0.0.1:1",
  AWS_ENDPOINT_URL_DYNAMODB: engine.url,
  TABLE_NAME: await laidOutTable(),
  BUS_NAME: "callboard",
  WAKEUPS_QUEUE_URL: "http://127.0.0.1:1/000000000000/wakeups",
  BUCKET: "files",
  SOCKET_ENDPOINT: "http://127.0.0.1:1",
});

it("finds the table where the environment says", async () => {
  const { app } = composeClock(environment("clock", await variables()));
  expect(await app.clock.pollDue()).toBe(0);
});

it("gives task tokens and executions only to the relay", async () => {
  const given = await variables();
  const id = "req_000000000001";
  const command = composeCli(environment("cli", given));
  await expect(command.app.relay.deliver(id)).rejects.toThrow(/was not given tokens\.open/);
  const useCases = [
    composeSocket(environment("socket", given)),
    composeRequests(environment("requests", given)),
    composeIngest(environment("ingest", given)),
  ].map(({ app }) => Object.keys(app).sort().join(" "));
  expect(useCases).toEqual([
    "channels connections feedback",
    "doors feedback history people settings",
    "channels feedback progress",
  ]);
  const clock = composeClock(environment("clock", given));
  const fanout = composeFanout(environment("fanout", given));
  expect(clock.app).not.toHaveProperty("relay");
  expect(Object.keys(fanout)).toEqual(["fanOut", "account", "log"]);
  await composeRelay(environment("relay", given)).app.relay.deliver(id);
});

it.each(["SOCKET_ENDPOINT", "BUCKET"])(
  "the command notifies nobody without %s, not even over the bus",
  async (name) => {
    const { [name]: _, ...given }: Record<string, string> = await variables();
    const put: OutEvent[] = [];
    const subscriptions = {
      ...memorySubscriptionStore(),
      followers: async () => ({ connectionIds: ["c"], next: "c" }),
    };
    const bus = { put: async (events: readonly OutEvent[]) => void put.push(...events) };
    const { app } = composeCli(environment("cli", given), { bus, subscriptions });
    const avatar = { object: { key: "avatars/v_1/a.png", mediaType: "image/png" } };
    const detail = {
      subject: "video/v_1",
      step: "avatar",
      state: "succeeded",
      at: 1,
      data: { avatar },
    } as const;
    const execution = "arn:aws:states:e:1:execution:m:1";
    await app.progress.report(detail, { ...anybodys, id: "e1", time: 1, execution });
    expect(put).toEqual([]);
  },
);

it("admits a caller by the keys in the environment", async () => {
  const { verify } = composeAuthorize(authorizeEnvironment({ TOKEN_JWKS: '{"keys":[]}' }));
  expect(await verify("aaa.bbb.ccc")).toEqual({ outcome: "invalid" });
});

const entry = (name: string) => fileURLToPath(new URL(`./lambda/${name}.ts`, import.meta.url));

const names = [
  "authorize",
  "authorize-http",
  "socket",
  "requests",
  "ingest",
  "fanout",
  "relay",
  "notify",
  "clock",
];

it.each(names)("bundles %s with its handler", async (name) => {
  const { metafile } = await build({
    entryPoints: [entry(name)],
    bundle: true,
    platform: "node",
    format: "esm",
    write: false,
    metafile: true,
    logLevel: "silent",
  });
  const [output] = Object.values(metafile.outputs);
  expect(output?.exports).toEqual(["handler"]);
  const used = Object.entries(output!.inputs).filter(([, { bytesInOutput }]) => bytesInOutput > 0);
  const uses = (library: string) => used.some(([path]) => path.includes(`node_modules/${library}/`));
  // Everything that calls AWS is ours: the SDK is for tests and for the command.
  expect(
    used.map(([path]) => path).filter((path) => /node_modules\/(@aws-sdk|@smithy)\//.test(path)),
  ).toEqual([]);
  expect(uses("undici")).toBe(name === "ingest" || name === "fanout");
  expect(uses("jose")).toBe(name.startsWith("authorize"));
});
