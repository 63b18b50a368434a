import { type Channel, parseChannel, seconds } from "@callboard/protocol";
import type { AudienceStore, Ports } from "../ports/index.ts";

/** Viewers that have changed are counted after this time, so that those who come together are counted together. */
const countAfterMs = seconds(1);
/** Many are counted more seldom: a count reads all of them. */
const longestMs = seconds(60);
const mostMarks = 10_000;

/** What marking a channel needs. */
export type MarkPorts = Pick<Ports, "clock" | "log"> & { readonly audiences: Pick<AudienceStore, "mark"> };

/** How soon viewers are counted: after a second for each of the transport's partitions, or as it is said. */
interface Within {
  readonly hint?: number;
  readonly withinMs?: number;
}

/**
 * Somebody came to a `watch:` channel, left it, or is still there: its viewers are to be counted. Never fails, since it
 * is never what somebody came for.
 */
export async function markViewers(
  { audiences, clock, log }: MarkPorts,
  channel: Channel,
  { hint = 1, withinMs = Math.min(longestMs, hint * countAfterMs) }: Within = {},
): Promise<void> {
  if (parseChannel(channel).kind !== "watch") return;
  try {
    await audiences.mark(channel, clock.now() + withinMs);
  } catch {
    log.warn("viewers were not marked to be counted; the next heartbeat does it");
  }
}

/** Marks a channel once for all those who come before it is counted, as far as one process knows of them. */
export function markedOnce<A extends Pick<AudienceStore, "mark">>(
  audiences: A,
  { now }: Pick<Ports["clock"], "now">,
): A {
  const marks = new Map<Channel, number>();
  return {
    ...audiences,
    async mark(channel, at) {
      const marked = marks.get(channel);
      if (marked !== undefined && now() < marked && marked <= at) return;
      await audiences.mark(channel, at);
      if (marks.size >= mostMarks) marks.clear();
      marks.set(channel, at);
    },
  };
}
