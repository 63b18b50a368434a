import {
  BadEvent,
  type DefaultReply,
  type FeedbackRequested,
  limits,
  lostNumber,
  type RequestId,
} from "@callboard/protocol";
import { isReserved, RESERVED_RULE } from "../access/principal.ts";
import { type Envelope, executionOf } from "../execution.ts";
import type { Ports } from "../ports/index.ts";
import { announce } from "./announce.ts";
import { fitQuestion } from "./fit-question.ts";
import { isAnswerable, type Question, replyIssues, schemaToFit } from "./reply-rules.ts";
import { FIRST_VERSION, store } from "./store-request.ts";
import { candidateProposals, titleProposal } from "./values.ts";

/**
 * Handles Feedback Requested: stores the question before anyone sees it. A repeat of the event stores nothing, and
 * announces it again.
 */
export async function ask(ports: Ports, event: FeedbackRequested, envelope: Envelope): Promise<void> {
  const execution = executionOf(envelope, event);
  const asked = fitQuestion(event);
  await check(ports, asked);
  const id: RequestId = `req_${ports.ids.hash(asked.taskToken)}`;
  const { request, entry } = await store(ports, id, execution, asked, envelope);
  if (request.plugin) throw new BadEvent("taskToken: belongs to a plugin's turn");
  const { thread, round, title, candidates = [] } = asked;
  const more = [
    ...candidateProposals({ thread, round, requestId: id }, candidates, envelope.time),
    ...(title === undefined ? [] : [titleProposal(title, envelope.time)]),
  ];
  await announce(ports, id, FIRST_VERSION, { request, entry, more });
}

/** Throws `BadEvent` for a question that nobody could answer, or with a default that is not a valid answer. */
async function check(ports: Pick<Ports, "schemas">, asked: FeedbackRequested): Promise<void> {
  const { candidates = [], taskToken: _, ...question } = asked;
  const ids = candidates.map((candidate) => candidate.id);
  checkAssignees(asked);
  checkNumbers("schema", asked.schema);
  checkNumbers("default.value", asked.default?.value);
  const fault = asked.schema && (await ports.schemas.fault(asked.schema));
  if (fault) throw new BadEvent(fault);
  const answered = { ...question, candidates: ids };
  if (!isAnswerable(answered))
    throw new BadEvent(
      `verbs: round ${asked.round} of ${asked.maxRounds} is the last, and there is no other verb`,
    );
  if (asked.default) await checkDefault(ports, answered, asked.default);
}

/** The numbers in an event are already parsed: one that may have changed by that cannot be part of an answer. */
function checkNumbers(field: string, value: unknown): void {
  const isLost = (one: unknown) =>
    typeof one === "number" && (!Number.isFinite(one) || Math.abs(one) > Number.MAX_SAFE_INTEGER);
  const rest: [string, unknown][] = [[field, value]];
  for (let one = rest.pop(); one; one = rest.pop()) {
    const [path, held] = one;
    if (isLost(held)) throw new BadEvent(`${path}: ${lostNumber}`);
    if (typeof held === "object" && held !== null)
      rest.push(
        ...Object.entries(held).map(([name, inner]): [string, unknown] => [`${path}.${name}`, inner]),
      );
  }
}

function checkAssignees({ assignees, escalate }: FeedbackRequested): void {
  const to = escalate?.to ?? [];
  if (assignees.length + to.length > limits.assignees)
    throw new BadEvent(`escalate.to: with the assignees, over ${limits.assignees}`);
  for (const [field, principals] of Object.entries({ assignees, "escalate.to": to })) {
    const at = principals.findIndex(isReserved);
    if (at >= 0) throw new BadEvent(`${field}.${at}: ${RESERVED_RULE}`);
  }
}

/** A default must be as valid as a person's reply. */
async function checkDefault(
  { schemas }: Pick<Ports, "schemas">,
  question: Question,
  given: DefaultReply,
): Promise<void> {
  const schema = schemaToFit(question, given);
  const issues = replyIssues(question, given, schema ? await schemas.issues(schema, given.value) : []);
  if (issues.length > 0) throw new BadEvent(issues.map((issue) => `default.${issue}`).join("; "));
}
