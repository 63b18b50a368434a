import type { DeadLetter } from "@callboard/core";
import { innerEventTargets } from "@callboard/functions/deployment";

/** Why a link is broken: the symptom, the likely cause, and where to look. */
export interface Finding {
  readonly what: string;
  readonly cause: string;
  readonly look: string;
}

/** Thrown at the first broken link, so that later links are not tried. */
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

/** The action that an AWS error says is not allowed. */
export const deniedAction = (message: string | undefined): string | undefined =>
  permission.exec(message ?? "")?.[1];

/** The function that handles an event. */
export function functionOf(detailType: string | undefined): string {
  const own = (innerEventTargets as Record<string, string | undefined>)[detailType ?? ""];
  return own ?? "ingest";
}

const deadLettersHint = "npx callboard ops dead-letters shows it; fix the cause, then resend it";

/** Why an event had no effect, from its dead letter. */
export function findingOfDeadLetter({ kind, event, reason }: DeadLetter): Finding {
  const type = event?.detailType ?? "an event";
  const fn = functionOf(event?.detailType);
  const said = `${reason.code}${reason.message ? `: ${reason.message}` : ""}`;
  const action = deniedAction(reason.message);
  if (kind === "undelivered")
    return {
      what: `the bus could not deliver ${type} to ${fn}: ${said}`,
      cause: `the rule ${reason.rule ?? "of the bus"} may not invoke ${fn}, or ${fn} does not exist`,
      look: deadLettersHint,
    };
  return {
    what: `${fn} failed on ${type}: ${said}`,
    cause: action
      ? `the role of ${fn} lacks ${action}`
      : (causes[reason.code] ?? `${fn} itself, or a service that it calls`),
    look: action
      ? `the policy of the role of ${fn}; ${deadLettersHint}`
      : `the log of ${fn}; ${deadLettersHint}`,
  };
}

/** Causes of function errors in a dead letter, by error name. */
const causes: Readonly<Record<string, string>> = {
  AccessDeniedException: "the function's role lacks a permission",
  BadEvent:
    "PUBLISHERS does not let callboard.check publish about check/, or the two ends have different versions",
  OtherLayoutError: "the table has another layout than this version of Callboard",
  ResourceNotFoundException:
    "the table, or a queue, does not exist under the name that the function was given",
};

/** An execution's failure, as its history shows it. */
export interface ExecutionFailure {
  readonly status: string;
  readonly state: string | undefined;
  readonly error: string | undefined;
  readonly cause: string | undefined;
}

/** A finding from the failure of the check's own execution. */
export function findingOfFailure({ status, state, error, cause }: ExecutionFailure): Finding {
  const action = deniedAction(cause);
  const at = state ? ` in its state ${state}` : "";
  return {
    what: `the execution ended as ${status}${at}${error ? `: ${error}` : ""}${cause ? `: ${cause}` : ""}`,
    cause: action
      ? `the role of the state machine lacks ${action}`
      : "the state machine may not reach the bus, the bus does not exist, or somebody stopped the execution",
    look: "the execution in Step Functions, and the policy of the state machine's role and of the bus",
  };
}

/** A finding for an internal error of the socket function, by its correlation id. */
export const findingOfInternal = (what: string, correlationId: unknown): Finding => ({
  what: `${what} was answered with an internal error`,
  cause:
    "the role of socket lacks a permission (table, bus, wake-up queue, bucket), or the table does not exist",
  look: `the log of socket; search for correlationId ${typeof correlationId === "string" ? correlationId : "missing"}`,
});

/** A finding when no trace shows why an event had no effect. */
export const findingOfSilence = (what: string, fn: string, hasDeadLetters: boolean): Finding => ({
  what,
  cause: hasDeadLetters
    ? `the bus rule for ${fn} is missing or disabled, sst dev of this stage is stopped, or ${fn} takes longer than the check waits`
    : `${fn}, its rule, or its role; check does not know the dead-letter queues`,
  look: hasDeadLetters
    ? `the rules of the bus, and the metrics and log of ${fn}`
    : "set UNDELIVERED_QUEUE_URL and FAILED_QUEUE_URL and check again, or run npx callboard ops dead-letters",
});

/** A finding when a change is in the table but was not pushed. */
export const findingOfPush = (what: string): Finding => ({
  what: `${what} is in the table but was not pushed`,
  cause:
    "ingest may not post to connections (execute-api:ManageConnections), its SOCKET_ENDPOINT belongs to another API, or posts are throttled",
  look: "the metric push_missed, and the log of ingest",
});

/** A finding for what this command itself could not do, mostly a call to AWS. */
export function findingOfError(error: unknown): Finding {
  const { name, message } = error instanceof Error ? error : { name: "Error", message: String(error) };
  const action = deniedAction(message);
  return {
    what: `${name}: ${message.split("\n")[0]}`,
    cause: action
      ? `the credentials of this command lack ${action}`
      : "the credentials, Region or network of this command",
    look: "docs/operate.md, about what check needs",
  };
}

/** A finding when only the clock's repair made it work. */
export const findingOfLateness = (tookMs: number): Finding => ({
  what: `the execution resumed only after ${(tookMs / 1000).toFixed(1)} s`,
  cause:
    "Reply Accepted was lost and the clock repaired it: the role of socket lacks events:PutEvents; or relay had a cold start",
  look: "check again: if it stays late, Reply Accepted is lost; then see the role and the log of socket",
});
