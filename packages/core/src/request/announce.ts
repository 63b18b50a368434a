import {
  inboxChannel,
  type ReceiptValue,
  type RequestId,
  receiptMs,
  watchChannel,
  workChannel,
} from "@callboard/protocol";
import { drop, type Proposal } from "../channel/decide-change.ts";
import { publish } from "../channel/publish.ts";
import type { Ports } from "../ports/index.ts";
import { isErased } from "./erase.ts";
import { system } from "./lifecycle.ts";
import { type FeedbackRequest, replyOf } from "./request.ts";
import {
  attentionProposals,
  inboxProposal,
  receiptProposal,
  removalProposal,
  requestProposal,
  waitingProposal,
  warningProposal,
} from "./values.ts";

/** Races with the request's own next change that one announcement takes up. */
const mostTries = 10;

/** Inboxes with more keys than this let go of receipts that are past their time. */
const sweepAboveKeys = 200;
const receiptsSweptAtOnce = 40;

/**
 * Request Changed: tells the channels how the request stands, as its row says at this moment, and again if it moved on
 * meanwhile: what was just told could otherwise stand after what is newer. `told` is the version that the bus was told
 * of, and the one that is noted: until a version is noted, the clock brings it back, with all that the bus is owed.
 */
export async function announce(
  ports: Ports,
  id: RequestId,
  told: number,
  more: readonly Proposal[] = [],
): Promise<void> {
  for (let tries = 0; tries < mostTries; tries++) {
    const request = await ports.requests.read(id);
    if (!request) return ports.log.metric("unknown_request", 1);
    if (tries === 0 && isToldOtherwise(request, told, more)) return;
    if (!(await tellWaiting(ports, request))) continue;
    const proposals = [
      ...more,
      requestProposal(request),
      warningProposal(request),
      ...(await attending(ports, request)),
    ];
    const asked = request.assignees.filter((assignee) => !isErased(assignee));
    const work = await publish(ports, workChannel(request.subject), proposals, { followers: asked });
    if (work.outcome === "full")
      ports.log.warn("a work channel is full", { requestId: id, limit: work.limit });
    for (const assignee of asked) await tellInbox(ports, inboxChannel(assignee), inboxProposal(request));
    for (const former of formerOf(request))
      await tellInbox(ports, inboxChannel(former), removalProposal(request));
    await tellReceipt(ports, request);
    if (await ports.requests.note(request, { announced: Math.min(told, request.version) })) return;
  }
  throw new Error(`request ${id} changed ${mostTries} times while it was announced`);
}

/** It brings nothing of its own, and all was told before or the event of a later version brings it. */
const isToldOtherwise = (request: FeedbackRequest, told: number, more: readonly Proposal[]): boolean =>
  more.length === 0 && (told <= request.announced || told < request.version);

/** Who was asked before a reassignment and is not any more. */
const formerOf = ({ assignees, formerAssignees = [] }: FeedbackRequest) =>
  formerAssignees.filter((former) => !assignees.includes(former) && !isErased(former));

/** Once a request was shown, somebody may attend to it; when it closes nobody does any more. */
async function attending(ports: Ports, request: FeedbackRequest): Promise<Proposal[]> {
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
    await publish(ports, workChannel(before.subject), proposals);
    // Whoever told of its end meanwhile may not have found what was published here.
    request = await ports.requests.read(id);
    if (!request || request.status.state === before.status.state) return;
  }
}

/** An inbox that is full costs its owner the notice, never the others theirs: the question stands in `work:`. */
async function tellInbox(
  ports: Ports,
  inbox: ReturnType<typeof inboxChannel>,
  proposal: Proposal,
): Promise<void> {
  const published = await publish(ports, inbox, [proposal]);
  if (published.outcome === "full") ports.log.warn("an inbox is full", { limit: published.limit });
}

async function tellReceipt(ports: Ports, request: FeedbackRequest): Promise<void> {
  const reply = replyOf(request);
  if (!reply || reply.by.id === system.id || isErased(`user/${reply.by.id}`)) return;
  const inbox = inboxChannel(`user/${reply.by.id}`);
  const proposal = receiptProposal(request, reply);
  const published = await publish(ports, inbox, [proposal]);
  if (published.outcome === "full" || (published.outcome === "published" && published.keys > sweepAboveKeys))
    await sweepReceipts(ports, inbox);
  if (published.outcome === "full") await tellInbox(ports, inbox, proposal);
}

/** A receipt stays for seven days. */
async function sweepReceipts(ports: Ports, inbox: ReturnType<typeof inboxChannel>): Promise<void> {
  const now = ports.clock.now();
  const old = (await ports.channels.since(inbox, 0))
    .filter((item) => item.key.startsWith("receipt/") && item.value !== null)
    .filter((item) => (item.value as ReceiptValue).at + receiptMs <= now)
    .slice(0, receiptsSweptAtOnce);
  await publish(
    ports,
    inbox,
    old.map((item) => drop(item.key, now)),
  );
}

/** Told only while the request is as it was read, since others write the same key. False: it is not. */
async function tellWaiting(ports: Ports, request: FeedbackRequest): Promise<boolean> {
  if (isNoLongerWaiting(request)) return true;
  const guard = { request: request.id, version: request.version };
  const channel = watchChannel(request.subject);
  const published = await publish(ports, channel, [waitingProposal(request)], { guard });
  return published.outcome !== "guard_failed";
}

/** Its answer was told before: what becomes of that answer is nothing that viewers wait for. */
const isNoLongerWaiting = ({ status, announced, version }: FeedbackRequest): boolean =>
  ["relayed", "undeliverable", "unconfirmed"].includes(status.state) && announced >= version - 1;
