import { BadEvent, type FeedbackRequested, jsonBytes, limits, type RequestId } from "@callboard/protocol";
import type { ExecutionRecord, Ports } from "../ports/index.ts";
import type { Envelope } from "../progress/envelope.ts";
import { candidateProposals } from "../progress/propose-candidates.ts";
import { latestRun } from "../progress/redrive.ts";
import { announce } from "./announce.ts";
import { decideAsk } from "./decide-ask.ts";

/** The version that a question is born with. */
const firstVersion = 1;

/** Races with other questions of the same thread that one question takes up. */
const mostTries = 10;

/** A question without its candidates: with a reply it still has to fit one item. */
const questionBytes = 8 * 1024;

/**
 * Feedback Requested: the question is a row before anyone sees it. The same event again stores nothing, and is told
 * again.
 */
export async function ask(ports: Ports, asked: FeedbackRequested, envelope: Envelope): Promise<void> {
  const execution = envelope.execution ?? asked.execution;
  if (execution === undefined)
    throw new BadEvent("execution: neither in the event's resources nor in its detail");
  check(asked);
  const id: RequestId = `req_${ports.ids.hash(asked.taskToken)}`;
  await store(ports, id, execution, asked, envelope.time);
  await announce(
    ports,
    id,
    firstVersion,
    candidateProposals({ ...asked, candidates: asked.candidates ?? [] }, envelope.time),
  );
}

function check(asked: FeedbackRequested): void {
  const { candidates, taskToken: _, ...question } = asked;
  if (jsonBytes(question) > questionBytes)
    throw new BadEvent(`detail: over ${questionBytes} bytes without candidates`);
  const ids = candidates?.map((candidate) => candidate.id) ?? [];
  if (new Set(ids).size < ids.length) throw new BadEvent("candidates: two have the same id");
  if (asked.assignees.length + (asked.escalate?.to.length ?? 0) > limits.assignees)
    throw new BadEvent(`escalate.to: with the assignees over ${limits.assignees}`);
  const chosen = asked.default?.candidateId;
  if (chosen !== undefined && ids.length > 0 && !ids.includes(chosen))
    throw new BadEvent("default.candidateId: not among the candidates");
}

async function store(
  ports: Ports,
  id: RequestId,
  execution: string,
  asked: FeedbackRequested,
  askedAt: number,
): Promise<void> {
  for (let tries = 0; tries < mostTries; tries++) {
    if (await ports.requests.read(id)) return;
    const head = await ports.requests.readThread(execution, asked.thread);
    const current = head && (await ports.requests.read(head.requestId));
    const record = await learn(ports, execution, asked);
    const now = ports.clock.now();
    const asking = decideAsk(asked, { id, execution, askedAt, now, head, current, record });
    const outcome = await ports.requests.ask(asking);
    if (outcome === "exists") return;
    if (outcome === "conflict") continue;
    if (asking.request.deadline === undefined) ports.log.metric("requests_without_deadline", 1);
    const superseded = asking.supersedes?.request;
    if (superseded)
      await ports.bus.put([
        { type: "Request Changed", requestId: superseded.id, version: superseded.version },
      ]);
    return;
  }
  throw new Error(`thread ${asked.thread} changed ${mostTries} times while a question was stored`);
}

/** The execution's record, with what the question tells of it. It is written first: a question is stored only once. */
async function learn(ports: Ports, execution: string, asked: FeedbackRequested): Promise<ExecutionRecord> {
  const known = await ports.executionRecords.read(execution);
  const redrive = asked.order?.[0] ?? 0;
  if (known?.subject !== undefined && redrive <= latestRun(known)) return known;
  const { subject } = asked;
  return ports.executionRecords.learn({
    execution,
    subject,
    ...(redrive > 0 ? { redrive: { number: redrive } } : {}),
  });
}
