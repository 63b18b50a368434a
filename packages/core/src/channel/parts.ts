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
 * In this order parts of a head are let go. `finished`: nothing comes of them any more. `quiet`: nothing is under way in
 * them, though nobody said that they are over. `silent`: something is under way, as far as is known. `step`: a final step
 * of an execution that stays. `unfinished`: a step of such an execution that is under way, as far as is known.
 */
const ranks = ["finished", "quiet", "silent", "step", "unfinished"] as const;
type Rank = (typeof ranks)[number];

/** Entries of a head that are let go together: an execution with its steps, a closed request with its candidates. */
export interface Part {
  readonly rank: Rank;
  /** In the order in which they go: what the others belong to goes last. */
  readonly entries: readonly Entry[];
}

/** An execution of which nothing was heard for so long, while no step of it is under way, counts as finished. */
const quietMs = days(1);

/**
 * The parts of a head that may be let go, in the order in which they go; of each rank first that of which nothing was
 * heard for longest. Left out is what stays: questions that wait for an answer or its relay with all that belongs to them,
 * the executions that ask them, the execution that was heard of last, and what a subject has only one of.
 */
export function partsOf(entries: Iterable<Entry>, now: number): Part[] {
  const kinds = groupBy(
    [...entries].filter(({ value }) => value !== null),
    (entry) => namesIn(entry)[0] ?? "",
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
    .map((part) => ({ part, rank: ranks.indexOf(part.rank), heard: heardOf(part.entries) }))
    .sort((a, b) => a.rank - b.rank || a.heard - b.heard)
    .map(({ part }) => part);
}

/** The names that a key is made of. */
const namesIn = ({ key }: Entry): string[] => key.split("/");

/** What is known of a value's fields; of a value that has none, nothing. */
const fieldsOf = <T>({ value }: Entry): Partial<T> =>
  typeof value === "object" && value ? (value as Partial<T>) : {};

/** When something was last heard of them, in the order of the head: the clocks of those who report may be wrong. */
const heardOf = (entries: readonly Entry[]): number =>
  Math.max(0, ...entries.flatMap(({ offsets }) => Object.values(offsets)));

const alone =
  (rank: Rank) =>
  (entry: Entry): Part => ({ rank, entries: [entry] });

interface Request extends Partial<RequestValue> {
  readonly entry: Entry;
  readonly id: string;
  /** It waits for its answer, or the answer is on its way. In an inbox every question does. */
  readonly pending: boolean;
}

function requestOf(entry: Entry): Request {
  const fields = fieldsOf<RequestValue>(entry);
  const pending = !fields.state || fields.state === "open" || fields.state === "answered";
  return { ...fields, entry, id: namesIn(entry)[1] ?? "", pending };
}

/** A closed request goes with the candidates that it came with; so do those of one that is no longer there. */
function requestParts(
  requests: readonly Request[],
  candidates: readonly Entry[],
  warnings: readonly Entry[],
): Part[] {
  const belonging = groupBy(
    [...candidates, ...warnings],
    (entry) => fieldsOf<CandidateValue>(entry).by ?? fieldsOf<WarningValue>(entry).requestId ?? "",
  );
  const closed = requests.filter(({ pending }) => !pending);
  const known = new Set(requests.map(({ id }) => id));
  const left = [...belonging].filter(([id]) => isRequestId(id) && !known.has(id));
  return [
    ...closed.map(
      ({ id, entry }): Part => ({ rank: "finished", entries: [...(belonging.get(id) ?? []), entry] }),
    ),
    ...left.map(([, entries]): Part => ({ rank: "finished", entries })),
  ];
}

/**
 * What a source proposed for a round. While a question is open that may be answered with it, it stays; once the round was
 * asked, or a later one has begun, nobody can choose it. Until then it may be asked about next.
 */
function proposalParts(requests: readonly Request[], candidates: readonly Entry[]): Part[] {
  const proposed = candidates.filter((entry) => !isRequestId(fieldsOf<CandidateValue>(entry).by ?? ""));
  const rounds = [...requests, ...candidates.map((entry) => fieldsOf<CandidateValue>(entry))];
  const groups = groupBy(proposed, (entry) => namesIn(entry).slice(0, -1).join("/"));
  return [...groups.values()].flatMap((entries): Part[] => {
    const { thread, round = 0 } = fieldsOf<CandidateValue>(entries[0] as Entry);
    const asked = requests.filter((request) => request.thread === thread && request.round === round);
    if (asked.some(({ pending, candidates: own }) => pending && !own?.length)) return [];
    const isOver =
      asked.length > 0 || rounds.some((one) => one.thread === thread && (one.round ?? 0) > round);
    return [{ rank: isOver ? "finished" : "quiet", entries }];
  });
}

/** The execution in keys of progress that no execution reports: there each step stands for itself. */
const noExecution = "-";

/** An execution goes with its steps and with what its owners were warned of. */
function executionParts(
  requests: readonly Request[],
  executions: readonly Entry[],
  steps: readonly Entry[],
  warnings: readonly Entry[],
  now: number,
): Part[] {
  const asking = new Set(requests.filter(({ pending }) => pending).map(({ execution }) => execution));
  const general = warnings.filter((entry) => fieldsOf<WarningValue>(entry).requestId === undefined);
  const warned = groupBy(general, (entry) => fieldsOf<WarningValue>(entry).execution ?? "");
  const reported = groupBy(steps, (entry) => namesIn(entry)[1] ?? "");
  const wholes = groupBy(executions, (entry) => namesIn(entry)[1] ?? "");
  const loose = reported.get(noExecution) ?? [];
  const ids = new Set([...wholes.keys(), ...reported.keys()].filter((id) => id !== noExecution));
  const runs = [...ids].map((id) => {
    const own = reported.get(id) ?? [];
    const whole = wholes.get(id)?.[0];
    const rest = warned.get(id) ?? [];
    return { id, own, whole, entries: [...rest, ...own, ...(whole ? [whole] : [])] };
  });
  const latest = Math.max(0, ...runs.map(({ entries }) => heardOf(entries)));
  const parts = runs.flatMap(({ id, own, whole, entries }): Part[] => {
    if (asking.has(id) || heardOf(entries) === latest)
      return own.map((step) => alone(isFinal(step) ? "step" : "unfinished")(step));
    return [{ rank: rankOfRun(own, whole, now), entries }];
  });
  const left = [...warned].filter(([id]) => !ids.has(id)).flatMap(([, entries]) => entries);
  return [
    ...parts,
    ...loose.map((step) => alone(isFinal(step) ? "finished" : "silent")(step)),
    ...left.map(alone("finished")),
  ];
}

const isFinal = (entry: Entry): boolean => finalStates.has(fieldsOf<StepValue>(entry).state);

/** A workflow that succeeded need not say so, and Step Functions does not: then its steps are all that tells. */
function rankOfRun(steps: readonly Entry[], whole: Entry | undefined, now: number): Rank {
  if (whole && finalStates.has(fieldsOf<ExecutionValue>(whole).state)) return "finished";
  if (steps.length === 0 || !steps.every(isFinal)) return "silent";
  const last = Math.max(...steps.map(({ at }) => at));
  return !whole || last + quietMs <= now ? "finished" : "quiet";
}

/** A receipt is owed for seven days; after that time, or for want of room, what became of the reply has been told. */
function rankOfReceipt(entry: Entry, now: number): Rank {
  const { at = 0, status } = fieldsOf<ReceiptValue>(entry);
  if (at + receiptMs <= now) return "finished";
  return status === "accepted" ? "silent" : "quiet";
}

function hasRunOut(entry: Entry, requests: readonly Request[], now: number): boolean {
  const { until = 0, requestId } = fieldsOf<AttendingValue>(entry);
  return until <= now || !requests.some(({ id, pending }) => pending && id === requestId);
}

function groupBy<T>(all: readonly T[], nameOf: (one: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const one of all) {
    const name = nameOf(one);
    const group = groups.get(name);
    if (group) group.push(one);
    else groups.set(name, [one]);
  }
  return groups;
}
