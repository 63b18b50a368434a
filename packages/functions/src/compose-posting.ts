import { createViewers, type Ports, type Publishers } from "@callboard/core";
import type { FanOutPage } from "@callboard/protocol";
import { bucketSigner, credentialsProvider } from "./aws/clients.ts";
import { cryptoIds } from "./aws/machine.ts";
import { basics, type Composed, compose, type Overrides } from "./compose.ts";
import type { EnvironmentOf } from "./environment.ts";
import { fanOut } from "./push/pages.ts";
import { pooledSender } from "./push/pooled-sender.ts";
import type { Sender } from "./push/ports.ts";
import { dynamoAudienceMarks } from "./table/dynamo-audience-store.ts";
import { dynamoFollowers } from "./table/dynamo-followers.ts";

/** Takes events in; it writes rows and posts to connections. */
export const composeIngest = (
  environment: EnvironmentOf<"ingest">,
  overrides: Overrides = {},
): Composed & { readonly publishers: Publishers | undefined } => ({
  publishers: environment.PUBLISHERS,
  ...compose("ingest", environment, overrides, ({ clock, log }) => ({
    objects: bucketSigner(environment, clock),
    sender: pageSender(environment, clock, log),
  })),
});

/** Posts one page of a large audience after another; of the table it knows subscriptions and marks of audiences. */
export function composeFanout(environment: EnvironmentOf<"fanout">, overrides: Overrides = {}) {
  const { table, clock, log, bus, wakeups } = basics("fanout", environment, overrides);
  const ports = {
    subscriptions: dynamoFollowers(table),
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
  return { fanOut: (page: FanOutPage) => fanOut(fanning, page), log };
}

/** Posts pages of many connections. */
const pageSender = (
  environment: EnvironmentOf<"ingest" | "fanout">,
  clock: Ports["clock"],
  log: Ports["log"],
): Sender =>
  pooledSender({
    endpoint: environment.SOCKET_ENDPOINT,
    region: environment.AWS_REGION,
    credentials: credentialsProvider(environment),
    clock,
    log,
  });
