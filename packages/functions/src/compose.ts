import { type App, createApp, type Ports } from "@callboard/core";
import { apiGatewaySender } from "./aws/api-gateway-sender.ts";
import { connectionsClient, dynamoClient, eventBridgeClient, s3Client, sfnClient } from "./aws/clients.ts";
import { consoleLog } from "./aws/console-log.ts";
import { cryptoIds } from "./aws/crypto-ids.ts";
import { eventBridgeBus } from "./aws/eventbridge-bus.ts";
import { jsonSchemaAnswers } from "./aws/json-schema-answers.ts";
import { s3Objects } from "./aws/s3-objects.ts";
import { sfnExecutions } from "./aws/sfn-executions.ts";
import { systemClock } from "./aws/system-clock.ts";
import { writeLine } from "./aws/write-line.ts";
import type { AwsEnvironment, EnvironmentOf, FunctionName } from "./environment.ts";
import { documentClient } from "./table/document-client.ts";
import { tableStores } from "./table/table-stores.ts";

/** What a handler is made of. */
export interface Composed {
  readonly app: App;
  readonly clock: Ports["clock"];
  readonly log: Ports["log"];
}

/** Answers route messages; it reads and writes rows (no task tokens), puts events and signs URLs. */
export const composeSocket = (environment: EnvironmentOf<"socket">, ports: Partial<Ports> = {}): Composed =>
  compose("socket", environment, {
    objects: s3Objects({ client: s3Client(environment), bucket: environment.BUCKET, clock: systemClock }),
    schemas: jsonSchemaAnswers,
    ...ports,
  });

/** Takes events in; it writes rows and posts to connections. */
export function composeIngest(environment: EnvironmentOf<"ingest">, ports: Partial<Ports> = {}): Composed {
  const log = logOf("ingest");
  const client = connectionsClient(environment, environment.SOCKET_ENDPOINT);
  return compose("ingest", environment, {
    objects: s3Objects({ client: s3Client(environment), bucket: environment.BUCKET, clock: systemClock }),
    sender: apiGatewaySender({ client, clock: systemClock, log }),
    log,
    ...ports,
  });
}

/** Hands answers over; it alone opens task tokens and speaks to Step Functions. */
export const composeRelay = (environment: EnvironmentOf<"relay">, ports: Partial<Ports> = {}): Composed =>
  compose("relay", environment, {
    tokens: storesOf(environment).tokens,
    executions: sfnExecutions(sfnClient(environment)),
    ...ports,
  });

/** Finds what is due. */
export const composeClock = (environment: EnvironmentOf<"clock">, ports: Partial<Ports> = {}): Composed =>
  compose("clock", environment, ports);

function compose(name: FunctionName, environment: AwsEnvironment, given: Partial<Ports>): Composed {
  const ports: Ports = {
    sender: withheld("sender", name),
    executions: withheld("executions", name),
    objects: withheld("objects", name),
    schemas: withheld("schemas", name),
    ...storesOf(environment),
    tokens: withheld("tokens", name),
    bus: eventBridgeBus({
      client: eventBridgeClient(environment),
      busName: environment.BUS_NAME,
      clock: systemClock,
    }),
    clock: systemClock,
    ids: cryptoIds,
    log: logOf(name),
    ...given,
  };
  return { app: createApp(ports), clock: ports.clock, log: ports.log };
}

const storesOf = (environment: AwsEnvironment) =>
  tableStores({
    name: environment.TABLE_NAME,
    documents: documentClient(dynamoClient(environment)),
    clock: systemClock,
  });

const logOf = (name: FunctionName) => consoleLog({ name, now: systemClock.now, write: writeLine });

/** A port that a function is not given: what it must not do it cannot do, wherever its role would err. */
function withheld<T extends object>(port: string, from: FunctionName): T {
  const refuse = (method: string | symbol) => () => {
    throw new Error(`${from} was not given ${port}.${String(method)}`);
  };
  return new Proxy({} as T, { get: (_, method) => refuse(method) });
}
