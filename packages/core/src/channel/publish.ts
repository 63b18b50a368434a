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
import { joinMs } from "./decide-push.ts";
import { type Due, deliver, dueAfter, type PushPorts } from "./deliver.ts";
import { settleAll } from "./each-limited.ts";
import { type Listing, listChange, listingOf, mayChangeListing, showsTheSame } from "./listing.ts";

export type PublishPorts = PushPorts & Pick<Ports, "heads" | "later" | "ids" | "lists">;

/** What became of a change. */
export type Published =
  /** Committed, or known before; either way those who follow are told. */
  | { readonly outcome: "published" }
  /** The head holds something newer, or the guard's request has moved on: decide anew. */
  | { readonly outcome: "stale" }
  /** A value is too large, or nothing may go that would make room. */
  | { readonly outcome: "full"; readonly limit: string };

/** What became of a change that a producer told of: a subject that is full is the producer's to mend. */
export function refuseFull(published: Published): "published" | "stale" {
  if (published.outcome === "full")
    throw new BadEvent(`subject: one of its channels is over its ${published.limit}`);
  return published.outcome;
}

/** Tries of one write against others of the same head. */
const mostTries = 40;
/** How long a lost race waits at most, in milliseconds. All subjects of a kind meet in one list, and nobody waits for it. */
const longestPauseMs = (name: HeadName): number => (parseChannel(name).kind === "list" ? 1000 : 100);
/** Keys that the changes of one write may look at together: a transaction has room for them and for what they move. */
const mostKeys = 60;

/**
 * Changes a head and pushes the change to all that follow its channels: read, decide, commit on what was read; a lost
 * race decides again on what has won. Changes of one head that meet in a process are committed together. What comes
 * again changes nothing, and is pushed again. `state` saves the read, if the head was read just before.
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

/** What several changes have come to together. */
interface Write {
  readonly state: HeadState;
  readonly due: Due;
  /** Tells who follows what is due now. Once, unless it failed. */
  readonly delivered: () => Promise<void>;
  /** The same, tells lists of the subject, and keeps the promise to push the rest. */
  readonly carryOut: () => Promise<void>;
}

/** Promises to push that are to be kept, if they are due by then. */
interface Promised {
  readonly flushUntil: number;
}

/** A change that waits for its turn, or a promise to push that is to be kept. */
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

/** The changes of one head in this process. */
interface Queue {
  add(job: Job): Promise<Done>;
}

/** By store, since that is what a process has one of. */
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

/** Works on changes in the order in which they came, as many at once as there are; `close` once there are no more. */
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
        // One of them may be at fault: then the others need not fail with it.
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
    if (batch.length > 0 && (keys > mostKeys || job.alone)) break;
    batch.push(job);
    if (job.alone) break;
  }
  return batch;
}

function keysOf({ change }: Pick<Job, "change">): number {
  if ("flushUntil" in change) return 0;
  return change.keys === "all" ? mostKeys : change.keys.length;
}

/** Reads, decides and commits, until what was decided stands. */
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
  for (let tries = 0; tries < mostTries; tries++) {
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
        write: writeOf(ports, due, () => tellLists(ports, listed)),
      };
    }
    if (committed.outcome === "guard_failed") {
      // An earlier attempt may stand, and has promised.
      const { write: _, ...undone } = decision;
      const due = dueAfter({ ...undone, pushes: new Map(), flushAts: [] }, attempts, state, state, 0);
      return { outcomes: jobs.map(() => ({ outcome: "stale" })), write: writeOf(ports, due) };
    }
    attempts.push(decision);
    // The first races are decided on what has won; where there are many, a pause thins them out.
    if (committed.state && tries < 2) state = committed.state;
    else {
      await clock.wait(Math.min(longestPauseMs(name), 2 ** tries) * chance(ids.random()));
      state = await heads.open(name);
    }
  }
  throw new Error(`a head was changed by others ${mostTries} times in a row`);
}

/** All keys once there are removals to be forgotten, else those that the changes look at. */
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

function writeOf(ports: PublishPorts, due: Due, tell: () => Promise<void> = async () => {}): Write {
  const delivered = onceUnlessFailed(() => deliver(ports, due));
  const kept = onceUnlessFailed(() => keepPromises(ports, due));
  const listed = onceUnlessFailed(tell);
  return {
    state: due.state,
    due,
    delivered,
    carryOut: async () => void (await settleAll([delivered(), kept(), listed()])),
  };
}

/** A write of a subject, for those who list it. */
interface ListedWrite {
  readonly due: Due;
  /** One of its changes may have come before. */
  readonly again: boolean;
  /** The entries that it looked at, as they were before it. */
  readonly before: Entries;
  /** How many owners it had before: nobody ceases to be one. */
  readonly owners: number;
}

/**
 * Has the lists of a subject's kind, and those of its owners, show it as it is now: row first, so that whoever dies here
 * is followed by the repeat of what it did. Nothing is read unless something that lists show may be another.
 */
async function tellLists(ports: PublishPorts, { due, again, before, owners }: ListedWrite): Promise<void> {
  const { kind, name } = parseChannel(due.state.name);
  const subject = name as Subject;
  if (kind !== "work" || !ports.lists.has(subjectKind(subject))) return;
  const { head } = due.state;
  if (!head) return;
  const told = head.owners.filter((owner) => !isReserved(owner));
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
  const lists = [undefined, ...told].map((owner) => listChannel(subjectKind(subject), owner));
  await settleAll(lists.map((list) => tellList(ports, list, due.state.name, listing)));
}

/**
 * Has one list show the subject. Whom a full list had no place for left no version there; so once it takes in a subject,
 * that is read again: what was told of it meanwhile, and refused, is told again.
 */
async function tellList(
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
  if (now && now.version > listing.version) await tellList(ports, list, name, now);
}

/**
 * Has the promises kept that a write has made; where a process lives on nobody waits for that. Whoever keeps it waits once
 * more for a promise of the subject's other channel that falls due right after it, and then keeps all that are due about
 * then, so that nobody waits for ever on a busy subject.
 */
async function keepPromises(ports: PublishPorts, { flushAts, state }: Due, again = false): Promise<void> {
  const kept = flushAts.map(async (flushAt) => {
    const flushUntil = again ? flushAt + joinMs : flushAt;
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

/** From 0 to 1, of a random id. */
export const chance = (random: string): number => (Number.parseInt(random.slice(-6), 36) || 0) / 36 ** 6;
