import { AsyncLocalStorage } from "node:async_hooks";
import type { FunctionName } from "../environment.ts";

/** One call of an AWS service. */
export interface AwsCall {
  readonly service: string;
  readonly operation: string;
  /** What it asks for: a request's body as JSON, or its path where that says it. */
  readonly asks: string;
}

/** What befalls the nth AWS call (from 1) of a process. */
export interface Fault {
  readonly nth: number;
  readonly what:
    | "dies before"
    /** The call took effect; the process did not live to hear of it. */
    | "dies after"
    /** The call took effect and its answer was lost: the SDK calls again. */
    | "answer lost"
    /** The call has no effect, however often the SDK calls. */
    | "refused";
}

/** One invocation of a function. */
export interface Process {
  readonly name: FunctionName;
  /** What it was invoked with, in a word. */
  readonly of: string;
  readonly calls: AwsCall[];
  /** How many of its calls came one after the other: those that were under way at the same time are one step. */
  steps: number;
  /** Milliseconds of the world's time that went by while it ran: what it waited for, and is billed for. */
  waitedMs: number;
  /** Request units of DynamoDB that its calls took, indexes included, events that it put, calls of SQS, and posts. */
  readonly units: { read: number; write: number; events: number; messages: number; posts: number };
}

interface Running extends Process {
  readonly fault: Fault | undefined;
  /** Calls that have no answer yet, and those whose answer waits for theirs. */
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
 * Runs `work` as a process of its own, which may die. Death is not an exception, which the code under test could catch
 * and outlive: from then on no AWS call of the process has any effect or is ever answered, and whoever invoked it hears
 * nothing of it either. What is left in memory waits for ever, as if it were gone.
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

/** Charges the process that runs with what is paid for. */
export function charge(kind: keyof Process["units"], units: number): void {
  const process = running.getStore();
  if (process && !process.dead) process.units[kind] += units;
}

/** Something that each process has for itself; what is of no process, as the test itself is, shares one. */
export function aProcess<T>(make: () => T): () => T {
  const nobody = {};
  const made = new WeakMap<object, T>();
  return () => {
    const process = running.getStore() ?? nobody;
    const own = made.get(process) ?? make();
    made.set(process, own);
    return own;
  };
}

/** How an AWS call is made. */
export interface Way<T> {
  readonly effect: () => Promise<T>;
  /** What the SDK takes for a server's error. */
  readonly brokenAnswer: () => T;
  /** Lets go of an answer that nobody will read. */
  readonly discard: (answer: T) => void;
}

/** Makes an AWS call for the process that runs. Calls of nobody, as those of the test itself, pass. */
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
  // It may have died in another of its calls that were under way.
  if (!process.dead && fault !== "dies after" && fault !== "answer lost") return answer;
  discard(answer);
  if (process.dead) return never();
  return fault === "dies after" ? dies(process) : brokenAnswer();
}

/**
 * Makes a call within a step. All calls of a step take equally long: the answers of those that are under way at the same
 * time are handed on together, so that how many steps there are does not hang on which of them was faster.
 */
async function inStep<T>(process: Running, effect: () => Promise<T>): Promise<T> {
  process.underWay++;
  try {
    return await effect();
  } finally {
    // Those that were begun with it reach their own effect within this turn.
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

/** The call that is refused, and each time that the SDK makes it again right after. */
function isRefused({ fault, calls }: Running, { service, operation }: AwsCall): boolean {
  if (fault?.what !== "refused" || calls.length < fault.nth) return false;
  const since = calls.slice(fault.nth - 1);
  return (
    since.length <= attempts &&
    since.every((call) => call.service === service && call.operation === operation)
  );
}

/** How often the SDK makes a call in all, as the functions' own clients do. */
export const attempts = 4;

function dies(process: Running): Promise<never> {
  process.dead = true;
  process.die();
  return never();
}

const never = (): Promise<never> => new Promise(() => {});

const writing = /^(Put|Update|Delete|TransactWrite|BatchWrite|Send|Post)/;

/** Tells whether a call changes anything outside the process. */
const isWriting = ({ operation }: AwsCall): boolean => writing.test(operation);

/**
 * All that can befall a process that makes these calls. A process that dies before a call has left behind what its
 * writing calls before that did: so dying before the first call and after each writing one are all the deaths there
 * are, and a call that only reads adds none.
 */
export const deathsOf = (calls: readonly AwsCall[]): Fault[] => [
  ...(calls.length > 0 ? [{ nth: 1, what: "dies before" } as const] : []),
  ...writes(calls).map((nth) => ({ nth, what: "dies after" }) as const),
];

/**
 * Calls that fail although the process lives. The table's refusal ends an invocation as death does, so that only its
 * lost answers are of interest; a post is not made again, so that one that fails is enough.
 */
export function lossesOf(calls: readonly AwsCall[]): Fault[] {
  const isPost = (nth: number) => calls[nth - 1]?.operation === "PostToConnection";
  const isRow = (nth: number) => calls[nth - 1]?.service === "DynamoDB";
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

const writes = (calls: readonly AwsCall[]): number[] =>
  calls.flatMap((call, i) => (isWriting(call) ? [i + 1] : []));
