import { AsyncLocalStorage } from "node:async_hooks";
import type { FunctionName } from "../../environment.ts";

/** One call of an AWS service. */
export interface AwsCall {
  readonly service: string;
  readonly operation: string;
  /** Its request: the body as JSON, or the path if that identifies it. */
  readonly request: string;
}

/** The fault of the nth AWS call (from 1) of a process. */
export interface Fault {
  readonly nth: number;
  readonly what:
    | "dies before"
    /** The call took effect; the process died before the answer. */
    | "dies after"
    /** The call took effect and its answer was lost: the SDK calls again. */
    | "answer lost"
    /** The call has no effect, however often the SDK calls. */
    | "refused";
}

/** One invocation of a function. */
export interface Process {
  readonly name: FunctionName;
  /** What invoked it, such as an event type. */
  readonly of: string;
  readonly calls: AwsCall[];
  /** Number of sequential steps: calls that were under way at the same time are one step. */
  steps: number;
  /** Virtual milliseconds from start to end: what it waited, and is billed for. */
  waitedMs: number;
  /** DynamoDB request units with indexes, events that it put, SQS calls, and posts. */
  readonly units: { read: number; write: number; events: number; messages: number; posts: number };
}

interface Running extends Process {
  readonly fault: Fault | undefined;
  /** Calls without an answer yet, and those whose answer waits for the others. */
  underWay: number;
  answered: (() => void)[];
  dead: boolean;
  die(): void;
}

export type Ending<T> =
  | { readonly outcome: "answered"; readonly answer: T }
  | { readonly outcome: "failed"; readonly error: unknown }
  | { readonly outcome: "died" };

const running = new AsyncLocalStorage<Running>();

/**
 * Runs `work` as a process that may die. Death is not an exception, which the code under test could catch: from then on
 * no AWS call of the process has any effect or gets an answer, and the caller of the process gets no result. Promises in
 * its memory stay pending for ever.
 */
export async function runProcess<T>(
  name: FunctionName,
  of: string,
  fault: Fault | undefined,
  work: () => Promise<T>,
): Promise<Ending<T> & { readonly process: Process }> {
  let die = () => {};
  const death = new Promise<Ending<T>>((died) => {
    die = () => died({ outcome: "died" });
  });
  const process: Running = {
    name,
    of,
    calls: [],
    steps: 0,
    waitedMs: 0,
    underWay: 0,
    answered: [],
    units: { read: 0, write: 0, events: 0, messages: 0, posts: 0 },
    fault,
    dead: false,
    die,
  };
  const life = running.run(process, work).then(
    (answer): Ending<T> => ({ outcome: "answered", answer }),
    (error: unknown): Ending<T> => ({ outcome: "failed", error }),
  );
  return { ...(await Promise.race([death, life])), process };
}

/** Charges the running process for what AWS bills. */
export function charge(kind: keyof Process["units"], units: number): void {
  const process = running.getStore();
  if (process && !process.dead) process.units[kind] += units;
}

/** A value for each process; code outside of processes, such as the test itself, shares one. */
export function perProcess<T>(make: () => T): () => T {
  const nobody = {};
  const made = new WeakMap<object, T>();
  return () => {
    const process = running.getStore() ?? nobody;
    const own = made.get(process) ?? make();
    made.set(process, own);
    return own;
  };
}

/** How to make an AWS call. */
export interface Way<T> {
  readonly effect: () => Promise<T>;
  /** An answer that the SDK treats as a server error. */
  readonly brokenAnswer: () => T;
  /** Releases an answer that nobody will read. */
  readonly discard: (answer: T) => void;
}

/** Makes an AWS call for the running process. Calls from elsewhere, such as the test's own, are made as usual. */
export async function callFromProcess<T>(
  call: AwsCall,
  { effect, brokenAnswer, discard }: Way<T>,
): Promise<T> {
  const process = running.getStore();
  if (!process) return effect();
  if (process.dead) return never();
  const nth = process.calls.push(call);
  const fault = process.fault?.nth === nth ? process.fault.what : undefined;
  if (fault === "dies before") return dies(process);
  if (isRefused(process, call)) return brokenAnswer();
  const answer = await inStep(process, effect);
  // The process may have died in another concurrent call.
  if (!process.dead && fault !== "dies after" && fault !== "answer lost") return answer;
  discard(answer);
  if (process.dead) return never();
  return fault === "dies after" ? dies(process) : brokenAnswer();
}

/**
 * Makes a call within a step. All calls of a step take equally long: the answers of concurrent calls are returned
 * together, so that the number of steps does not depend on their speed.
 */
async function inStep<T>(process: Running, effect: () => Promise<T>): Promise<T> {
  process.underWay++;
  try {
    return await effect();
  } finally {
    // Concurrent calls take effect within this turn.
    await new Promise(setImmediate);
    await endOfStep(process);
  }
}

function endOfStep(process: Running): Promise<void> {
  const ended = new Promise<void>((answered) => process.answered.push(answered));
  if (--process.underWay === 0) {
    process.steps++;
    for (const answered of process.answered.splice(0)) answered();
  }
  return ended;
}

/** The refused call, and the SDK's retries right after it. */
function isRefused({ fault, calls }: Running, { service, operation }: AwsCall): boolean {
  if (fault?.what !== "refused" || calls.length < fault.nth) return false;
  const since = calls.slice(fault.nth - 1);
  return (
    since.length <= ATTEMPTS &&
    since.every((call) => call.service === service && call.operation === operation)
  );
}

/** How often the SDK tries a call in total; the same as the functions' own clients. */
export const ATTEMPTS = 4;

function dies(process: Running): Promise<never> {
  process.dead = true;
  process.die();
  return never();
}

const never = (): Promise<never> => new Promise(() => {});

type Operation = Pick<AwsCall, "operation">;

const writing = /^(Put|Update|Delete|TransactWrite|BatchWrite|Send|Post)/;

/** Whether a call changes anything outside the process. */
const isWriting = ({ operation }: Operation): boolean => writing.test(operation);

/**
 * All possible deaths of a process that makes these calls. A process that dies before a call leaves the effects of its
 * earlier writes. So death before the first call and after each write covers everything; reads add no case.
 */
export const deathsOf = (calls: readonly Operation[]): Fault[] => [
  ...(calls.length > 0 ? [{ nth: 1, what: "dies before" } as const] : []),
  ...writes(calls).map((nth) => ({ nth, what: "dies after" }) as const),
];

/**
 * Calls that fail while the process lives. If the table refuses, the invocation ends as with death, so only lost answers
 * matter; a post is not retried, so one failure is enough.
 */
export function lossesOf(calls: readonly Operation[]): Fault[] {
  const isPost = (nth: number) => calls[nth - 1]?.operation === "PostToConnection";
  const isRow = (nth: number) => /Items?$/.test(calls[nth - 1]?.operation ?? "");
  const nths = writes(calls);
  const refusable = [
    ...nths.filter((nth) => !isRow(nth) && !isPost(nth)),
    ...nths.filter(isPost).slice(0, 1),
  ];
  return [
    ...nths.filter((nth) => !isPost(nth)).map((nth) => ({ nth, what: "answer lost" }) as const),
    ...refusable.map((nth) => ({ nth, what: "refused" }) as const),
  ];
}

const writes = (calls: readonly Operation[]): number[] =>
  calls.flatMap((call, i) => (isWriting(call) ? [i + 1] : []));
