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
import { type MayCall, refusing } from "./refused-calls.ts";
import { tellingSlips } from "./slips.ts";

/** The deployed handlers, made for one machine: only what their environment names is different. */
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
  /** Resolves when nothing is promised for later any more. */
  readonly idle: () => Promise<void>;
}

/** How AWS is reached, and how messages reach connections, where it is not as the variables say. */
export interface Within extends Posting {
  /** What takes the place of calls over HTTP. */
  readonly services: InProcess;
  /** Where the pages are, once they are, if the variables do not say it. */
  readonly pages?: () => string | undefined;
  readonly mayCall?: MayCall;
}

export interface Posting {
  /** Takes the place of posts over HTTP. */
  readonly sender?: Sender;
  /** To those who follow one channel. */
  readonly postsPerSecond?: number;
}

/**
 * Makes the functions from the variables that a deployment would set; `say` takes their warnings. A wake-up is not waited
 * for: the queue's store is the table's, which keeps the order of what is asked of it, so that the message is on the disk
 * no later than the row that is written after it.
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
    ingest: tellingSlips(
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
    // It writes no row after a message, and gives back a message whose successor was not taken.
    clock: clockHandler(composeClock(environment("clock", variables), waiting("clock"))),
    idle: later.idle,
  };
}

/** People may be told at addresses of this machine. */
const isThisMachine = (address: string): boolean => /^(127(\.\d+){3}|::1)$/.test(address);

/** A function that is made when it is first called once something is known; until then its events come again. */
function once(known: () => string | undefined, make: (known: string) => LambdaHandler): LambdaHandler {
  let made: LambdaHandler | undefined;
  return async (...invocation) => {
    const now = known();
    if (!made && now === undefined) throw new Error("the pages do not listen yet");
    made ??= make(now!);
    return made(...invocation);
  };
}

const MOST_A_MINUTE = 10;

/** A log that says its warnings at the terminal, so many of a kind in a minute. */
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

/** Says so many lines of a kind in a minute, and once that there are more: a full disk fails every client's message. */
function sparing(say: (line: string) => void): (kind: string, line: string) => void {
  const isSaid = perMinute(MOST_A_MINUTE, systemClock);
  const isNoted = perMinute(1, systemClock);
  return (kind, line) => {
    if (isSaid(kind)) say(line);
    else if (isNoted(kind)) say(`${kind}: more of it in this minute is not said`);
  };
}

/** Messages that are on their way when it answers. One that is not taken is told, and its row is left to a poll. */
const unawaited = (wakeups: Wakeups, log: { warn(message: string): void }): Wakeups => ({
  async send(messages) {
    wakeups.send(messages).catch(() => log.warn("a wake-up could not be sent; a poll will find its row"));
  },
});
