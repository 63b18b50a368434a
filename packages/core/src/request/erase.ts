import type { Person, Principal, RecordedReply } from "@callboard/protocol";
import type { Attention } from "../ports/index.ts";
import { type FeedbackRequest, type LedgerEntry, replyOf } from "./request.ts";

/** Somebody who is taken out of what is kept, and who stands there instead. */
export interface Erasure {
  readonly principal: Principal;
  readonly alias: Person;
}

const aliasPrefix = "erased-";
const hashLength = 16;

/**
 * Decides what stands for a user: the same pseudonym each time, so that the facts about one person still belong
 * together. Whoever knows the principal can compute it. `hash` is that of the principal.
 */
export const erasureOf = (principal: Principal, hash: string): Erasure => ({
  principal,
  alias: { id: `${aliasPrefix}${hash.slice(0, hashLength)}`, name: "erased" },
});

/** Tells whether a principal is the pseudonym of somebody who was erased: there is nobody to tell anything. */
export const isErased = (principal: Principal): boolean => principal.startsWith(`user/${aliasPrefix}`);

/**
 * A request without somebody: a pseudonym stands where they answered or were asked; what they wrote is dropped, and
 * verb, candidate, time and round are kept. The very same request, if they are not in it.
 */
export function eraseFromRequest(request: FeedbackRequest, erasure: Erasure): FeedbackRequest {
  const { status, assignees, formerAssignees, escalate } = request;
  const reply = replyOf(request);
  if (
    !isBy(reply?.by, erasure) &&
    ![assignees, formerAssignees, escalate?.to].some((all) => has(all, erasure))
  )
    return request;
  return {
    ...request,
    assignees: renamed(assignees, erasure),
    ...(formerAssignees ? { formerAssignees: renamed(formerAssignees, erasure) } : {}),
    ...(escalate ? { escalate: { ...escalate, to: renamed(escalate.to, erasure) } } : {}),
    status: "reply" in status ? { ...status, reply: eraseFromReply(status.reply, erasure) } : status,
  };
}

/** A ledger row without somebody, as `eraseFromRequest`; the way they came is kept, and not by which device. */
export function eraseFromEntry(entry: LedgerEntry, erasure: Erasure): LedgerEntry {
  const { by, origin, reply, assignees } = entry;
  if (!isBy(by, erasure) && !isBy(reply?.by, erasure) && !has(assignees, erasure)) return entry;
  return {
    ...entry,
    ...(isBy(by, erasure) ? { by: erasure.alias } : {}),
    ...(isBy(by, erasure) && origin ? { origin: { ...origin, device: "erased" } } : {}),
    ...(reply ? { reply: eraseFromReply(reply, erasure) } : {}),
    ...(assignees ? { assignees: renamed(assignees, erasure) } : {}),
  };
}

/** What somebody did about a request, by the pseudonym; whatever they were at ends with it. */
export const eraseFromAttention = (attention: Attention, { alias }: Erasure): Attention => ({
  ...attention,
  user: alias,
  until: Math.min(attention.until, attention.at),
});

function eraseFromReply(reply: RecordedReply, erasure: Erasure): RecordedReply {
  if (!isBy(reply.by, erasure)) return reply;
  const { value: _value, comment: _comment, ...facts } = reply;
  return { ...facts, by: erasure.alias };
}

const isBy = (person: Person | undefined, { principal }: Erasure): boolean =>
  person !== undefined && `user/${person.id}` === principal;

const has = (principals: readonly Principal[] | undefined, { principal }: Erasure): boolean =>
  principals?.includes(principal) ?? false;

const renamed = (principals: readonly Principal[], { principal, alias }: Erasure): Principal[] =>
  principals.map((one): Principal => (one === principal ? `user/${alias.id}` : one));
