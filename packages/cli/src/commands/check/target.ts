import { readFile } from "node:fs/promises";
import type { DeadLetter } from "@callboard/core";
import { environment } from "@callboard/functions";
import { composeOps, operatorsStates } from "@callboard/functions/ops";
import { connect, localEndpoint, placesAt, SetupError } from "../../connect.ts";
import { machinesToken } from "../../machines-token.ts";
import type { Options, Terminal } from "../../terminal.ts";

/** The Callboard to check, and how to reach it. */
export interface Target {
  readonly local: boolean;
  readonly socketUrl: string;
  /** Shows whether a token was refused or a function failed, if it is known. */
  readonly httpUrl: string | undefined;
  readonly stateMachineArn: string;
  readonly token: string;
  readonly states: Pick<ReturnType<typeof operatorsStates>, "call">;
  /** The dead letters; undefined when the environment names no queue. */
  readonly deadLetters: (() => Promise<readonly DeadLetter[]>) | undefined;
}

/**
 * A deployment when `SOCKET_URL` is set, else Callboard on this machine, which issues a token as well.
 * Rejects with a `SetupError` that names what is missing.
 */
export const readTarget = (terminal: Terminal, options: Options): Promise<Target> =>
  terminal.env.SOCKET_URL ? deployment(terminal, options) : local(terminal, options);

async function deployment(terminal: Terminal, options: Options): Promise<Target> {
  const { env } = terminal;
  const socketUrl = address(env, "SOCKET_URL", /^wss?:$/)!;
  const stateMachineArn = env.CHECK_STATE_MACHINE_ARN;
  if (!stateMachineArn || !env.AWS_REGION)
    throw new SetupError(
      "with SOCKET_URL, check also needs CHECK_STATE_MACHINE_ARN (sst deploy prints it as check) and AWS_REGION",
    );
  // The code that reads dead letters needs no table, but all commands require its name.
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
    deadLetters: hasQueues ? async () => (await composeOps(named).deadLetters.list()).letters : undefined,
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
    deadLetters: async () => (await ops.deadLetters.list()).letters,
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
    throw new SetupError(`${name} is not an address as sst deploy prints it`);
  return text.replace(/\/+$/, "");
}

const tokenNeeded = "this Callboard issues no tokens: pass one with --token-file FILE or CALLBOARD_TOKEN";

/** Never an argument, because process lists would show it. */
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
