import type { App, DeadLetterKind, Ops } from "@callboard/core";
import { type Places, placesPath } from "@callboard/dev/places";
import { composeCli, type EnvironmentOf, environment } from "@callboard/functions";
import { composeOps } from "@callboard/functions/ops";
import type { Terminal } from "./terminal.ts";

/** A deployment, or Callboard on this machine. */
export interface Place {
  readonly app: App;
  readonly ops: Ops;
  /** Names and addresses of all its parts. */
  readonly variables: EnvironmentOf<"cli">;
  /** Dead-letter queues that the environment does not name, with the variable for each. */
  readonly unknownQueues: Readonly<Partial<Record<DeadLetterKind, string>>>;
  /** The name of its DynamoDB in messages. */
  readonly address: string;
  readonly table: string;
  /** On this machine executions of the one workflow can be named by their name alone. */
  readonly local: boolean;
}

/** The environment does not say where to connect; the message is one line. */
export class SetupError extends Error {
  override readonly name = "SetupError";
}

const localRegion = "us-east-1";

/**
 * Connects to the deployment whose table is in `TABLE_NAME`, with the variables that its functions read.
 * Without it, connects to Callboard on this machine, at `AWS_ENDPOINT_URL` or else on `CALLBOARD_AWS_PORT` of
 * the loopback, with its local credentials; that endpoint returns all other addresses. Rejects with a
 * `SetupError`.
 */
export async function connect({ env, warn }: Pick<Terminal, "env" | "warn">): Promise<Place> {
  const local = !env.TABLE_NAME;
  const variables = local ? await localVariables(env) : env;
  const read = readOrExplain(variables);
  const log = { info() {}, metric() {}, warn: (message: string) => warn(message) };
  const { app } = composeCli(read, { log });
  const address = read.AWS_ENDPOINT_URL_DYNAMODB ?? read.AWS_ENDPOINT_URL ?? `DynamoDB in ${read.AWS_REGION}`;
  const unknownQueues = {
    ...(read.UNDELIVERED_QUEUE_URL ? {} : { undelivered: "UNDELIVERED_QUEUE_URL" }),
    ...(read.FAILED_QUEUE_URL ? {} : { failed: "FAILED_QUEUE_URL" }),
  };
  return {
    app,
    ops: composeOps(read),
    variables: read,
    unknownQueues,
    address,
    table: read.TABLE_NAME,
    local,
  };
}

function readOrExplain(variables: Terminal["env"]) {
  try {
    return environment("cli", variables);
  } catch (error) {
    throw new SetupError(
      `${(error as Error).message}; without TABLE_NAME the command connects to this machine`,
    );
  }
}

/** The AWS endpoint of Callboard on this machine. */
export const localEndpoint = (env: Terminal["env"]): string =>
  env.AWS_ENDPOINT_URL || `http://127.0.0.1:${port(env, "CALLBOARD_AWS_PORT", 3002)}`;

async function localVariables(env: Terminal["env"]): Promise<Record<string, string>> {
  const endpoint = localEndpoint(env);
  const queues = env.AWS_ENDPOINT_URL_SQS || endpoint;
  const socketPort = port(env, "CALLBOARD_SOCKET_PORT", 3001);
  const socketEndpoint =
    env.SOCKET_ENDPOINT ||
    (env.CALLBOARD_SOCKET_PORT ? undefined : (await placesAt(endpoint))?.socketEndpoint);
  return {
    TABLE_NAME: "callboard",
    BUS_NAME: "callboard",
    BUCKET: "callboard",
    LISTS: env.CALLBOARD_LISTS || "video",
    AWS_REGION: localRegion,
    AWS_ACCESS_KEY_ID: "callboard",
    AWS_SECRET_ACCESS_KEY: "callboard",
    AWS_ENDPOINT_URL: endpoint,
    AWS_ENDPOINT_URL_SQS: queues,
    WAKEUPS_QUEUE_URL: `${queues}/000000000000/Wakeups`,
    UNDELIVERED_QUEUE_URL: `${queues}/000000000000/UndeliveredEvents`,
    FAILED_QUEUE_URL: `${queues}/000000000000/FailedInvocations`,
    SOCKET_ENDPOINT: socketEndpoint || `http://127.0.0.1:${socketPort}`,
  };
}

/**
 * The other addresses, from the endpoint; undefined when nothing answers there, or a program other than
 * Callboard does. The command reports that when it calls the endpoint itself.
 */
export async function placesAt(endpoint: string): Promise<Places | undefined> {
  try {
    const response = await fetch(endpoint + placesPath, { signal: AbortSignal.timeout(MAX_ASK_MS) });
    return response.ok ? ((await response.json()) as Places) : undefined;
  } catch {
    return undefined;
  }
}

const MAX_ASK_MS = 3_000;

function port(env: Terminal["env"], name: string, fallback: number): number {
  const number = Number(env[name] || fallback);
  if (!Number.isInteger(number) || number < 1 || number > 65_535)
    throw new SetupError(`${name} is not a port: ${env[name]}`);
  return number;
}
