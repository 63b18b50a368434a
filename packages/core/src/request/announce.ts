import { inboxChannel, type RequestId, workChannel } from "@callboard/protocol";
import { type Change, type Proposal, proposing, removed, version } from "../channel/change.ts";
import { settleAll } from "../channel/each-limited.ts";
import { publish } from "../channel/publish.ts";
import type { HeadState, Ports } from "../ports/index.ts";
import { attentionProposals } from "./attending.ts";
import { isErased } from "./erase.ts";
import { system } from "./lifecycle.ts";
import { publishEvents } from "./outgoing.ts";
import { closedAt, type FeedbackRequest, type LedgerEntry, publishedOf, replyOf } from "./request.ts";
import {
  inboxProposal,
  receiptProposal,
  removalProposal,
  replacementProposal,
  requestKey,
  requestProposal,
  WAITING_KEY,
  waitingProposal,
} from "./values.ts";
import { warningProposals } from "./warnings.ts";

/** How often one announcement starts again because the request has changed meanwhile. */
const MAX_TRIES = 10;

type Inbox = ReturnType<typeof inboxChannel>;

/** What an announcement right after a write need not read again. */
interface Fresh {
  /** The request as it was written. */
  readonly request?: FeedbackRequest;
  /** The ledger row of that write. */
  readonly entry?: LedgerEntry | undefined;
  /** Other proposals to publish along with the request's own. */
  readonly more?: readonly Proposal[];
}

/**
 * Handles Request Changed: publishes what happened to a request on the bus, and its state in the channels, both from
 * its row at this moment. Repeats if the request has changed meanwhile, so that an older state does not replace a newer
 * one. `announcing` is the version of the event, which is recorded as announced; until that is written, the clock repeats
 * this.
 */
export async function announce(
  ports: Ports,
  id: RequestId,
  announcing: number,
  { request: fresh, entry, more = [] }: Fresh = {},
): Promise<void> {
  // Read in the same turn, so that both share one read of the table.
  const [first, last] = await Promise.all([
    fresh ?? ports.requests.read(id),
    entry ?? ports.requests.ledgerEntry(id, announcing),
  ]);
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    const request = tries === 0 ? first : await ports.requests.read(id);
    if (!request) return ports.log.metric("unknown_request", 1);
    if (tries === 0 && needsNoAnnouncement(request, announcing, more)) return;
    const noted = Math.min(announcing, request.version);
    const asked = request.assignees.filter((assignee) => !isErased(assignee));
    const [subject] = await settleAll([
      updateSubject(ports, request, more),
      ...asked.map((assignee) => updateInbox(ports, inboxChannel(assignee), inboxProposal(request))),
      ...formerOf(request).map((former) =>
        updateInbox(ports, inboxChannel(former), removalProposal(request)),
      ),
      updateReceipt(ports, request),
      // Pages do not wait for the bus. Events are put only once, in the first attempt.
      tries === 0 ? publishEvents(ports, request, noted, last ? [last] : []) : undefined,
    ]);
    if (subject === "stale") continue;
    // The subject has no room to show it: the clock tries again.
    if (subject === "full" && request.status.state === "open") {
      if (publishedOf(request) < noted) await ports.requests.note(request, { published: noted });
      return;
    }
    if (await ports.requests.note(request, { announced: noted })) return;
  }
  throw new Error(`request ${id} changed ${MAX_TRIES} times while it was announced`);
}

/**
 * Nothing needs to be published: everything was announced, or the event of a later version will do it. Entries of a
 * closed question may have been removed to make room, and must not come back.
 */
const needsNoAnnouncement = (
  request: FeedbackRequest,
  announcing: number,
  more: readonly Proposal[],
): boolean =>
  announcing <= request.announced
    ? more.length === 0 || closedAt(request) !== undefined
    : more.length === 0 && announcing < request.version;

/** People who were asked before a reassignment and are not any more. */
const formerOf = ({ assignees, formerAssignees = [] }: FeedbackRequest) =>
  formerAssignees.filter((former) => !assignees.includes(former) && !isErased(former));

/**
 * Updates a subject for viewers and owners in one change. `stale`: a newer version was announced. If there is no room
 * for all of it, the candidates are left out first, then the entries for viewers, and the question last. If a question
 * is shown, its later state always replaces it.
 */
async function updateSubject(
  ports: Ports,
  request: FeedbackRequest,
  more: readonly Proposal[],
): Promise<"published" | "stale" | "full"> {
  const [attending, state] = await Promise.all([
    attendingOf(ports, request),
    ports.heads.open(workChannel(request.subject)),
  ]);
  const waiting = isNoLongerWaiting(request) ? [] : [waitingProposal(request)];
  const beside = [...warningProposals(request), ...attending];
  const own = [requestProposal(request), ...beside];
  const publishAgain = (proposals: readonly Proposal[], more: Partial<Change> = {}) =>
    publish(ports, state.name, { ...unlessNewer(request, proposals), ...more });
  let published = await publish(
    ports,
    state.name,
    unlessNewer(request, [...more, ...waiting, ...own]),
    state,
  );
  if (published.outcome === "full") {
    ports.log.warn("a work channel is full", { requestId: request.id, limit: published.limit });
    published = await publishAgain([...waiting, ...own]);
  }
  if (published.outcome === "full" && (await isShown(state, request))) {
    const rest = request.status.state === "open" ? [] : [...waiting, ...beside];
    published = await publishAgain([replacementProposal(request), ...rest], { replaces: true });
  }
  if (published.outcome === "full") published = await publishAgain(own);
  if (published.outcome !== "full") return published.outcome === "stale" ? "stale" : "published";
  return (await publishAgain(waiting)).outcome === "stale" ? "stale" : "full";
}

async function isShown(state: HeadState, { id }: FeedbackRequest): Promise<boolean> {
  const key = requestKey(id);
  return ((await state.entries([key])).get(key)?.value ?? null) !== null;
}

/**
 * A change for a request, unless the subject shows a newer version of it. If there is no entry of the request, and
 * there may have been one, the change has the version of its row as a condition.
 */
function unlessNewer(request: FeedbackRequest, proposals: readonly Proposal[]): Change {
  const key = requestKey(request.id);
  const changesEntry = proposals.some((proposal) => proposal.key === key);
  return {
    keys: [...new Set([key, ...proposals.map((proposal) => proposal.key)])],
    propose(entries) {
      const known = entries.get(key);
      // A removed entry has the version that it showed; the same version is announced again as it was.
      return known && known.version > removed(version(request.version)) ? "stale" : proposals;
    },
    mustShow: true,
    listsAgain: () => proposals.some((proposal) => proposal.key === WAITING_KEY),
    members: { followers: request.assignees.filter((assignee) => !isErased(assignee)) },
    guard: (entries, head) =>
      entries.has(key) || (changesEntry && !head?.channels.work?.floor)
        ? undefined
        : { request: request.id, version: request.version },
  };
}

/**
 * The attention to show for a request: after it was first shown people may attend to it, and at its close nobody does
 * any more.
 */
async function attendingOf(ports: Ports, request: FeedbackRequest): Promise<Proposal[]> {
  if (request.last === "asked") return [];
  return attentionProposals(request, await ports.attention.of(request.id), ports.clock.now());
}

/** Handles Attention Changed: shows who attends to an open request to those who work on its subject. */
export async function announceAttention(ports: Ports, id: RequestId): Promise<void> {
  let request = await ports.requests.read(id);
  if (!request) return ports.log.metric("unknown_request", 1);
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    const before = request;
    const proposals = attentionProposals(before, await ports.attention.of(id), ports.clock.now());
    await publish(ports, workChannel(before.subject), proposing(proposals));
    // If another process announced its end meanwhile, it may have missed what was published here.
    request = await ports.requests.read(id);
    if (!request || request.status.state === before.status.state) return;
  }
}

/**
 * Receipts are removed to make room for questions. If an inbox is full of open questions, its owner misses the entry,
 * and others do not: the question is shown in `work:`.
 */
async function updateInbox(ports: Ports, inbox: Inbox, proposal: Proposal): Promise<void> {
  const published = await publish(ports, inbox, proposing([proposal]));
  if (published.outcome === "full") ports.log.warn("an inbox is full", { limit: published.limit });
}

async function updateReceipt(ports: Ports, request: FeedbackRequest): Promise<void> {
  const reply = replyOf(request);
  if (!reply || reply.by.id === system.id || isErased(`user/${reply.by.id}`)) return;
  await updateInbox(ports, inboxChannel(`user/${reply.by.id}`), receiptProposal(request, reply));
}

/** Its answer was announced before: viewers do not wait for the answer's delivery. */
const isNoLongerWaiting = ({ status, announced, version }: FeedbackRequest): boolean =>
  ["relayed", "undeliverable", "unconfirmed"].includes(status.state) && announced >= version - 1;
