import { readFile } from "node:fs/promises";
import type { DeadLetter } from "@callboard/core";
import { environment } from "@callboard/functions";
import { composeOps, operatorsStates } from "@callboard/functions/ops";
import { connect, localEndpoint, placesAt, SetupError } from "../../connect.ts";
import { machinesToken } from "../../machines-token.ts";
import type { Options, Terminal } from "../../terminal.ts";

/** What is checked, and what may be used for it. */
export interface Target {
  readonly local: boolean;
  readonly socketUrl: string;
  /** Tells a refused token from a failing function, where it is known. */
  readonly httpUrl: string | undefined;
  readonly stateMachineArn: string;
  readonly token: string;
  readonly states: Pick<ReturnType<typeof operatorsStates>, "call">;
  /** What lies in the dead-letter queues; undefined where the environment names none. */
  readonly letters: (() => Promise<readonly DeadLetter[]>) | undefined;
}

/**
 * A deployment when `SOCKET_URL` is set, else Callboard on this machine, which gives out a token as well. Rejects with a
 * `SetupError` that names what is missing.
 */
export const readTarget = (terminal: Terminal, options: Options): Promise<Target> =>
  terminal.env.SOCKET_URL ? deployment(terminal, options) : local(terminal, options);

async function deployment(terminal: Terminal, options: Options): Promise<Target> {
  const { env } = terminal;
  const socketUrl = address(env, "SOCKET_URL", /^wss?:$/)!;
  const stateMachineArn = env.CHECK_STATE_MACHINE_ARN;
  if (!stateMachineArn || !env.AWS_REGION)
    throw new SetupError(
      "check needs CHECK_STATE_MACHINE_ARN (sst deploy prints it as check) and AWS_REGION beside SOCKET_URL",
    );
  // What dead letters are read with needs no table; that it is named is asked of everybody.
  const named = readVariables({
    ...env,
    TABLE_NAME: env.TABLE_NAME || "unnamed",
    BUS_NAME: env.BUS_NAME || "unnamed",
  });
  const hasQueues = named.UNDELIVERED_QUEUE_URL !== undefined || named.FAILED_QUEUE_URL !== undefined;
  const token = await givenToken(terminal, options);
  if (token === undefined)
    throw new SetupError("a token is needed: --token-file FILE, --token-file - or CALLBOARD_TOKEN");
  return {
    local: false,
    socketUrl,
    httpUrl: address(env, "HTTP_URL", /^https?:$/),
    stateMachineArn,
    token,
    states: operatorsStates(named),
    letters: hasQueues ? async () => (await composeOps(named).deadLetters.list()).letters : undefined,
  };
}

async function local(terminal: Terminal, options: Options): Promise<Target> {
  const { env } = terminal;
  if (env.TABLE_NAME)
    throw new SetupError("check needs SOCKET_URL of the deployment (sst deploy prints it as socket)");
  const endpoint = localEndpoint(env);
  const places = await placesAt(endpoint);
  if (!places)
    throw new SetupError(
      `Callboard does not answer at ${endpoint}: start it with npx callboard start, or name a deployment with SOCKET_URL`,
    );
  const { variables, ops } = await connect(terminal);
  return {
    local: true,
    socketUrl: `${places.socketEndpoint.replace(/^http/, "ws")}/`,
    httpUrl: places.socketEndpoint,
    stateMachineArn: places.checkMachineArn,
    token: (await givenToken(terminal, options)) ?? (await machinesToken(places.pages, "check", tokenNeeded)),
    states: operatorsStates(variables),
    letters: async () => (await ops.deadLetters.list()).letters,
  };
}

function readVariables(env: Terminal["env"]) {
  try {
    return environment("cli", env);
  } catch (error) {
    throw new SetupError((error as Error).message);
  }
}

function address(env: Terminal["env"], name: string, protocol: RegExp): string | undefined {
  const text = env[name];
  if (!text) return undefined;
  if (!URL.canParse(text) || !protocol.test(new URL(text).protocol))
    throw new SetupError(`${name} is not an address such as sst deploy prints it`);
  return text.replace(/\/+$/, "");
}

const tokenNeeded = "this Callboard gives out no token: give one with --token-file FILE or CALLBOARD_TOKEN";

/** Never an argument: the lists of processes would show it. */
async function givenToken(terminal: Terminal, { tokenFile }: Options): Promise<string | undefined> {
  if (tokenFile === undefined) return terminal.env.CALLBOARD_TOKEN?.trim() || undefined;
  if (tokenFile === "-") return (await terminal.readInput()).trim();
  return readFile(tokenFile, "utf8").then(
    (text) => text.trim(),
    (cause: NodeJS.ErrnoException) => {
      throw new SetupError(`the token cannot be read from ${tokenFile}: ${cause.code}`);
    },
  );
}
