import {
  cutText,
  defined,
  type HistoryEntry,
  type HistoryPage,
  limits,
  type RequestId,
  type Subject,
  workChannel,
} from "@callboard/protocol";
import { type Caller, mayFollow } from "../access/principal.ts";
import type { HistoryRow, Ports } from "../ports/index.ts";
import type { FeedbackRequest, LedgerEntry } from "./request.ts";

type HistoryReadPorts = Pick<Ports, "history" | "requests">;

/** The part of a history to read: a number of entries, before the given one. */
export interface HistoryPart {
  readonly limit: number;
  readonly before?: string | undefined;
}

/** The history of a subject, for callers who may follow its `work:` channel. */
export async function viewHistory(
  ports: HistoryReadPorts & Pick<Ports, "heads">,
  caller: Caller,
  subject: Subject,
  part: HistoryPart,
): Promise<HistoryPage | "forbidden"> {
  const channel = workChannel(subject);
  const { head } = await ports.heads.open(channel);
  return mayFollow(caller, channel, head) ? readHistory(ports, subject, part) : "forbidden";
}

/**
 * The history of a subject, the newest first. What happened to its questions is read from their ledgers as they are
 * now; entries that are no longer kept there are missing. So a page may have fewer entries than its limit although
 * there are more.
 */
export async function readHistory(
  ports: HistoryReadPorts,
  subject: Subject,
  { limit, before }: HistoryPart,
): Promise<HistoryPage> {
  const { rows, more } = await ports.history.page(subject, limit, before);
  const known = await askedFor(ports, rows);
  const entries = await Promise.all(rows.map((row) => entryOf(ports, row, known)));
  return defined({
    entries: entries.filter((entry) => entry !== undefined),
    next: more ? rows.at(-1)?.id : undefined,
  });
}

/** A question, and the first row of its ledger, with the candidates that it offered. */
interface Asked {
  readonly request: FeedbackRequest | undefined;
  readonly first: LedgerEntry | undefined;
}

/** The questions in these rows, each read once. */
async function askedFor(
  { requests }: HistoryReadPorts,
  rows: readonly HistoryRow[],
): Promise<ReadonlyMap<RequestId, Asked>> {
  const ids = new Set(rows.flatMap(({ happened: one }) => (one.what === "ledger" ? [one.requestId] : [])));
  const found = [...ids].map(async (id): Promise<[RequestId, Asked]> => {
    const [request, first] = await Promise.all([requests.read(id), requests.ledgerEntry(id, 1)]);
    return [id, { request, first }];
  });
  return new Map(await Promise.all(found));
}

async function entryOf(
  { requests }: HistoryReadPorts,
  { id, at, happened }: HistoryRow,
  known: ReadonlyMap<RequestId, Asked>,
): Promise<HistoryEntry | undefined> {
  if (happened.what !== "ledger") return { ...happened, id, at };
  const { requestId, n } = happened;
  const asked = known.get(requestId);
  const entry = n === 1 ? asked?.first : await requests.ledgerEntry(requestId, n);
  if (!asked?.request || !entry) return undefined;
  const { request, first } = asked;
  const { by, round, what, reply, assignees, deadline, reason } = entry;
  return defined({
    what: "question",
    id,
    at,
    happened: what,
    requestId,
    thread: request.thread,
    round,
    prompt: what === "asked" ? cutText(request.prompt, limits.messageLength) : undefined,
    by,
    assignees: assignees && [...assignees],
    deadline,
    verb: reply?.verb,
    candidate: titleOf(first, reply?.candidateId),
    comment: reply?.comment,
    reason: reason === undefined ? undefined : cutText(reason, limits.messageLength),
  });
}

/** The title of a candidate when it was shown; its id if the title is not stored. */
const titleOf = (first: LedgerEntry | undefined, candidateId: string | undefined): string | undefined =>
  first?.shown?.find(({ id }) => id === candidateId)?.title ?? candidateId;
