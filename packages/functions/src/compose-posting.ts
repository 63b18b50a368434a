import type { Ports } from "@callboard/core";
import { credentialsProvider, s3Client } from "./aws/clients.ts";
import { leanSender } from "./aws/lean-sender.ts";
import { s3Objects } from "./aws/s3-objects.ts";
import { type Composed, compose, type Overrides } from "./compose.ts";
import type { EnvironmentOf } from "./environment.ts";

/** Takes events in; it writes rows and posts to connections. */
export const composeIngest = (environment: EnvironmentOf<"ingest">, overrides: Overrides = {}): Composed =>
  compose("ingest", environment, overrides, ({ clock, log }) => ({
    objects: s3Objects({ client: s3Client(environment), bucket: environment.BUCKET, clock }),
    sender: pageSender(environment, clock, log),
  }));

/** Posts one page of a large audience after another; it reads subscriptions. */
export const composeFanout = (environment: EnvironmentOf<"fanout">, overrides: Overrides = {}): Composed =>
  compose("fanout", environment, overrides, ({ clock, log }) => ({
    sender: pageSender(environment, clock, log),
  }));

/** Posts pages of many connections. */
const pageSender = (
  environment: EnvironmentOf<"ingest" | "fanout">,
  clock: Ports["clock"],
  log: Ports["log"],
): Ports["sender"] =>
  leanSender({
    endpoint: environment.SOCKET_ENDPOINT,
    region: environment.AWS_REGION,
    credentials: credentialsProvider(environment),
    clock,
    log,
  });
