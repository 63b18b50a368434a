import { type Channel, minutes, parseChannel, seconds } from "@callboard/protocol";
import type { AudienceStore, Ports } from "../ports/index.ts";

/** A change of viewers is counted after this time, so that people who come together are counted together. */
const COUNT_AFTER_MS = seconds(3);
/**
 * Many viewers are counted less often, because a count reads all of them: one second later for each partition of the
 * transport.
 */
const MS_PER_PARTITION = seconds(1);
const MAX_DELAY_MS = seconds(60);
/** The delay for a person who has already caused many counts in this minute. */
const COUNT_LATER_MS = minutes(4);
const MAX_MARKS = 10_000;

/**
 * The most counts that one person, or one connection, can schedule with the clock in a minute; a poll finds the rest.
 */
export const MAX_PROMPT_PER_MINUTE = 100;

/** Marks a channel's viewers to be counted; `by` is who caused it. */
interface ViewerMarks {
  mark(channel: Channel, at: number, by?: string): Promise<unknown>;
}

/** What marking a channel needs. */
export type MarkPorts = Pick<Ports, "clock" | "log"> & { readonly audiences: ViewerMarks };

/** How soon viewers are counted: by the number of the transport's partitions, or as `soon` says. */
interface MarkOptions {
  readonly hint?: number;
  readonly withinMs?: number;
  /** The person, or the connection, that caused it. */
  readonly by?: string;
}

const countedAfterMs = (hint: number): number =>
  Math.min(MAX_DELAY_MS, Math.max(COUNT_AFTER_MS, hint * MS_PER_PARTITION));

/**
 * Schedules a count of viewers after somebody came to a `watch:` channel, left it, or was found to be still there.
 * Never fails: no caller should fail because of a count.
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
 * Marks a channel once for all viewers who come before it is counted, as far as one process knows. Viewers who come
 * while the mark is written share that mark and its failure. A mark holds until the time that is stored, which may be
 * sooner than requested: viewers who come after it may miss that count. Beyond `MAX_PROMPT_PER_MINUTE` for each person,
 * channels are counted later, so that nobody can fill the queue.
 */
export function pacedMarks<A extends Pick<AudienceStore, "mark">>(
  audiences: A,
  clock: Pick<Ports["clock"], "now">,
): A {
  const marks = new Map<Channel, { at: number; done: Promise<number> }>();
  const isPrompt = perMinute(MAX_PROMPT_PER_MINUTE, clock);

  function mark(channel: Channel, at: number): Promise<number> {
    if (marks.size >= MAX_MARKS) marks.clear();
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
      const current = markedBy(wanted);
      if (current) return current;
      const at = by === undefined || isPrompt(by) ? wanted : Math.max(wanted, clock.now() + COUNT_LATER_MS);
      return markedBy(at) ?? mark(channel, at);
    },
  };
}

/** Returns a check of names: true for the first `most` calls with a name in each minute, within one process. */
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
