import type { Callboard, ChannelView } from "@callboard/client";
import { areOfOneMoment, differingKeys } from "./same-maps.ts";

/** How long two maps may differ in age before they are compared nevertheless, in milliseconds. */
const MAX_WAIT_MS = 6_000;

/**
 * Compares the channels of a page's client with those of a new client; returns the keys that differ.
 * Undefined when one of the two was not connected for that long.
 */
export async function checkMaps(
  page: Callboard,
  open: () => Promise<Callboard>,
): Promise<string[] | undefined> {
  const ours = page.channels().filter(({ status }) => status === "following");
  if (page.state.state !== "connected") return undefined;
  const fresh = await open();
  try {
    const pairs = ours.map((view) => [view, fresh.channel(view.name)] as const);
    const ends = pairs.map(([, theirs]) => theirs.follow());
    const isSettled = ([view, theirs]: (typeof pairs)[number]) =>
      isFollowing(view) && isFollowing(theirs) && areOfOneMoment(view, theirs);
    const from = performance.now();
    while (!pairs.every(isSettled) && performance.now() - from < MAX_WAIT_MS) await aMoment();
    // Channels that a page has left meanwhile are not shown.
    const held = pairs.filter(([view]) => isFollowing(view));
    if (!held.every(([, theirs]) => isFollowing(theirs))) return undefined;
    const keys = held.flatMap(([view, theirs]) => differingKeys(view, theirs));
    for (const end of ends) end();
    return keys;
  } finally {
    fresh.close();
  }
}

const isFollowing = ({ status }: ChannelView): boolean => status === "following";

const aMoment = () => new Promise<void>((later) => setTimeout(later, 60));
