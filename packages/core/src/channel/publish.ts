import {
  BadEvent,
  type HeadName,
  limits,
  listChannel,
  parseChannel,
  type Subject,
  subjectKind,
} from "@callboard/protocol";
import { isReserved } from "../access/principal.ts";
import type { HeadState, HeadStore, Ports } from "../ports/index.ts";
import type { Change, Entries } from "./change.ts";
import { type ChangeDecision, type ChangeOutcome, decideChange } from "./decide-change.ts";
import { JOIN_MS } from "./decide-push.ts";
import { type Due, deliver, dueAfter, type PushPorts } from "./deliver.ts";
import { settleAll } from "./each-limited.ts";
import { type Listing, listChange, listingOf, mayChangeListing, showsTheSame } from "./listing.ts";

export type PublishPorts = PushPorts & Pick<Ports, "heads" | "later" | "ids" | "lists">;

/** The result of a change. */
export type Published =
  /** Committed, or already in the head; in both cases it is pushed to the followers. */
  | { readonly outcome: "published" }
  /** The head holds something newer, or the guard's request has changed: decide again. */
  | { readonly outcome: "stale" }
  /** A value is too large, or nothing can be removed to make enough room. */
  | { readonly outcome: "full"; readonly limit: string };

/** Throws `BadEvent` if a subject is full: only the producer of the change can fix that. */
export function refuseFull(published: Published): "published" | "stale" {
  if (published.outcome === "full")
    throw new BadEvent(`subject: one of its channels is over its ${published.limit}`);
  return published.outcome;
}

/** Attempts of one write in races with other writes of the same head. */
const MAX_TRIES = 40;
/**
 * The longest pause after a lost race, in milliseconds. It is longer for lists: all subjects of a kind write to one
 * list, and nobody waits for it.
 */
const longestPauseMs = (name: HeadName): number => (parseChannel(name).kind === "list" ? 1000 : 100);
/**
 * The most keys that the changes of one write may read together: a transaction has room for them and for entries that
 * they move.
 */
const MAX_KEYS = 60;

/**
 * Changes a head and pushes the change to the followers of its channels. It reads, decides, and commits on the
 * condition that the head is as it was read; after a lost race it decides again on the new head. Changes of one head
 * that meet in a process are committed together. A repeated change changes nothing, and is pushed again. `state` saves
 * the read if the head was read just before.
 */
export async function publish(
  ports: PublishPorts,
  name: HeadName,
  change: Change,
  state?: HeadState,
): Promise<Published> {
  const { outcome, write } = await queueOf(ports.heads, name).add({ ports, change, state });
  await write.carryOut();
  return outcome.outcome === "full" || outcome.outcome === "stale" ? outcome : { outcome: "published" };
}

/** The result of several changes that were committed together. */
interface Write {
  readonly state: HeadState;
  readonly due: Due;
  /** Pushes what is due now. Runs once, unless it failed. */
  readonly delivered: () => Promise<void>;
  /** Pushes, updates the lists that show the subject, and keeps the promise to push the rest. */
  readonly carryOut: () => Promise<void>;
}

/** Promises to push that must be kept, if they are due by then. */
interface Promised {
  readonly flushUntil: number;
}

/** A change that waits for its turn, or a promise to push. */
interface Job {
  readonly ports: PublishPorts;
  readonly change: Change | Promised;
  readonly state: HeadState | undefined;
}

interface Done {
  readonly outcome: ChangeOutcome;
  readonly write: Write;
}

interface Waiting extends Job {
  readonly alone: boolean;
  readonly resolve: (done: Done) => void;
  readonly reject: (cause: unknown) => void;
}

/** The queue of changes of one head in this process. */
interface Queue {
  add(job: Job): Promise<Done>;
}

/** By store, because a process has one of them. */
const queues = new WeakMap<HeadStore, Map<HeadName, Queue>>();

function queueOf(heads: HeadStore, name: HeadName): Queue {
  const open = queues.get(heads) ?? new Map<HeadName, Queue>();
  queues.set(heads, open);
  const known = open.get(name);
  if (known) return known;
  const queue = openQueue(name, () => open.delete(name));
  open.set(name, queue);
  return queue;
}

/**
 * Works on changes in the order in which they came, as many at once as there are. Calls `close` when the queue is
 * empty.
 */
function openQueue(name: HeadName, close: () => void): Queue {
  let waiting: Waiting[] = [];
  let working = false;

  async function work(): Promise<void> {
    working = true;
    let state: HeadState | undefined;
    for (let first = waiting[0]; first; first = waiting[0]) {
      let batch: Waiting[] = [];
      try {
        state ??= first.state ?? (await first.ports.heads.open(name));
        batch = takeBatch(waiting);
        waiting = waiting.slice(batch.length);
        const { outcomes, write } = await writeTogether(first.ports, state, batch);
        state = write.state;
        const again: Waiting[] = [];
        for (const [i, job] of batch.entries()) {
          const outcome = outcomes[i]!;
          if (outcome.outcome === "alone") again.push({ ...job, alone: true });
          else job.resolve({ outcome, write });
        }
        waiting = [...again, ...waiting];
      } catch (cause) {
        state = undefined;
        if (batch.length === 0) batch = waiting.splice(0, 1);
        // One of them may have caused the failure: then the others must not fail with it.
        if (batch.length > 1) waiting = [...batch.map((job) => ({ ...job, alone: true })), ...waiting];
        else batch[0]?.reject(cause);
      }
    }
    working = false;
    close();
  }

  return {
    add(job) {
      return new Promise((resolve, reject) => {
        waiting.push({ ...job, alone: false, resolve, reject });
        if (!working) void work();
      });
    },
  };
}

function takeBatch(waiting: readonly Waiting[]): Waiting[] {
  const batch: Waiting[] = [];
  let keys = 0;
  for (const job of waiting) {
    keys += keysOf(job);
    if (batch.length > 0 && (keys > MAX_KEYS || job.alone)) break;
    batch.push(job);
    if (job.alone) break;
  }
  return batch;
}

function keysOf({ change }: Pick<Job, "change">): number {
  if ("flushUntil" in change) return 0;
  return change.keys === "all" ? MAX_KEYS : change.keys.length;
}

/** Reads, decides and commits, until a decision is committed. */
async function writeTogether(
  ports: PublishPorts,
  from: HeadState,
  jobs: readonly Job[],
): Promise<{ outcomes: ChangeOutcome[]; write: Write }> {
  const { heads, clock, ids, push } = ports;
  const changes = jobs.map(({ change }) => change).filter((change) => "propose" in change);
  const promised = jobs.map(({ change }) => ("flushUntil" in change ? change.flushUntil : 0));
  const flushUntil = Math.max(...promised);
  const attempts: ChangeDecision[] = [];
  let state = from;
  let isCrowded = false;
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    const { name, head } = state;
    const keys = isCrowded ? "all" : keysToRead(head, changes);
    const entries = await state.entries(keys);
    const at = { epoch: ids.random(), now: clock.now(), spacingMs: (hint: number) => push.spacingMs(hint) };
    const context = { name, head, entries, all: keys === "all", flushUntil, along: jobs.length > 1, ...at };
    const decision = decideChange(context, changes);
    if (decision.outcomes.some(({ outcome }) => outcome === "crowded")) {
      isCrowded = true;
      continue;
    }
    const committed = decision.write
      ? await heads.commit({ before: state, ...decision.write })
      : ({ outcome: "committed", state } as const);
    if (committed.outcome === "committed") {
      const due = dueAfter(decision, attempts, state, committed.state, flushUntil);
      const again = changes.some((change, i) => isTaken(decision, i) && change.listsAgain?.(entries));
      const listed = { due, again, before: entries, owners: head?.owners.length ?? 0 };
      return {
        outcomes: outcomesOf(jobs, decision),
        write: writeOf(ports, due, () => updateLists(ports, listed)),
      };
    }
    if (committed.outcome === "guard_failed") {
      // An earlier attempt may have been committed, with its promise.
      const { write: _, ...undone } = decision;
      const due = dueAfter({ ...undone, pushes: new Map(), flushAts: [] }, attempts, state, state, 0);
      return { outcomes: jobs.map(() => ({ outcome: "stale" })), write: writeOf(ports, due) };
    }
    attempts.push(decision);
    // The first lost races decide again on the new state; after more of them, random pauses spread the attempts
    // out.
    if (committed.state && tries < 2) state = committed.state;
    else {
      await clock.wait(Math.min(longestPauseMs(name), 2 ** tries) * chance(ids.random()));
      state = await heads.open(name);
    }
  }
  throw new Error(`a head was changed by others ${MAX_TRIES} times in a row`);
}

/** All keys if removed keys must be forgotten, else the keys that the changes read. */
function keysToRead(head: HeadState["head"], changes: readonly Change[]): readonly string[] | "all" {
  const isFull = Object.values(head?.channels ?? {}).some(({ removed }) => removed >= 2 * limits.removedKeys);
  if (isFull || changes.some(({ keys }) => keys === "all")) return "all";
  return [...new Set(changes.flatMap(({ keys }) => keys as readonly string[]))];
}

function outcomesOf(jobs: readonly Job[], { outcomes }: ChangeDecision): ChangeOutcome[] {
  const left = outcomes.values();
  return jobs.map(({ change }) => ("flushUntil" in change ? { outcome: "taken" } : left.next().value!));
}

const isTaken = ({ outcomes }: ChangeDecision, i: number): boolean => outcomes[i]?.outcome === "taken";

function writeOf(ports: PublishPorts, due: Due, update: () => Promise<void> = async () => {}): Write {
  const delivered = onceUnlessFailed(() => deliver(ports, due));
  const kept = onceUnlessFailed(() => keepPromises(ports, due));
  const listed = onceUnlessFailed(update);
  return {
    state: due.state,
    due,
    delivered,
    carryOut: async () => void (await settleAll([delivered(), kept(), listed()])),
  };
}

/** A write of a subject, as input for updating lists. */
interface ListedWrite {
  readonly due: Due;
  /** Whether one of its changes may be a repeat. */
  readonly again: boolean;
  /** The entries that it read, as they were before it. */
  readonly before: Entries;
  /** The number of owners before; owners are never removed. */
  readonly owners: number;
}

/**
 * Updates the lists of a subject's kind and of its owners. The subject's row is written first: if the process dies
 * here, the repeat of its work updates the lists. Reads nothing unless something that lists show may have changed.
 */
async function updateLists(ports: PublishPorts, { due, again, before, owners }: ListedWrite): Promise<void> {
  const { kind, name } = parseChannel(due.state.name);
  const subject = name as Subject;
  if (kind !== "work" || !ports.lists.has(subjectKind(subject))) return;
  const { head } = due.state;
  if (!head) return;
  const listedOwners = head.owners.filter((owner) => !isReserved(owner));
  const must = again || head.owners.length > owners;
  if (!must && !mayChangeListing(due.own, before)) return;
  const after = await due.state.entries("all");
  const listing = listingOf(subject, after.values(), head);
  if (!listing) return;
  const former = new Map(after);
  for (const { key } of due.own) {
    const known = before.get(key);
    if (known) former.set(key, known);
    else former.delete(key);
  }
  if (!must && showsTheSame(listing, listingOf(subject, former.values(), head))) return;
  const lists = [undefined, ...listedOwners].map((owner) => listChannel(subjectKind(subject), owner));
  await settleAll(lists.map((list) => updateList(ports, list, due.state.name, listing)));
}

/**
 * Updates one list. A full list keeps no version of a subject that it rejected. So once it adds a subject, that subject
 * is read again and what the list rejected meanwhile is applied.
 */
async function updateList(
  ports: PublishPorts,
  list: HeadName,
  name: HeadName,
  listing: Listing,
): Promise<void> {
  const change = (whole: boolean) => listChange(listing, ports.clock.now(), whole);
  if ((await publish(ports, list, change(false))).outcome !== "stale") return;
  if ((await publish(ports, list, change(true))).outcome === "stale") return;
  const state = await ports.heads.open(name);
  const now =
    state.head && listingOf(listing.value.subject, (await state.entries("all")).values(), state.head);
  if (now && now.version > listing.version) await updateList(ports, list, name, now);
}

/**
 * Keeps the promises to push that a write made. In a process that stays alive, its caller does not wait for that. After
 * one promise, it waits once more if the subject's other channel has one right after it, and then keeps all that are due at
 * about that time. It does not wait a third time, so that no caller waits endlessly on a busy subject.
 */
async function keepPromises(ports: PublishPorts, { flushAts, state }: Due, again = false): Promise<void> {
  const kept = flushAts.map(async (flushAt) => {
    const flushUntil = again ? flushAt + JOIN_MS : flushAt;
    let write: Write | undefined;
    await ports.later.run(flushAt, async () => {
      write ??= (await queueOf(ports.heads, state.name).add({ ports, change: { flushUntil }, state })).write;
      await write.delivered();
      if (!again) await keepPromises(ports, write.due, true);
    });
  });
  await settleAll(kept);
}

function onceUnlessFailed(work: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | undefined;
  return () => {
    done ??= work().catch((cause) => {
      done = undefined;
      throw cause;
    });
    return done;
  };
}

/** A number from 0 to 1, from a random id. */
export const chance = (random: string): number => (Number.parseInt(random.slice(-6), 36) || 0) / 36 ** 6;
