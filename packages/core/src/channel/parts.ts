import {
  type AttendingValue,
  type CandidateValue,
  days,
  type ExecutionValue,
  isRequestId,
  type ReceiptValue,
  type RequestValue,
  receiptMs,
  type StepValue,
  type WarningValue,
} from "@callboard/protocol";
import type { Entry } from "../ports/index.ts";
import { finalStates } from "./decide-push.ts";

/**
 * The order in which parts of a head are removed. `finished`: nothing more will happen to them. `quiet`: nothing is
 * under way in them, but nobody reported their end. `silent`: something is under way, as far as is known. `step`: a
 * finished step of an execution that stays. `unfinished`: a step under way, as far as is known, of such an execution.
 */
const ranks = ["finished", "quiet", "silent", "step", "unfinished"] as const;
type Rank = (typeof ranks)[number];

/**
 * Entries of a head that are removed together: an execution with its steps, or a closed request with its candidates.
 */
export interface Part {
  readonly rank: Rank;
  /** In the order of removal: an entry comes after those that belong to it. */
  readonly entries: readonly Entry[];
}

/** An execution without a report for this long, and without a step under way, counts as finished. */
const QUIET_AFTER_MS = days(1);

/**
 * The parts of a head that may be removed, in order; within a rank, the one without a report for the longest time comes
 * first. These stay: open questions and answers on their way with everything that belongs to them, the executions that
 * ask them, the execution with the latest report, and entries that a subject has only once.
 */
export function partsOf(entries: Iterable<Entry>, now: number): Part[] {
  const kinds = groupBy(
    [...entries].filter(({ value }) => value !== null),
    (entry) => nameIn(entry, 0),
  );
  const of = (kind: string) => kinds.get(kind) ?? [];
  const requests = of("request").map(requestOf);
  const parts = [
    ...requestParts(requests, of("candidate"), of("warning")),
    ...proposalParts(requests, of("candidate")),
    ...executionParts(requests, of("execution"), of("step"), of("warning"), now),
    ...of("attending")
      .filter((entry) => hasRunOut(entry, requests, now))
      .map(alone("finished")),
    ...[...of("fact"), ...of("private")].map(alone("quiet")),
    ...of("receipt").map((entry) => alone(rankOfReceipt(entry, now))(entry)),
  ];
  return parts
    .map((part) => ({ part, rank: ranks.indexOf(part.rank), lastOffset: lastOffsetOf(part.entries) }))
    .sort((a, b) => a.rank - b.rank || a.lastOffset - b.lastOffset)
    .map(({ part }) => part);
}

/** The nth name in a key. */
const nameIn = ({ key }: Entry, nth: 0 | 1): string => key.split("/")[nth]!;

/** The fields of a value that was not removed. */
const fieldsOf = <T>({ value }: Entry): Partial<T> => value as Partial<T>;

/** The offset of their last change. Times cannot be used: the clocks of reporters may be wrong. */
const lastOffsetOf = (entries: readonly Entry[]): number =>
  Math.max(0, ...entries.flatMap(({ offsets }) => Object.values(offsets)));

const alone =
  (rank: Rank) =>
  (entry: Entry): Part => ({ rank, entries: [entry] });

interface Request extends Partial<RequestValue> {
  readonly entry: Entry;
  readonly id: string;
  /** It waits for its answer, or the answer is on its way. In an inbox every question counts as pending. */
  readonly pending: boolean;
}

function requestOf(entry: Entry): Request {
  const fields = fieldsOf<RequestValue>(entry);
  const pending = !fields.state || fields.state === "open" || fields.state === "answered";
  return { ...fields, entry, id: nameIn(entry, 1), pending };
}

/**
 * A closed request is removed with the candidates that came with it; so are the candidates of a request that is already
 * gone.
 */
function requestParts(
  requests: readonly Request[],
  candidates: readonly Entry[],
  warnings: readonly Entry[],
): Part[] {
  const belonging = groupBy(
    [...candidates, ...warnings],
    (entry) => fieldsOf<CandidateValue>(entry).by ?? fieldsOf<WarningValue>(entry).requestId,
  );
  const closed = requests.filter(({ pending }) => !pending);
  const known = new Set(requests.map(({ id }) => id));
  const left = [...belonging].filter(([id]) => id && isRequestId(id) && !known.has(id));
  return [
    ...closed.map(
      ({ id, entry }): Part => ({ rank: "finished", entries: [...(belonging.get(id) ?? []), entry] }),
    ),
    ...left.map(([, entries]): Part => ({ rank: "finished", entries })),
  ];
}

/**
 * A source's proposals for a round. They stay while a question is open that may be answered with them. They may be
 * removed once the round was asked or a later one has begun: before that, a question about them may still arrive.
 */
function proposalParts(requests: readonly Request[], candidates: readonly Entry[]): Part[] {
  const proposed = candidates.filter((entry) => !isRequestId(fieldsOf<CandidateValue>(entry).by!));
  const rounds = [...requests, ...candidates.map((entry) => fieldsOf<CandidateValue>(entry))];
  const groups = groupBy(proposed, ({ key }) => key.slice(0, key.lastIndexOf("/")));
  return [...groups.values()].flatMap((entries): Part[] => {
    const { thread, round = 0 } = fieldsOf<CandidateValue>(entries[0] as Entry);
    const asked = requests.filter((request) => request.thread === thread && request.round === round);
    if (asked.some(({ pending, candidates: own }) => pending && !own?.length)) return [];
    const isOver =
      asked.length > 0 || rounds.some((one) => one.thread === thread && (one.round ?? 0) > round);
    return [{ rank: isOver ? "finished" : "quiet", entries }];
  });
}

/** In keys, in place of the execution of progress outside of any execution; there each step is a part of its own. */
const NO_EXECUTION = "-";

/** An execution is removed together with its steps and its warnings for owners. */
function executionParts(
  requests: readonly Request[],
  executions: readonly Entry[],
  steps: readonly Entry[],
  warnings: readonly Entry[],
  now: number,
): Part[] {
  const asking = new Set(requests.filter(({ pending }) => pending).map(({ execution }) => execution));
  const general = warnings.filter((entry) => fieldsOf<WarningValue>(entry).requestId === undefined);
  const warned = groupBy(general, (entry) => fieldsOf<WarningValue>(entry).execution);
  const reported = groupBy(steps, (entry) => nameIn(entry, 1));
  const wholes = groupBy(executions, (entry) => nameIn(entry, 1));
  const loose = reported.get(NO_EXECUTION) ?? [];
  const ids = new Set([...wholes.keys(), ...reported.keys()].filter((id) => id !== NO_EXECUTION));
  const runs = [...ids].map((id) => {
    const own = reported.get(id) ?? [];
    const whole = wholes.get(id)?.[0];
    const rest = warned.get(id) ?? [];
    return { id, own, whole, entries: [...rest, ...own, ...(whole ? [whole] : [])] };
  });
  const latest = Math.max(0, ...runs.map(({ entries }) => lastOffsetOf(entries)));
  const parts = runs.flatMap(({ id, own, whole, entries }): Part[] => {
    if (asking.has(id) || lastOffsetOf(entries) === latest)
      return own.map((step) => alone(isFinal(step) ? "step" : "unfinished")(step));
    return [{ rank: rankOfRun(own, whole, now), entries }];
  });
  const left = [...warned].filter(([id]) => !ids.has(id!)).flatMap(([, entries]) => entries);
  return [
    ...parts,
    ...loose.map((step) => alone(isFinal(step) ? "finished" : "silent")(step)),
    ...left.map(alone("finished")),
  ];
}

const isFinal = (entry: Entry): boolean => finalStates.has(fieldsOf<StepValue>(entry).state);

/** A workflow need not report its own success, and then no event says so. Only its steps show it. */
function rankOfRun(steps: readonly Entry[], whole: Entry | undefined, now: number): Rank {
  if (whole && finalStates.has(fieldsOf<ExecutionValue>(whole).state)) return "finished";
  if (steps.length === 0 || !steps.every(isFinal)) return "silent";
  const last = Math.max(...steps.map(({ at }) => at));
  return !whole || last + QUIET_AFTER_MS <= now ? "finished" : "quiet";
}

/** A receipt is kept for seven days, or until there is no room for it. */
function rankOfReceipt(entry: Entry, now: number): Rank {
  const { at = 0, status } = fieldsOf<ReceiptValue>(entry);
  if (at + receiptMs <= now) return "finished";
  return status === "accepted" ? "silent" : "quiet";
}

function hasRunOut(entry: Entry, requests: readonly Request[], now: number): boolean {
  const { until = 0, requestId } = fieldsOf<AttendingValue>(entry);
  return until <= now || !requests.some(({ id, pending }) => pending && id === requestId);
}

function groupBy<T, K>(all: readonly T[], nameOf: (one: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const one of all) {
    const name = nameOf(one);
    const group = groups.get(name);
    if (group) group.push(one);
    else groups.set(name, [one]);
  }
  return groups;
}
