import { defined, type OutgoingEvent, questionLink } from "@callboard/protocol";
import { type HistoryPorts, keepLedger } from "../history.ts";
import type { Ports } from "../ports/index.ts";
import { type FeedbackRequest, type LedgerEntry, publishedOf, replyOf } from "./request.ts";

type OutgoingPorts = Pick<Ports, "requests" | "bus" | "pages"> & Omit<HistoryPorts, "ids">;

/**
 * Publishes on the bus what happened to a request up to a version and was not published before. Each ledger row is one
 * event, and a row in the subject's history before that. The caller records the version afterwards, so that events are
 * put again after a crash.
 */
export async function publishEvents(
  ports: OutgoingPorts,
  request: FeedbackRequest,
  upTo: number,
  known: readonly LedgerEntry[] = [],
): Promise<void> {
  const from = publishedOf(request) + 1;
  if (from > upTo) return;
  const isUnpublished = ({ n }: LedgerEntry) => n >= from && n <= upTo;
  const found = known.filter(isUnpublished);
  // A change that another process made meanwhile needs another read.
  const entries =
    found.length === upTo - from + 1
      ? found
      : (await ports.requests.ledger(request.id)).filter(isUnpublished);
  await keepLedger(ports, request, entries);
  const events = entries.flatMap((entry) => outgoingEvent(request, entry, ports.pages) ?? []);
  if (events.length > 0) await ports.bus.put(events);
}

/** The event for one ledger row; undefined: none, for example when a person was erased from it. */
function outgoingEvent(
  request: FeedbackRequest,
  entry: LedgerEntry,
  pages?: string,
): OutgoingEvent | undefined {
  const { id: requestId, subject, execution, thread, status } = request;
  const { n, at, by, round, what } = entry;
  const about = { eventId: `${requestId}.${n}`, requestId, subject, execution, thread, round, at };
  const asking = {
    ...about,
    title: request.title,
    prompt: request.prompt,
    lang: request.lang,
    verbs: [...request.verbs],
    assignees: [...(entry.assignees ?? request.assignees)],
    deadline: entry.deadline ?? request.deadline,
    link: pages === undefined ? undefined : questionLink(pages, requestId),
  };
  switch (what) {
    case "asked": {
      if (status.state === "withdrawn" && status.at === at)
        return { type: "Feedback Withdrawn", ...about, reason: status.reason };
      if (status.state === "superseded" && status.at === at)
        return { type: "Feedback Superseded", ...about, supersededBy: status.by };
      const candidates = entry.shown?.map(({ id, title }) => ({ id, title }));
      return defined({ type: "Feedback Opened", ...asking, candidates, digest: request.digest });
    }
    case "seen":
      return by && { type: "Feedback Seen", ...about, by };
    case "reminded":
      return defined({ type: "Feedback Reminded", ...asking });
    case "escalated":
      return defined({ type: "Feedback Escalated", ...asking });
    case "reassigned":
      return defined({ type: "Feedback Reassigned", ...asking, by });
    case "extended":
      return defined({ type: "Feedback Extended", ...about, by, deadline: entry.deadline ?? at });
    case "expired":
      return { type: "Feedback Expired", ...about };
    case "withdrawn":
      return { type: "Feedback Withdrawn", ...about, reason: entry.reason ?? "" };
    case "superseded":
      return status.state === "superseded"
        ? { type: "Feedback Superseded", ...about, supersededBy: status.by }
        : undefined;
    case "answered":
    case "relayed":
    case "undeliverable":
    case "unconfirmed": {
      const reply = replyOf(request);
      if (!reply) return undefined;
      const { replyId, verb, candidateId, via, digest } = reply;
      const answer = { ...about, replyId, verb, candidateId, by: reply.by, via, digest };
      if (what === "answered") return defined({ type: "Feedback Answered", ...answer });
      if (what === "relayed") return defined({ type: "Feedback Relayed", ...answer });
      return defined({ type: "Feedback Undeliverable", ...answer, status: what, reason: entry.reason ?? "" });
    }
    case "erased":
      return undefined;
  }
}
