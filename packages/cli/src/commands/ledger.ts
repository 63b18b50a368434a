import type { RequestLedger } from "@callboard/core";
import { readArguments } from "../arguments.ts";
import { atPlace } from "../at-place.ts";
import type { Command } from "../command.ts";
import { executionArnOf } from "../execution-arn.ts";
import { quoted } from "../printable.ts";
import { timelineOf } from "../timeline.ts";

export const ledger: Command = {
  form: "EXECUTION [--json]",
  about: "print all that happened to the requests of an execution",
  async run(args, terminal) {
    const given = readArguments(args, "EXECUTION", ["json"]);
    if ("misuse" in given) return given;
    return atPlace(terminal, async ({ app, local }) => {
      const execution = executionArnOf(given.word, local);
      if (!execution)
        return { misuse: `EXECUTION is an execution's ARN${local ? ", its name or a video's id" : ""}` };
      const ledgers = await app.feedback.ledger(execution);
      if (ledgers.length === 0) {
        terminal.warn(`nothing is kept of anything that was asked in ${execution}`);
        return "failed";
      }
      if (given.on.has("json")) terminal.print(JSON.stringify(documentOf(execution, ledgers), null, 2));
      else terminal.print([...headOf(execution, ledgers), "", ...timelineOf(ledgers)].join("\n"));
      return "done";
    });
  },
};

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
