import type { DeadLetter } from "@callboard/core";
import { innerEventTargets } from "@callboard/functions/deployment";

/** Why a link is broken: what was seen, what it is likely to come from, and where to look. */
export interface Finding {
  readonly what: string;
  readonly cause: string;
  readonly look: string;
}

/** The first broken link, thrown so that nothing behind it is tried. */
export class BrokenLink extends Error {
  override readonly name = "BrokenLink";
  readonly finding: Finding;
  constructor(finding: Finding) {
    super(finding.what);
    this.finding = finding;
  }
}

export const broken = (what: string, cause: string, look: string): BrokenLink =>
  new BrokenLink({ what, cause, look });

const permission = /not authorized to perform: ([\w-]+:[\w*]+)/;

/** The action that AWS says somebody may not do. */
export const deniedAction = (message: string | undefined): string | undefined =>
  permission.exec(message ?? "")?.[1];

/** The function that takes an event. */
export function functionOf(detailType: string | undefined): string {
  const own = (innerEventTargets as Record<string, string | undefined>)[detailType ?? ""];
  return own ?? "ingest";
}

const lettersLook = "npx callboard ops dead-letters shows it; mend the cause, then resend it";

/** What a dead letter says of why an event had no effect. */
export function findingOfLetter({ kind, event, reason }: DeadLetter): Finding {
  const type = event?.detailType ?? "an event";
  const fn = functionOf(event?.detailType);
  const said = `${reason.code}${reason.message ? `: ${reason.message}` : ""}`;
  const action = deniedAction(reason.message);
  if (kind === "undelivered")
    return {
      what: `the bus could not hand ${type} to ${fn}: ${said}`,
      cause: `the rule ${reason.rule ?? "of the bus"} may not invoke ${fn}, or ${fn} is not there`,
      look: lettersLook,
    };
  return {
    what: `${fn} failed on ${type}: ${said}`,
    cause: action
      ? `the role of ${fn} lacks ${action}`
      : (causes[reason.code] ?? `${fn} itself, or what it calls`),
    look: action ? `the policy of the role of ${fn}; ${lettersLook}` : `the log of ${fn}; ${lettersLook}`,
  };
}

/** What errors of a function that are named in a dead letter come from. */
const causes: Readonly<Record<string, string>> = {
  AccessDeniedException: "the function's role lacks a permission",
  BadEvent:
    "PUBLISHERS does not let callboard.check publish about check/, or the versions of both ends differ",
  OtherLayoutError: "the table has another layout than this version of Callboard",
  ResourceNotFoundException: "the table, or a queue, is not there under the name that the function was given",
};

/** How an execution's failure is told in its history. */
export interface ExecutionFailure {
  readonly status: string;
  readonly state: string | undefined;
  readonly error: string | undefined;
  readonly cause: string | undefined;
}

/** What it says that the check's own execution failed. */
export function findingOfFailure({ status, state, error, cause }: ExecutionFailure): Finding {
  const action = deniedAction(cause);
  const at = state ? ` in its state ${state}` : "";
  return {
    what: `the execution ended as ${status}${at}${error ? `: ${error}` : ""}${cause ? `: ${cause}` : ""}`,
    cause: action
      ? `the role of the state machine lacks ${action}`
      : "the state machine may not reach the bus, the bus is not there, or somebody stopped it",
    look: "the execution in Step Functions, and the policy of the state machine's role and of the bus",
  };
}

/** An internal error of the socket's function, by its correlation id. */
export const findingOfInternal = (what: string, correlationId: unknown): Finding => ({
  what: `${what} was answered with an internal error`,
  cause:
    "the role of socket lacks a permission (table, bus, queue of wake-ups, bucket), or the table is not there",
  look: `the log of socket, where correlationId is ${typeof correlationId === "string" ? correlationId : "missing"}`,
});

/** Nobody says why an event had no effect. */
export const findingOfSilence = (what: string, fn: string, hasLetters: boolean): Finding => ({
  what,
  cause: hasLetters
    ? `the rule of the bus that brings it to ${fn} is missing or off, sst dev of this stage is stopped, or it takes longer than the check waits`
    : `${fn}, its rule, or its role; check was not told of the dead-letter queues`,
  look: hasLetters
    ? `the rules of the bus, and the metrics and log of ${fn}`
    : "set UNDELIVERED_QUEUE_URL and FAILED_QUEUE_URL and check again, or read npx callboard ops dead-letters",
});

/** Something is in the table, and whoever follows was not told. */
export const findingOfPush = (what: string): Finding => ({
  what: `${what} is in the table and was not pushed`,
  cause:
    "ingest may not post to connections (execute-api:ManageConnections), its SOCKET_ENDPOINT is another API's, or posts are throttled",
  look: "the metric push_missed, and the log of ingest",
});

/** What this command itself could not do: a call of AWS, above all. */
export function findingOfError(error: unknown): Finding {
  const { name, message } = error instanceof Error ? error : { name: "Error", message: String(error) };
  const action = deniedAction(message);
  return {
    what: `${name}: ${message.split("\n")[0]}`,
    cause: action
      ? `the credentials of this command lack ${action}`
      : "the credentials, Region or network of this command",
    look: "docs/operate.md says what check needs",
  };
}

/** The clock had to make up for something. */
export const findingOfLateness = (tookMs: number): Finding => ({
  what: `the execution went on only after ${(tookMs / 1000).toFixed(1)} s`,
  cause:
    "Reply Accepted was lost and the clock made up for it: the role of socket lacks events:PutEvents; or relay has only just started",
  look: "check again: what stays late is lost; then the role and the log of socket",
});
