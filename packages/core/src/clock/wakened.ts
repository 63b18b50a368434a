import { type Channel, minutes } from "@callboard/protocol";
import { mostPromptAMinute, perMinute } from "../channel/mark-viewers.ts";
import type { AudienceStore, Due, Ports, RequestStore, Wakeup } from "../ports/index.ts";
import { dueOf } from "../request/agenda.ts";
import { type FeedbackRequest, noteOn, type RequestNote, type Transition } from "../request/request.ts";

/** What falls due within this time is brought by a message of whoever writes it; what is later, by a poll's. */
const soonMs = minutes(2);

export type WakeningPorts = Pick<Ports, "wakeups" | "clock" | "log">;

type MovedRequests = Pick<RequestStore, "move" | "note"> & Partial<Pick<RequestStore, "ask">>;

/**
 * Requests whose every write is preceded by a message for what it makes due soon, so that whoever dies after the write
 * is made up for at that time. What one person does brings so many messages a minute and no more: beyond them a poll
 * finds what is due.
 */
export function wakenedRequests<R extends MovedRequests>(ports: WakeningPorts, requests: R): R {
  const isPrompt = perMinute(mostPromptAMinute, ports.clock);
  const { ask } = requests;
  return {
    ...requests,
    ...(ask
      ? {
          async ask(asking: Parameters<typeof ask>[0]) {
            const { request, supersedes } = asking;
            await announceRows(ports, [...rowOf(request), ...(supersedes ? rowOf(supersedes.request) : [])]);
            return ask(asking);
          },
        }
      : {}),
    async move(transition: Transition) {
      const { by, origin } = transition.ledger ?? {};
      if (!by || !origin || isPrompt(by.id)) await announceRows(ports, rowOf(transition.request));
      return requests.move(transition);
    },
    async note(request: FeedbackRequest, note: RequestNote) {
      await announceRows(ports, rowsOf(request, note));
      return requests.note(request, note);
    },
  };
}

/**
 * Audiences of which each mark is preceded by a message, unless somebody else has seen to it that they are counted as
 * soon: a row that stands is left alone. Taking one needs none: whoever was told to take it is told again if need be.
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

/** Sends messages for what is due soon. The rows are written all the same if they are not taken: a poll finds them. */
async function announceRows({ wakeups, clock, log }: WakeningPorts, rows: readonly Wakeup[]): Promise<void> {
  const soon = rows.filter(({ at }) => at <= clock.now() + soonMs);
  if (soon.length === 0) return;
  try {
    await wakeups.send(soon);
  } catch {
    log.warn("a wake-up was not taken; the next poll does without", aboutOf(soon[0]!));
  }
}

const aboutOf = (due: Due): Record<string, string> =>
  "request" in due ? { requestId: due.request } : { kind: "audience" };

function rowOf(request: FeedbackRequest): Wakeup[] {
  const at = dueOf(request);
  return at === undefined ? [] : [{ request: request.id, version: request.version, at }];
}

/**
 * The time at which a request is due with a note made on it, and those that the note itself names: another note that is
 * made meanwhile may take away what was due before them. A note of nothing makes nothing due.
 */
function rowsOf(request: FeedbackRequest, note: RequestNote): Wakeup[] {
  const { announced, probeAt, relay } = note;
  if (announced === undefined && probeAt === undefined && relay === undefined) return [];
  const times = [dueOf(noteOn(request, note)), probeAt, relay?.at].filter((at) => at !== undefined);
  return [...new Set(times)].map((at) => ({ request: request.id, version: request.version, at }));
}
