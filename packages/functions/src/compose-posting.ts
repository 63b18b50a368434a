import { createIngest, createViewers, type Ports } from "@callboard/core";
import type { FanOutPage } from "@callboard/protocol";
import { bucketSigner, namedProvider, type Wire } from "./aws/clients.ts";
import { undiciPool } from "./aws/http/undici-pool.ts";
import { jsonSchemaAnswers } from "./aws/json-schema-answers.ts";
import { cryptoIds } from "./aws/machine.ts";
import { basics, compose, type Overrides, pacingOf, withheld } from "./compose.ts";
import type { EnvironmentOf } from "./environment.ts";
import { fanOut } from "./push/fan-out.ts";
import { pooledSender } from "./push/pooled-sender.ts";
import type { Sender } from "./push/ports.ts";
import { dynamoAudienceMarks } from "./table/dynamo-audience-store.ts";
import { dynamoFollowers } from "./table/dynamo-followers.ts";
import { dynamoHistoryRows } from "./table/dynamo-history-store.ts";
import { dynamoPairStore } from "./table/dynamo-pair-store.ts";
import { dynamoSweepStore } from "./table/dynamo-sweep-store.ts";

/** Functions that post have undici anyway, so it also makes their AWS calls. */
export const undiciWire: Pick<Wire, "pool"> = {
  pool: (options) => undiciPool({ ...options, waiting: Infinity, keepAnswer: true, sendAgain: false }),
};

/** Takes events in; it writes rows and posts to connections. */
export const composeIngest = (environment: EnvironmentOf<"ingest">, overrides: Overrides = {}) => ({
  publishers: environment.PUBLISHERS,
  region: environment.AWS_REGION,
  account: environment.ACCOUNT_ID,
  ...compose("ingest", environment, overrides, {
    create: createIngest,
    own: ({ clock, log, table }) => ({
      pairs: dynamoPairStore(table),
      history: withheld<Ports["history"]>("history", "ingest", dynamoHistoryRows(table)),
      objects: bucketSigner(environment, clock),
      schemas: jsonSchemaAnswers,
      sender: pageSender(environment, clock, log),
      lists: new Set(environment.LISTS),
      pages: environment.PAGES_URL,
      notifyAfterSeconds: environment.NOTIFY_AFTER_SECONDS,
      ...pacingOf(environment),
    }),
    wire: undiciWire,
  }),
});

/** Posts to a large audience page by page. In the table it uses only subscriptions, sweeps and marks of audiences. */
export function composeFanout(environment: EnvironmentOf<"fanout">, overrides: Overrides = {}) {
  const { table, clock, log, bus, wakeups } = basics("fanout", environment, overrides, undiciWire);
  const ports = {
    subscriptions: dynamoFollowers(table),
    sweeps: dynamoSweepStore(table),
    ...pacingOf(environment),
    audiences: dynamoAudienceMarks(table),
    sender: pageSender(environment, clock, log),
    bus,
    wakeups,
    clock,
    ids: cryptoIds,
    log,
    ...overrides,
  };
  const fanning = { ...ports, viewers: createViewers(ports) };
  return { fanOut: (page: FanOutPage) => fanOut(fanning, page), account: environment.ACCOUNT_ID, log };
}

/** Posts to many connections. */
const pageSender = (
  environment: EnvironmentOf<"ingest" | "fanout">,
  clock: Ports["clock"],
  log: Ports["log"],
): Sender =>
  pooledSender({
    endpoint: environment.SOCKET_ENDPOINT,
    region: environment.AWS_REGION,
    credentials: namedProvider(environment),
    clock,
    log,
  });
