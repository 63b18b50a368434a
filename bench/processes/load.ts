import { setTimeout as pause } from "node:timers/promises";
import { now } from "../children/now.ts";
import { serve } from "../children/serve.ts";
import { replaces, type Spread, stepOf, subjectOf } from "../load/numbering.ts";
import { type EventsPut, eventsAt } from "../service/put-events.ts";
import { dialects } from "../sockets/dialects.ts";
import { openLeanSocket } from "../sockets/lean-socket.ts";

export type Load = typeof commands;

/** The target of the load. */
export interface Target {
  readonly aws: string;
  readonly socket: string;
  /** A viewer's, as subprotocols. */
  readonly protocols: readonly string[];
}

/** The result of a rate. */
export interface Put {
  readonly put: number;
  readonly backlog: number;
  readonly missed: number;
  readonly latencies: readonly number[];
}

/** Sockets that are opened at a time: a new account takes 500 a second. */
const AT_ONCE = 20;
/** If nothing arrives for so long, the rest counts as missed, in milliseconds; and the longest wait for it. */
const QUIET_MS = 15_000;
const MAX_DRAIN_MS = 240_000;

let spread: Spread = { subjects: 1, steps: 1 };
let events: EventsPut | undefined;
/** When each event that has not arrived was put, on the machine's clock. */
const waiting = new Map<number, number>();
let latencies: number[] = [];
let lastArrival = 0;
let put = 0;
let closed = 0;

const nameOf = (subject: number): string => `bench/load-${subject}`;

/** A producer of progress, and a follower of each of its subjects, in one process: both sides see the same clock. */
const commands = {
  /** Lets one browser follow each of that many subjects. */
  async follow(target: Target, over: Spread): Promise<void> {
    spread = over;
    events = eventsAt(target.aws);
    let next = 0;
    const opener = async () => {
      while (next < over.subjects) await follow(target, `watch:${nameOf(next++)}`);
    };
    await Promise.all(Array.from({ length: AT_ONCE }, opener));
  },

  /** Puts events at a fixed rate for a time, even if they are late, and waits until all or no more arrive. */
  async hold(rate: number, seconds: number): Promise<Put> {
    latencies = [];
    const failures: unknown[] = [];
    const first = put;
    const start = now();
    for (let turn = 0; turn < rate * seconds; ) {
      const due = Math.min(rate * seconds, ((now() - start) / 1000) * rate + 1);
      for (; turn < Math.floor(due); turn++) putOne().catch((cause) => failures.push(cause));
      await pause(Math.max(1, (turn / rate) * 1000 - (now() - start)));
      if (now() - start > (seconds + 1) * 1000) break;
    }
    const backlog = waiting.size;
    const end = now();
    lastArrival = end;
    while (waiting.size > 0 && now() - lastArrival < QUIET_MS && now() - end < MAX_DRAIN_MS) await pause(50);
    if (failures.length > 0) throw failures[0];
    if (closed > 0) throw new Error(`${closed} followers have lost their connection`);
    const missed = waiting.size;
    waiting.clear();
    return { put: put - first, backlog, missed, latencies };
  },
};

async function putOne(): Promise<void> {
  const n = put++;
  waiting.set(n, now());
  await events!.put("Progress Reported", {
    subject: nameOf(subjectOf(spread, n)),
    step: `step-${stepOf(spread, n)}`,
    state: "running",
    at: Date.now(),
    message: `event ${n};`,
  });
}

function follow({ socket: url, protocols }: Target, channel: string): Promise<void> {
  const dialect = dialects.callboard([channel]);
  return new Promise((welcomed, fail) => {
    let isReady = false;
    openLeanSocket(new URL(url), protocols, {
      opened: (socket) => void dialect.opened(socket),
      text(bytes, socket) {
        if (isReady) return take(bytes.toString("latin1"));
        if (dialect.ready(bytes.toString(), socket) === undefined) return;
        isReady = true;
        welcomed();
      },
      closed(reason) {
        if (isReady) closed++;
        fail(new Error(`a socket was closed: ${reason}`));
      },
    });
  });
}

/** Notes every event in a message, and those that it replaces. */
function take(text: string): void {
  const at = now();
  for (const [, number] of text.matchAll(/"event (\d+);"/g)) {
    for (let n: number | undefined = Number(number); n !== undefined; n = replaces(spread, n)) {
      const begun = waiting.get(n);
      // An earlier event there has arrived before, or with another one.
      if (begun === undefined) break;
      waiting.delete(n);
      latencies.push(at - begun);
      lastArrival = at;
    }
  }
}

serve(commands, () => events?.close());
