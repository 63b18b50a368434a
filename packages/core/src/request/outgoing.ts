import { defined, type OutgoingEvent, questionLink } from "@callboard/protocol";
import { type HistoryPorts, keepLedger } from "../history.ts";
import type { Ports } from "../ports/index.ts";
import { type FeedbackRequest, type LedgerEntry, publishedOf, replyOf } from "./request.ts";

type OutgoingPorts = Pick<Ports, "requests" | "bus" | "pages"> & Omit<HistoryPorts, "ids">;

/**
 * Puts what happened to a request up to a version, and was not told before, for whoever listens: each row of the ledger is
 * one event, and a row of the subject's history before it. Whoever calls it notes the version afterwards, so that after any crash it is put again.
 */
export async function publishEvents(
  ports: OutgoingPorts,
  request: FeedbackRequest,
  upTo: number,
  known: readonly LedgerEntry[] = [],
): Promise<void> {
  const from = publishedOf(request) + 1;
  if (from > upTo) return;
  const isOwed = ({ n }: LedgerEntry) => n >= from && n <= upTo;
  const found = known.filter(isOwed);
  // What somebody else did meanwhile is a row that was not read yet.
  const entries =
    found.length === upTo - from + 1 ? found : (await ports.requests.ledger(request.id)).filter(isOwed);
  await keepLedger(ports, request, entries);
  const events = entries.flatMap((entry) => outgoingEvent(request, entry, ports.pages) ?? []);
  if (events.length > 0) await ports.bus.put(events);
}

/** What one row of the ledger is to whoever listens; undefined: nothing, as when somebody's words were taken out. */
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
