import type { LambdaHandler } from "@callboard/aws-local";
import { type Log, laterOnTimers, perMinute, type Wakeups } from "@callboard/core";
import {
  authorizeEnvironment,
  authorizeHandler,
  authorizeHttpHandler,
  clockHandler,
  composeAuthorize,
  composeClock,
  composeFanout,
  composeIngest,
  composeNotify,
  composePlugins,
  composeRelay,
  composeRequests,
  composeSocket,
  environment,
  type FunctionName,
  fanoutHandler,
  httpRequestsHandler,
  type InProcess,
  ingestHandler,
  notifyHandler,
  openDoors,
  pluginsHandler,
  relayHandler,
  socketHandler,
  sqsOf,
  sqsWakeups,
  systemClock,
} from "@callboard/functions";
import type { Sender } from "@callboard/functions/push";
import { reportingMistakes } from "./event-mistakes.ts";
import { type MayCall, refusing } from "./refused-calls.ts";

/** The deployed handlers, composed for one machine: only the names in their environment differ. */
export interface Functions {
  readonly authorize: ReturnType<typeof authorizeHandler>;
  readonly authorizeHttp: ReturnType<typeof authorizeHttpHandler>;
  readonly socket: ReturnType<typeof socketHandler>;
  readonly requests: ReturnType<typeof httpRequestsHandler>;
  readonly ingest: LambdaHandler;
  readonly fanout: LambdaHandler;
  readonly relay: LambdaHandler;
  readonly notify: LambdaHandler;
  readonly plugins: LambdaHandler;
  readonly clock: LambdaHandler;
  /** Resolves when no promised work is left. */
  readonly idle: () => Promise<void>;
}

/** The ports that replace AWS calls and posts when the variables do not say how. */
export interface Within extends Posting {
  /** Replaces calls over HTTP. */
  readonly services: InProcess;
  /** Returns the address of the pages, once known, if the variables do not name it. */
  readonly pages?: () => string | undefined;
  readonly mayCall?: MayCall;
}

export interface Posting {
  /** Replaces posts over HTTP. */
  readonly sender?: Sender;
  /** The rate for the followers of one channel. */
  readonly postsPerSecond?: number;
}

/**
 * Composes the functions from the variables that a deployment would set; `say` gets their warnings. A wake-up message
 * is not awaited. Its queue uses the same store as the table, which keeps the order of writes. So the message is on the
 * disk no later than the row that is written after it.
 */
export function composeFunctions(
  variables: Readonly<Record<string, string>>,
  say: (line: string) => void,
  { services, mayCall, pages = () => undefined, ...posts }: Within,
): Functions {
  const saying = sparing(say);
  const log = warnings(saying);
  const later = laterOnTimers({ clock: systemClock, log });
  const queueUrl = variables.WAKEUPS_QUEUE_URL!;
  const queue = sqsOf(environment("clock", variables), { inProcess: services });
  const wakeups = unawaited(sqsWakeups({ sqs: queue, queueUrl, clock: systemClock }), log);
  const waiting = (name: FunctionName) => ({
    log,
    inProcess: mayCall ? refusing(services, name, mayCall) : services,
  });
  const common = (name: FunctionName) => ({ ...waiting(name), ...(services.dynamodb ? { wakeups } : {}) });
  const posting = (name: FunctionName) => ({ ...common(name), later, ...posts });
  const authorizing = { ...composeAuthorize(authorizeEnvironment(variables)), log };
  return {
    authorize: authorizeHandler(authorizing),
    authorizeHttp: authorizeHttpHandler(authorizing),
    requests: httpRequestsHandler(
      composeRequests(environment("requests", variables), { ...common("requests"), webhooksHere: true }),
    ),
    socket: socketHandler(composeSocket(environment("socket", variables), common("socket"))),
    ingest: reportingMistakes(
      ingestHandler(composeIngest(environment("ingest", variables), posting("ingest"))),
      saying,
      systemClock,
    ),
    fanout: fanoutHandler(composeFanout(environment("fanout", variables), posting("fanout"))),
    relay: relayHandler(composeRelay(environment("relay", variables), common("relay"))),
    notify: once(
      () => variables.PAGES_URL ?? pages(),
      (PAGES_URL) => {
        const told = environment("notify", { ...variables, PAGES_URL });
        const doors = openDoors(told, { clock: systemClock, log, allow: isThisMachine });
        return notifyHandler(composeNotify(told, { ...waiting("notify"), doors }));
      },
    ),
    plugins: pluginsHandler(composePlugins(environment("plugins", variables), common("plugins"))),
    // It writes no row after a message, and puts back a message whose successor was not accepted.
    clock: clockHandler(composeClock(environment("clock", variables), waiting("clock"))),
    idle: later.idle,
  };
}

/** Webhooks may go to addresses on this machine. */
const isThisMachine = (address: string): boolean => /^(127(\.\d+){3}|::1)$/.test(address);

/**
 * A function that is composed at its first call after something is known; until then its events are delivered
 * again.
 */
function once(known: () => string | undefined, make: (known: string) => LambdaHandler): LambdaHandler {
  let made: LambdaHandler | undefined;
  return async (...invocation) => {
    const now = known();
    if (!made && now === undefined) throw new Error("the pages do not listen yet");
    made ??= make(now!);
    return made(...invocation);
  };
}

const MAX_A_MINUTE = 10;

/** A log that prints its warnings at the terminal, a limited number of each kind per minute. */
export const logOf = (say: (line: string) => void): Log => warnings(sparing(say));

const warnings = (saying: ReturnType<typeof sparing>): Log => ({
  info() {},
  metric() {},
  warn: (message, fields = {}) =>
    saying(
      message,
      [message, ...Object.entries(fields).map(([name, value]) => `${name}=${value}`)].join(" "),
    ),
});

/**
 * Prints a limited number of lines of each kind per minute, and once that there are more: a full disk fails
 * every client's message.
 */
function sparing(say: (line: string) => void): (kind: string, line: string) => void {
  const isSaid = perMinute(MAX_A_MINUTE, systemClock);
  const isNoted = perMinute(1, systemClock);
  return (kind, line) => {
    if (isSaid(kind)) say(line);
    else if (isNoted(kind)) say(`${kind}: further ones in this minute are not shown`);
  };
}

/** Returns before its messages are sent. A message that fails is logged, and a poll finds its row. */
const unawaited = (wakeups: Wakeups, log: { warn(message: string): void }): Wakeups => ({
  async send(messages) {
    wakeups.send(messages).catch(() => log.warn("a wake-up was not accepted; the next poll does its work"));
  },
});
