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
  waitingKey,
  waitingProposal,
} from "./values.ts";
import { warningProposals } from "./warnings.ts";

/** Races with the request's own next change that one announcement takes up. */
const mostTries = 10;

type Inbox = ReturnType<typeof inboxChannel>;

/** What an announcement that follows right upon a write need not read again. */
interface Fresh {
  /** The request as it was written. */
  readonly request?: FeedbackRequest;
  /** What the ledger says of that. */
  readonly entry?: LedgerEntry | undefined;
  /** Proposals beside the request's own. */
  readonly more?: readonly Proposal[];
}

/**
 * Request Changed: tells whoever listens on the bus what happened to a request, and the channels how it stands, as its row
 * says at this moment, and again if it moved on meanwhile: what was just told could otherwise stand after what is newer.
 * `told` is the version that this is about, and the one that is noted: until a version is noted, the clock brings it back.
 */
export async function announce(
  ports: Ports,
  id: RequestId,
  told: number,
  { request: fresh, entry, more = [] }: Fresh = {},
): Promise<void> {
  // Asked for in the same turn: the table is read once.
  const [first, last] = await Promise.all([
    fresh ?? ports.requests.read(id),
    entry ?? ports.requests.ledgerEntry(id, told),
  ]);
  for (let tries = 0; tries < mostTries; tries++) {
    const request = tries === 0 ? first : await ports.requests.read(id);
    if (!request) return ports.log.metric("unknown_request", 1);
    if (tries === 0 && isToldOtherwise(request, told, more)) return;
    const noted = Math.min(told, request.version);
    const asked = request.assignees.filter((assignee) => !isErased(assignee));
    const [subject] = await settleAll([
      tellSubject(ports, request, more),
      ...asked.map((assignee) => tellInbox(ports, inboxChannel(assignee), inboxProposal(request))),
      ...formerOf(request).map((former) => tellInbox(ports, inboxChannel(former), removalProposal(request))),
      tellReceipt(ports, request),
      // Nobody's page waits for whoever listens on the bus; what was put is put once.
      tries === 0 ? publishEvents(ports, request, noted, last ? [last] : []) : undefined,
    ]);
    if (subject === "stale") continue;
    // Its subject does not show it: the clock brings it back.
    if (subject === "full" && request.status.state === "open") {
      if (publishedOf(request) < noted) await ports.requests.note(request, { published: noted });
      return;
    }
    if (await ports.requests.note(request, { announced: noted })) return;
  }
  throw new Error(`request ${id} changed ${mostTries} times while it was announced`);
}

/**
 * It brings nothing of its own, and all was told before or the event of a later version brings it. What belongs to a
 * question that was told and is closed may have made room since, and is not brought back.
 */
const isToldOtherwise = (request: FeedbackRequest, told: number, more: readonly Proposal[]): boolean =>
  told <= request.announced
    ? more.length === 0 || closedAt(request) !== undefined
    : more.length === 0 && told < request.version;

/** Who was asked before a reassignment and is not any more. */
const formerOf = ({ assignees, formerAssignees = [] }: FeedbackRequest) =>
  formerAssignees.filter((former) => !assignees.includes(former) && !isErased(former));

/**
 * Tells a subject's viewers and owners in one change. `stale`: somebody has told of a newer version. Where what is open
 * leaves no room for all of it, candidates go without first, then what viewers read of it, and the question last; what
 * becomes of a question that is shown is told in any case.
 */
async function tellSubject(
  ports: Ports,
  request: FeedbackRequest,
  more: readonly Proposal[],
): Promise<"told" | "stale" | "full"> {
  const [attending, state] = await Promise.all([
    attendingOf(ports, request),
    ports.heads.open(workChannel(request.subject)),
  ]);
  const waiting = isNoLongerWaiting(request) ? [] : [waitingProposal(request)];
  const beside = [...warningProposals(request), ...attending];
  const own = [requestProposal(request), ...beside];
  const tell = (proposals: readonly Proposal[], more: Partial<Change> = {}) =>
    publish(ports, state.name, { ...unlessNewer(request, proposals), ...more });
  let told = await publish(ports, state.name, unlessNewer(request, [...more, ...waiting, ...own]), state);
  if (told.outcome === "full") {
    ports.log.warn("a work channel is full", { requestId: request.id, limit: told.limit });
    told = await tell([...waiting, ...own]);
  }
  if (told.outcome === "full" && (await isShown(state, request))) {
    const rest = request.status.state === "open" ? [] : [...waiting, ...beside];
    told = await tell([replacementProposal(request), ...rest], { replaces: true });
  }
  if (told.outcome === "full") told = await tell(own);
  if (told.outcome !== "full") return told.outcome === "stale" ? "stale" : "told";
  return (await tell(waiting)).outcome === "stale" ? "stale" : "full";
}

async function isShown(state: HeadState, { id }: FeedbackRequest): Promise<boolean> {
  const key = requestKey(id);
  return ((await state.entries([key])).get(key)?.value ?? null) !== null;
}

/**
 * A change that tells of a request, unless the subject shows a newer version of it. While there is no entry of the
 * request, and there may have been one, its row says so instead.
 */
function unlessNewer(request: FeedbackRequest, proposals: readonly Proposal[]): Change {
  const key = requestKey(request.id);
  const tells = proposals.some((proposal) => proposal.key === key);
  return {
    keys: [...new Set([key, ...proposals.map((proposal) => proposal.key)])],
    propose(entries) {
      const known = entries.get(key);
      // What was let go had the version that it shows, and is told of again as it was.
      return known && known.version > removed(version(request.version)) ? "stale" : proposals;
    },
    mustShow: true,
    listsAgain: () => proposals.some((proposal) => proposal.key === waitingKey),
    members: { followers: request.assignees.filter((assignee) => !isErased(assignee)) },
    guard: (entries, head) =>
      entries.has(key) || (tells && !head?.channels.work?.floor)
        ? undefined
        : { request: request.id, version: request.version },
  };
}

/** Once a request was shown, somebody may attend to it; when it closes nobody does any more. */
async function attendingOf(ports: Ports, request: FeedbackRequest): Promise<Proposal[]> {
  if (request.last === "asked") return [];
  return attentionProposals(request, await ports.attention.of(request.id), ports.clock.now());
}

/** Attention Changed: lets those who work on the subject see who attends to the request, while it is open. */
export async function announceAttention(ports: Ports, id: RequestId): Promise<void> {
  let request = await ports.requests.read(id);
  if (!request) return ports.log.metric("unknown_request", 1);
  for (let tries = 0; tries < mostTries; tries++) {
    const before = request;
    const proposals = attentionProposals(before, await ports.attention.of(id), ports.clock.now());
    await publish(ports, workChannel(before.subject), proposing(proposals));
    // Whoever told of its end meanwhile may not have found what was published here.
    request = await ports.requests.read(id);
    if (!request || request.status.state === before.status.state) return;
  }
}

/**
 * Receipts make room for questions. An inbox that is full of open ones costs its owner the notice, never the others theirs:
 * the question stands in `work:`.
 */
async function tellInbox(ports: Ports, inbox: Inbox, proposal: Proposal): Promise<void> {
  const published = await publish(ports, inbox, proposing([proposal]));
  if (published.outcome === "full") ports.log.warn("an inbox is full", { limit: published.limit });
}

async function tellReceipt(ports: Ports, request: FeedbackRequest): Promise<void> {
  const reply = replyOf(request);
  if (!reply || reply.by.id === system.id || isErased(`user/${reply.by.id}`)) return;
  await tellInbox(ports, inboxChannel(`user/${reply.by.id}`), receiptProposal(request, reply));
}

/** Its answer was told before: what becomes of that answer is nothing that viewers wait for. */
const isNoLongerWaiting = ({ status, announced, version }: FeedbackRequest): boolean =>
  ["relayed", "undeliverable", "unconfirmed"].includes(status.state) && announced >= version - 1;
