import type { LambdaHandler } from "@callboard/aws-local";
import { laterOnTimers, type Wakeups } from "@callboard/core";
import {
  authorizeHandler,
  authorizeHttpHandler,
  clockHandler,
  composeAuthorize,
  composeClock,
  composeFanout,
  composeIngest,
  composeRelay,
  composeRequests,
  composeSocket,
  environment,
  fanoutHandler,
  type InProcess,
  ingestHandler,
  relayHandler,
  requestsHandler,
  socketHandler,
  sqsOf,
  sqsWakeups,
  systemClock,
} from "@callboard/functions";
import type { Sender } from "@callboard/functions/push";

/** The deployed handlers, made for one machine: only what their environment names is different. */
export interface Functions {
  readonly authorize: ReturnType<typeof authorizeHandler>;
  readonly authorizeHttp: ReturnType<typeof authorizeHttpHandler>;
  readonly socket: ReturnType<typeof socketHandler>;
  readonly requests: ReturnType<typeof requestsHandler>;
  readonly ingest: LambdaHandler;
  readonly fanout: LambdaHandler;
  readonly relay: LambdaHandler;
  readonly clock: LambdaHandler;
  /** Resolves when nothing is promised for later any more. */
  readonly idle: () => Promise<void>;
}

/** What takes the place of calls over HTTP. */
export interface Within {
  readonly services: InProcess;
  /** Left out, posts go over HTTP. */
  readonly sender: Sender | undefined;
}

/**
 * Makes the functions from the variables that a deployment would set; `say` takes their warnings. A wake-up is not waited
 * for: the queue's store is the table's, which keeps the order of what is asked of it, so that the message is on the disk
 * no later than the row that is written after it.
 */
export function composeFunctions(
  variables: Readonly<Record<string, string>>,
  say: (line: string) => void,
  { services, sender }: Within,
): Functions {
  const saying = sparing(say);
  const log = {
    info() {},
    metric() {},
    warn: (message: string, fields: Record<string, string | number | boolean> = {}) =>
      saying(
        message,
        [message, ...Object.entries(fields).map(([name, value]) => `${name}=${value}`)].join(" "),
      ),
  };
  const later = laterOnTimers({ clock: systemClock, log });
  const queueUrl = variables.WAKEUPS_QUEUE_URL!;
  const queue = sqsOf(environment("clock", variables), { inProcess: services });
  const wakeups = unawaited(sqsWakeups({ sqs: queue, queueUrl, clock: systemClock }), log);
  const common = { log, inProcess: services, ...(services.dynamodb ? { wakeups } : {}) };
  const posting = { ...common, later, ...(sender ? { sender } : {}) };
  return {
    authorize: authorizeHandler({ ...composeAuthorize(environment("authorize", variables)), log }),
    authorizeHttp: authorizeHttpHandler({
      ...composeAuthorize(environment("authorize", variables)),
      log,
    }),
    requests: requestsHandler(composeRequests(environment("requests", variables), common)),
    socket: socketHandler(composeSocket(environment("socket", variables), common)),
    ingest: ingestHandler(composeIngest(environment("ingest", variables), posting)),
    fanout: fanoutHandler(composeFanout(environment("fanout", variables), posting)),
    relay: relayHandler(composeRelay(environment("relay", variables), common)),
    clock: clockHandler(composeClock(environment("clock", variables), common)),
    idle: later.idle,
  };
}

const MOST_A_MINUTE = 10;

/** Says so many lines of a kind in a minute: a full disk fails every message of every client. */
function sparing(say: (line: string) => void): (kind: string, line: string) => void {
  const said = new Map<string, number>();
  let since = systemClock.now();
  return (kind, line) => {
    if (systemClock.now() >= since + 60_000) {
      since = systemClock.now();
      said.clear();
    }
    const count = (said.get(kind) ?? 0) + 1;
    said.set(kind, count);
    if (count <= MOST_A_MINUTE) say(line);
    if (count === MOST_A_MINUTE) say(`${kind}: more of it in this minute is not said`);
  };
}

/** Messages that are on their way when it answers. One that is not taken is told, and its row is left to a poll. */
const unawaited = (wakeups: Wakeups, log: { warn(message: string): void }): Wakeups => ({
  async send(messages) {
    wakeups.send(messages).catch(() => log.warn("a wake-up was not taken; the next poll does without"));
  },
});
