import type { Bus } from "@callboard/core";
import type { FanOutPage } from "@callboard/protocol";
import { deltaMessages } from "./delta-messages.ts";
import { DEFAULT_POSTS_PER_SECOND, pace } from "./pacing.ts";
import type { SweepPlace, SweepStore } from "./ports.ts";
import { type Pacing, type PostPorts, postAll } from "./post-all.ts";
import { PAGE_CONNECTIONS } from "./shards.ts";
import { deltasDue, isHeld, type Sweep, shardAt, visited } from "./sweep.ts";

/**
 * What posting to a large audience needs besides: its progress, the invocation that continues, and where to report closed
 * connections.
 */
export interface FanOutPorts extends PostPorts {
  readonly sweeps: SweepStore;
  readonly bus: Bus;
  readonly viewers: { changed(channel: FanOutPage["channel"]): Promise<void> };
  /** Posts per second for one channel, over all its sweeps. */
  readonly postsPerSecond?: number;
}

/** The time in which one page is posted at the usual speed: a slower sweep has smaller pages. */
const PAGE_SECONDS = 2;
/**
 * Posts of a page that have not started after this time are dropped, and those clients recover by themselves, in
 * milliseconds.
 */
const PAGE_MS = 5000;
/** After this time without a finished page, a holder is taken for dead; longer than the slowest page, in milliseconds. */
const HOLD_MS = 15_000;
/** No page starts later than this after an invocation's start, so that it ends in time, in milliseconds. */
const WORK_MS = 12_000;
/** Most tries to write one sweep against concurrent pushes. */
const MAX_TRIES = 20;

/**
 * Handles Fan-out Page: continues a sweep page by page, no faster than allowed, and puts the next Fan-out Page when its
 * time is up. Each page posts what is due when it starts. One invocation holds a sweep at a time: another one waits until
 * the holder has finished or is dead, and gives up if neither happens.
 */
export async function fanOut(ports: FanOutPorts, { channel, sweep: index }: FanOutPage): Promise<void> {
  const { clock, postsPerSecond = DEFAULT_POSTS_PER_SECOND } = ports;
  const place = { channel, index };
  const end = clock.now() + WORK_MS;
  let held = await take(ports, place);
  if (!held) return;
  const perSecond = postsPerSecond / held.sweeps;
  const pacing = { turn: pace(clock, perSecond), mostMs: PAGE_MS };
  const most = Math.max(1, Math.min(PAGE_CONNECTIONS, Math.floor(perSecond * PAGE_SECONDS)));
  while (held && clock.now() < end) held = await postNext(ports, place, held, most, pacing);
  if (held) await passOn(ports, place, held);
}

/** Makes this invocation the sweep's holder; undefined: nothing is due, or another invocation holds it. */
async function take(ports: FanOutPorts, place: SweepPlace): Promise<Sweep | undefined> {
  const { sweeps, clock, ids } = ports;
  const by = ids.random();
  let hasWaited = false;
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    const known = await sweeps.read(place);
    if (!known) return undefined;
    const now = clock.now();
    if (isHeld(known, now)) {
      if (hasWaited) return undefined;
      hasWaited = true;
      await clock.wait(known.held!.until - now);
    } else {
      const mine = { ...known, held: { by, until: now + HOLD_MS }, stamp: ids.random() };
      if ((await sweeps.write(place, known, mine)) === "written") return mine;
    }
  }
  throw new Error(`a sweep was changed by others ${MAX_TRIES} times in a row`);
}

/**
 * Posts the next page. Returns the sweep after it; undefined: everybody has everything, or another invocation continues.
 */
async function postNext(
  ports: FanOutPorts,
  place: SweepPlace,
  held: Sweep,
  most: number,
  pacing: Pacing,
): Promise<Sweep | undefined> {
  const { channel, index } = place;
  const { subscriptions, clock, viewers } = ports;
  const shard = shardAt(held, index);
  const found = await subscriptions.followers(channel, shard, clock.now(), most, held.after);
  const texts = deltaMessages(channel, deltasDue(held));
  const { gone } = await postAll(
    ports,
    [{ channel, shard, connectionIds: found.connectionIds, texts }],
    pacing,
  );
  if (gone.length > 0) await viewers.changed(channel);
  // If there are more shards since, this visit does not count for the new ones: a whole round is still due after it.
  return move(ports, place, held, (sweep) => {
    const next = visited(sweep, found.next);
    return next && { ...next, held: { by: held.held!.by, until: clock.now() + HOLD_MS } };
  });
}

/** Hands the sweep over to another invocation. */
async function passOn(ports: FanOutPorts, place: SweepPlace, held: Sweep): Promise<void> {
  const { channel, index } = place;
  const passed = await move(ports, place, held, ({ held: _, ...sweep }) => sweep);
  if (passed) await ports.bus.put([{ type: "Fan-out Page", channel, sweep: index }]);
}

/**
 * Writes the sweep's new state, merged with what was pushed meanwhile, and returns it; undefined: nothing is due any
 * more, or another invocation holds it.
 */
async function move(
  { sweeps, ids }: FanOutPorts,
  place: SweepPlace,
  held: Sweep,
  change: (sweep: Sweep) => Omit<Sweep, "stamp"> | undefined,
): Promise<Sweep | undefined> {
  let known = held;
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    const changed = change(known);
    const after = changed && { ...changed, stamp: ids.random() };
    if ((await sweeps.write(place, known, after)) === "written") return after;
    const current = await sweeps.read(place);
    if (!current || current.held?.by !== held.held?.by) return undefined;
    known = current;
  }
  throw new Error(`a sweep was changed by others ${MAX_TRIES} times in a row`);
}
