import type { IncomingMessage } from "node:http";
import type { States } from "@callboard/aws-local";
import { PageError, requireOwnPage } from "../page-error.ts";
import { entriesPut } from "./put-event.ts";
import { describeExecution, type FollowExecution, type FollowedStates, known } from "./traces.ts";

/** What the first page may ask from its machine; not available where people sign in. */
export interface Theatre {
  readonly states: FollowedStates & {
    readonly operations: Pick<
      States["operations"],
      "DescribeStateMachine" | "DescribeStateMachineForExecution"
    >;
  };
  readonly follow: FollowExecution;
  /** The state machine that it runs. */
  readonly machineArn: string;
  /** Kills the service, whose supervisor restarts it; undefined without a supervisor. */
  readonly kill: (() => void) | undefined;
}

/** Answers a path of the theatre; undefined for any other. The answers never contain a task token. */
export async function theatreRoute(
  theatre: Theatre,
  request: IncomingMessage,
  { pathname, searchParams }: URL,
): Promise<object | undefined> {
  const arn = searchParams.get("arn") ?? "";
  switch (`${request.method} ${pathname}`) {
    case "GET /dev/machine":
      return machine(theatre, arn);
    case "GET /dev/execution":
      return execution(theatre, arn, numberIn(searchParams, "after"));
    case "GET /dev/event":
      return event(theatre, arn, numberIn(searchParams, "id"));
    case "POST /dev/kill":
      return kill(theatre, request);
  }
  return undefined;
}

type Machine = Record<"stateMachineArn" | "name" | "definition", string>;

/** The definition of an execution; without an execution, the current one. */
async function machine({ states, machineArn }: Theatre, executionArn: string): Promise<object> {
  const { operations } = states;
  const { stateMachineArn, name, definition } = await known<Machine>(
    executionArn === ""
      ? operations.DescribeStateMachine({ stateMachineArn: machineArn })
      : operations.DescribeStateMachineForExecution({ executionArn }),
  );
  return { arn: stateMachineArn, name, definition: JSON.parse(definition) };
}

/** What happened after a given event, and all answers so far. */
async function execution({ follow }: Theatre, executionArn: string, after: number): Promise<object> {
  const { status, trace } = await follow(executionArn);
  const { events, answers } = trace;
  return { arn: executionArn, status, events: events.slice(after), answers, after: events.length };
}

async function event({ states }: Theatre, executionArn: string, id: number): Promise<object> {
  await describeExecution(states, executionArn);
  const [found] = await states.historyAfter(executionArn, id - 1, 1);
  if (found?.id !== id) throw new PageError(404, "not_found", "There is no such event.");
  return { entries: entriesPut(found) };
}

function kill({ kill }: Theatre, request: IncomingMessage): object {
  requireOwnPage(request);
  if (!kill) throw new PageError(404, "not_found", "Nothing would start it again.");
  // Send the answer before the kill.
  setImmediate(kill);
  return { killed: true };
}

function numberIn(query: URLSearchParams, name: string): number {
  const number = Number(query.get(name) ?? 0);
  if (!Number.isSafeInteger(number) || number < 0)
    throw new PageError(400, "invalid", `${name} must be the id of an event.`, name);
  return number;
}
