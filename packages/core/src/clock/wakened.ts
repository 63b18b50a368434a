import { type Channel, minutes } from "@callboard/protocol";
import { MAX_PROMPT_PER_MINUTE, perMinute } from "../channel/mark-viewers.ts";
import type { AudienceStore, Due, Ports, RequestStore, Wakeup } from "../ports/index.ts";
import { dueOf } from "../request/agenda.ts";
import { type FeedbackRequest, noteOn, type RequestNote, type Transition } from "../request/request.ts";

/** For a row that is due within this time, its writer sends a message; for one that is due later, a poll does. */
const SOON_MS = minutes(2);

export type WakeningPorts = Pick<Ports, "wakeups" | "clock" | "log">;

type MovedRequests = Pick<RequestStore, "move" | "note"> & Partial<Pick<RequestStore, "ask">>;

/**
 * A request store that sends a wake-up message before each write of a row that will be due soon. If the process dies
 * after the write, the message continues its work at that time. One person's actions send a limited number of messages a
 * minute; for the rest, a poll finds the rows.
 */
export function wakenedRequests<R extends MovedRequests>(ports: WakeningPorts, requests: R): R {
  const isPrompt = perMinute(MAX_PROMPT_PER_MINUTE, ports.clock);
  const { ask } = requests;
  return {
    ...requests,
    ...(ask
      ? {
          async ask(asking: Parameters<typeof ask>[0]) {
            const { request, supersedes } = asking;
            await announceRows(ports, [rowOf(request), ...(supersedes ? [rowOf(supersedes.request)] : [])]);
            return ask(asking);
          },
        }
      : {}),
    async move(transition: Transition) {
      const { by, origin } = transition.ledger ?? {};
      if (!by || !origin || isPrompt(by.id)) await announceRows(ports, [rowOf(transition.request)]);
      return requests.move(transition);
    },
    async note(request: FeedbackRequest, note: RequestNote) {
      await announceRows(ports, rowsOf(request, note));
      return requests.note(request, note);
    },
  };
}

/**
 * A store that sends a wake-up message before it marks viewers to be counted, unless a mark that is at least as early
 * exists. `take` sends none: the process that handles the due event is followed up by other messages.
 */
export function wakenedAudiences<A extends Pick<AudienceStore, "mark" | "dueAt">>(
  ports: WakeningPorts,
  audiences: A,
): A {
  return {
    ...audiences,
    async mark(channel: Channel, at: number) {
      const due = await audiences.dueAt(channel);
      if (due !== undefined && due <= at) return due;
      await announceRows(ports, [{ audience: channel, at }]);
      return audiences.mark(channel, at);
    },
  };
}

/**
 * Sends messages for rows that are due soon. If the queue does not take them, the rows are written nevertheless and a
 * poll finds them.
 */
async function announceRows({ wakeups, clock, log }: WakeningPorts, rows: readonly Wakeup[]): Promise<void> {
  const soon = rows.filter(({ at }) => at <= clock.now() + SOON_MS);
  if (soon.length === 0) return;
  try {
    await wakeups.send(soon);
  } catch {
    log.warn("a wake-up could not be sent; a poll will find its row", aboutOf(soon[0]!));
  }
}

const aboutOf = (due: Due): Record<string, string> =>
  "request" in due ? { requestId: due.request } : { kind: "audience" };

/** A row that is never due has the time `Infinity`. */
const rowOf = (request: FeedbackRequest, at = dueOf(request) ?? Infinity): Wakeup => ({
  request: request.id,
  version: request.version,
  at,
});

/**
 * The time at which a request is due after a note, and the times in the note itself: a note that is written at the same
 * time may remove what was due before them. An empty note makes nothing due.
 */
function rowsOf(request: FeedbackRequest, note: RequestNote): Wakeup[] {
  const { announced, probeAt, relay } = note;
  if (announced === undefined && probeAt === undefined && relay === undefined) return [];
  const times = [dueOf(noteOn(request, note)) ?? Infinity, probeAt ?? Infinity, relay?.at ?? Infinity];
  return [...new Set(times)].map((at) => rowOf(request, at));
}
