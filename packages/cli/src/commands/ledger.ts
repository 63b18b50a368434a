import type { RequestLedger } from "@callboard/core";
import { atPlace } from "../at-place.ts";
import { type Ended, type Options, quoted, type Terminal } from "../terminal.ts";
import { timelineOf } from "../timeline.ts";

/**
 * Prints what happened to the requests of an execution, named by its ARN, or on this machine by its short
 * name.
 */
export function ledger(terminal: Terminal, named: string, { json }: Options): Promise<Ended> {
  return atPlace(terminal, async ({ app, local }) => {
    const execution = executionArnOf(named, local);
    if (!execution)
      return {
        misuse: `EXECUTION is an execution's ARN${local ? ", <state machine>:<name> or a video's id" : ""}`,
      };
    const ledgers = await app.feedback.ledger(execution);
    if (ledgers.length === 0) {
      terminal.warn(`there are no records of questions asked in ${execution}`);
      return "failed";
    }
    if (json) terminal.print(JSON.stringify(documentOf(execution, ledgers), null, 2));
    else terminal.print([...headOf(execution, ledgers), "", ...timelineOf(ledgers)].join("\n"));
    return "done";
  });
}

const arnForm = /^arn:[\w-]+:states:[\w-]+:\d{12}:execution:[^:\s]{1,80}:[^:\s]{1,80}$/;
const nameForm = /^(?:([^:/\s]{1,80}):)?([^:/\s]{1,80})$/;

/**
 * The ARN of an execution. It can be named by its ARN or, on one machine, by `<state machine>:<name>` as in
 * keys, or by its name alone, which is the video's id. Undefined for anything else.
 */
export function executionArnOf(given: string, local: boolean): string | undefined {
  if (arnForm.test(given)) return given;
  const [, machine = "post-processing", name] = (local && nameForm.exec(given)) || [];
  return name && `arn:aws:states:us-east-1:000000000000:execution:${machine}:${name}`;
}

const headOf = (execution: string, ledgers: readonly RequestLedger[]): string[] => [
  execution,
  ...ledgers.map(
    ({ request }) =>
      `${request.id}  ${request.subject}  ${request.thread} ${request.round}  ${request.status.state}  ${quoted(request.prompt)}`,
  ),
];

/** The shape that docs/ledger.md describes. */
function documentOf(execution: string, ledgers: readonly RequestLedger[]) {
  return {
    execution,
    requests: ledgers.map(({ request, entries, seen }) => {
      const { id, subject, thread, round, prompt, verbs, candidates, assignees, askedAt, deadline } = request;
      return {
        requestId: id,
        subject,
        thread,
        round,
        state: request.status.state,
        prompt,
        verbs,
        candidates,
        assignees,
        askedAt,
        deadline,
        entries,
        seen,
      };
    }),
  };
}
