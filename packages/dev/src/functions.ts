import type { LambdaHandler } from "@callboard/aws-local";
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

/** How messages reach connections, where it is not as the variables say. */
export interface Posting {
  /** Takes the place of posts over HTTP. */
  readonly sender?: Sender;
  /** To those who follow one channel. */
  readonly postsPerSecond?: number;
}

/** Makes the functions from the variables that a deployment would set; `say` takes their warnings. */
export function composeFunctions(
  variables: Readonly<Record<string, string>>,
  say: (line: string) => void,
  how: Posting = {},
): Functions {
  const log = {
    info() {},
    metric() {},
    warn: (message: string, fields: Record<string, string | number | boolean> = {}) =>
      say([message, ...Object.entries(fields).map(([name, value]) => `${name}=${value}`)].join(" ")),
  };
  const later = laterOnTimers({ clock: systemClock, log });
  const posting = { log, later, ...how };
  const authorizing = { ...composeAuthorize(environment("authorize", variables)), log };
  return {
    authorize: authorizeHandler(authorizing),
    authorizeHttp: authorizeHttpHandler(authorizing),
    requests: requestsHandler(composeRequests(environment("requests", variables), { log })),
    socket: socketHandler(composeSocket(environment("socket", variables), { log })),
    ingest: ingestHandler(composeIngest(environment("ingest", variables), posting)),
    fanout: fanoutHandler(composeFanout(environment("fanout", variables), posting)),
    relay: relayHandler(composeRelay(environment("relay", variables), { log })),
    clock: clockHandler(composeClock(environment("clock", variables), { log })),
    idle: later.idle,
  };
}
