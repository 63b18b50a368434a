import { type Channel, minutes, parseChannel, seconds } from "@callboard/protocol";
import type { AudienceStore, Ports } from "../ports/index.ts";

/** Viewers that have changed are counted after this time, so that those who come together are counted together. */
const countAfterMs = seconds(3);
/** Many are counted more seldom, since a count reads all of them: after a second for each of the transport's partitions. */
const eachPartitionMs = seconds(1);
const longestMs = seconds(60);
/** After this time, if whoever caused it has caused much in this minute. */
const countLaterMs = minutes(4);
const mostMarks = 10_000;

/** What one person, or one connection, causes in a minute that the clock is woken up for; a poll finds the rest. */
export const mostPromptAMinute = 100;

/** Marks an audience to be counted; `by` is who caused it. */
interface AudienceMarks {
  mark(channel: Channel, at: number, by?: string): Promise<unknown>;
}

/** What marking a channel needs. */
export type MarkPorts = Pick<Ports, "clock" | "log"> & { readonly audiences: AudienceMarks };

/** How soon viewers are counted: by the number of the transport's partitions, or as it is said. */
interface MarkOptions {
  readonly hint?: number;
  readonly withinMs?: number;
  /** The person, or the connection, that caused it. */
  readonly by?: string;
}

const countedAfterMs = (hint: number): number =>
  Math.min(longestMs, Math.max(countAfterMs, hint * eachPartitionMs));

/**
 * Somebody came to a `watch:` channel, left it, or is still there: its viewers are to be counted. Never fails, since it
 * is never what somebody came for.
 */
export async function markViewers(
  { audiences, clock, log }: MarkPorts,
  channel: Channel,
  { hint = 1, withinMs = countedAfterMs(hint), by }: MarkOptions = {},
): Promise<void> {
  if (parseChannel(channel).kind !== "watch") return;
  try {
    await audiences.mark(channel, clock.now() + withinMs, by);
  } catch {
    log.warn("viewers were not marked to be counted; the next heartbeat does it");
  }
}

/**
 * Marks a channel once for all those who come before it is counted, as far as one process knows of them; whoever comes
 * while it is being marked shares that mark, and its failure. A mark holds until the time that stands, which may be
 * sooner than was asked for: who comes after it may not be among those that are counted then. Of what one person causes
 * beyond `mostPromptAMinute`, channels are counted later, so that nobody can fill the queue.
 */
export function pacedMarks<A extends Pick<AudienceStore, "mark">>(
  audiences: A,
  clock: Pick<Ports["clock"], "now">,
): A {
  const marks = new Map<Channel, { at: number; done: Promise<number> }>();
  const isPrompt = perMinute(mostPromptAMinute, clock);

  function mark(channel: Channel, at: number): Promise<number> {
    if (marks.size >= mostMarks) marks.clear();
    const marked = { at, done: audiences.mark(channel, at) };
    marks.set(channel, marked);
    marked.done.then(
      (due) => {
        marked.at = Math.min(at, due);
      },
      () => {
        if (marks.get(channel) === marked) marks.delete(channel);
      },
    );
    return marked.done;
  }

  return {
    ...audiences,
    mark(channel: Channel, wanted: number, by?: string): Promise<number> {
      const markedBy = (at: number) => {
        const marked = marks.get(channel);
        return marked && clock.now() < marked.at && marked.at <= at ? marked.done : undefined;
      };
      const standing = markedBy(wanted);
      if (standing) return standing;
      const at = by === undefined || isPrompt(by) ? wanted : Math.max(wanted, clock.now() + countLaterMs);
      return markedBy(at) ?? mark(channel, at);
    },
  };
}

/** Tells of each name that comes whether it comes for the `most`th time in this minute at most, within one process. */
export function perMinute(most: number, clock: Pick<Ports["clock"], "now">): (name: string) => boolean {
  const counts = new Map<string, number>();
  let minute = 0;
  return (name) => {
    const current = Math.floor(clock.now() / minutes(1));
    if (current !== minute) counts.clear();
    minute = current;
    const count = (counts.get(name) ?? 0) + 1;
    counts.set(name, count);
    return count <= most;
  };
}
