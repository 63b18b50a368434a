import { readFileSync } from "node:fs";
import {
  type DeployedFunction,
  deployedFunctions,
  eventTypesWithTokens,
  workflowEventTypes,
} from "@callboard/functions/deployment";
import { assumed } from "./assumptions.ts";
import { type Bill, dollarsOf } from "./list-prices.ts";
import { logKilobytes } from "./log-lines.ts";
import { measured } from "./measured.ts";

/** What one invocation took, as `packages/functions/src/crash/calls.test.ts` counts it. */
export interface UseCaseCost {
  /** `ingest Progress Reported`: the function, and what invoked it. */
  readonly invocation: string;
  /** `GetItem PostToConnection×2`: what was called, in the order in which the calls began. */
  readonly calls: string;
  /** How many of the calls came one after the other. */
  readonly steps: number;
  /** How long it waited, apart from its calls, in milliseconds. */
  readonly waitedMs: number;
  readonly read: number;
  readonly write: number;
  readonly events: number;
  /** Calls of SQS. */
  readonly messages: number;
  readonly posts: number;
}

/** A name of the table of use cases. */
export type UseCaseCosts = Readonly<Record<string, UseCaseCost>>;

const file = new URL("../../packages/functions/src/crash/costs.json", import.meta.url);

/** Every use case, by its name. */
export const useCaseCosts = (): UseCaseCosts => JSON.parse(readFileSync(file, "utf8")) as UseCaseCosts;

/** The cost of a use case; throws for a name that the tests do not know. */
export function costOf(costs: UseCaseCosts, useCase: string): UseCaseCost {
  const cost = costs[useCase];
  if (!cost) throw new Error(`no use case is called ${useCase}`);
  return cost;
}

/** The calls of an invocation one by one, as runs: `GetItem PostToConnection×2` is a call and a run of two. */
export const runsOf = ({ calls }: Pick<UseCaseCost, "calls">): { operation: string; count: number }[] =>
  calls
    .split(" ")
    .filter(Boolean)
    .map((run) => {
      const [operation, count = "1"] = run.split("×");
      return { operation: operation!, count: Number(count) };
    });

const countOf = (cost: Pick<UseCaseCost, "calls">, which: RegExp): number =>
  runsOf(cost).reduce((sum, { operation, count }) => sum + (which.test(operation) ? count : 0), 0);

const tableRead = /^(BatchGetItem|GetItem|Query|Scan|TransactGetItems)$/;
const tableWrite = /^(BatchWriteItem|PutItem|UpdateItem|DeleteItem)$/;
const transaction = /^TransactWriteItems$/;

/** How many of its calls are the table's. */
export const tableCallsOf = (cost: Pick<UseCaseCost, "calls">): number =>
  countOf(cost, tableRead) + tableWritesOf(cost);

/** How many of its calls write to the table. */
export const tableWritesOf = (cost: Pick<UseCaseCost, "calls">): number =>
  countOf(cost, tableWrite) + countOf(cost, transaction);

/** The memory that a function is deployed with; throws on a name that is not a function's. */
export function memoryGbOf(name: string): number {
  if (!Object.hasOwn(deployedFunctions, name)) throw new Error(`no function ${name} is deployed`);
  return deployedFunctions[name as DeployedFunction].memoryMb / 1024;
}

/** How long one call takes until it is answered, in milliseconds. */
function answerMs(operation: string): number {
  if (tableRead.test(operation)) return assumed("readMs");
  if (tableWrite.test(operation)) return assumed("writeMs");
  if (transaction.test(operation)) return assumed("transactionMs");
  if (operation === "PostToConnection") return assumed("postMs");
  if (/^(PutEvents|SendMessage|GetParameter)/.test(operation)) return assumed("putMs");
  if (operation === "SendEmail" || operation === "SendMail") return assumed("mailMs");
  if (/^(SendTask|GetExecution)/.test(operation)) return assumed("workflowMs");
  throw new Error(`nothing is assumed of how long ${operation} takes`);
}

/** Processor time of a call in milliseconds: the measured time of an event, divided by its calls. */
function usualCpuMs(): number {
  const event = measured("load.cpu_ms_per_event");
  if (event === undefined) return assumed("cpuMsACall");
  return event / countOf(costOf(useCaseCosts(), "further progress"), /./);
}

/**
 * The billed seconds of an invocation: the answers to its calls (those of one step together), its processor time divided
 * by its share of a processor, and its other waits. `cpuMsACall` is the time on a whole processor.
 */
export function billedSeconds(cost: UseCaseCost, cpuMsACall = usualCpuMs()): number {
  const runs = runsOf(cost);
  const calls = runs.reduce((sum, { count }) => sum + count, 0);
  const answers = runs.reduce((sum, { operation, count }) => sum + count * answerMs(operation), 0);
  const oneAfterTheOther = calls === 0 ? 0 : (answers * cost.steps) / calls;
  const share = Math.min(1, (memoryGbOf(functionOf(cost)) * 1024) / assumed("memoryMbACpu"));
  return (assumed("usualMs") + oneAfterTheOther + (calls * cpuMsACall) / share + cost.waitedMs) / 1000;
}

const functionOf = ({ invocation }: UseCaseCost): string => invocation.split(" ")[0]!;

/** The share of invocations that X-Ray records at the assumed rate: the first of a second, and 5 % of the others. */
export const tracedShare = (perSecond = assumed("invocationsASecond")): number =>
  perSecond <= 1 ? 1 : (1 + 0.05 * (perSecond - 1)) / perSecond;

/**
 * The bill of one use case: its calls, its invocation with logs and traces, the workflow's event that caused it, a
 * client's message with its answer, and the traffic out of AWS.
 */
export function billOf(cost: UseCaseCost, cpuMsACall?: number): Bill {
  const { invocation, read, write, events, posts } = cost;
  const conversation = /^socket (?!connect|disconnect)/.test(invocation) ? 2 : 0;
  const reported = invocation.replace(/^\w+ /, "");
  const fromWorkflow = (workflowEventTypes as readonly string[]).includes(reported) ? 1 : 0;
  const archived =
    events + ((eventTypesWithTokens as readonly string[]).includes(reported) ? 0 : fromWorkflow);
  const toClients = posts + (conversation > 0 ? 1 : 0);
  // A page of posts logs its duration and the number of posts.
  const pages = runsOf(cost).filter(({ operation }) => operation === "PostToConnection").length;
  const messages = countOf(cost, /^SendMessage/);
  return {
    message: posts + conversation,
    readUnit: read,
    writeUnit: write,
    event: events + fromWorkflow,
    invocation: 1,
    gigabyteSecond: billedSeconds(cost, cpuMsACall) * memoryGbOf(functionOf(cost)),
    logKilobyte: logKilobytes({ metrics: 2 * pages, access: invocation.startsWith("socket ") }),
    trace: tracedShare(),
    archiveKilobyte: archived * assumed("eventKilobytes"),
    outKilobyte: toClients * assumed("messageKilobytes"),
    mail: countOf(cost, /^SendEmail$/),
    queueRequest: messages * assumed("queueRequests"),
  };
}

/** Dollars for a million of a use case. */
export const dollarsPerMillion = (cost: UseCaseCost, cpuMsACall?: number): number =>
  dollarsOf(billOf(cost, cpuMsACall)) * 1e6;
