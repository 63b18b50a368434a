import type { Dynamodb, LambdaHandler } from "@callboard/aws-local";
import { laterOnTimers } from "@callboard/core";
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
  ingestHandler,
  relayHandler,
  requestsHandler,
  socketHandler,
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

/** What takes the place of calls over HTTP, where it is given. */
interface InProcess {
  readonly sender: Sender | undefined;
  readonly dynamodb: Dynamodb["call"] | undefined;
}

/** Makes the functions from the variables that a deployment would set; `say` takes their warnings. */
export function composeFunctions(
  variables: Readonly<Record<string, string>>,
  say: (line: string) => void,
  { sender, dynamodb }: InProcess,
): Functions {
  const log = {
    info() {},
    metric() {},
    warn: (message: string, fields: Record<string, string | number | boolean> = {}) =>
      say([message, ...Object.entries(fields).map(([name, value]) => `${name}=${value}`)].join(" ")),
  };
  const later = laterOnTimers({ clock: systemClock, log });
  const common = { log, dynamodb };
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
