import {
  ERASED_PREFIX,
  type HeadName,
  inboxChannel,
  listChannel,
  type Person,
  type Principal,
  type RecordedReply,
  type RequestId,
  workChannel,
} from "@callboard/protocol";
import { forgetPerson, keyOf } from "../access/people.ts";
import { drop, proposing } from "../channel/change.ts";
import { publish } from "../channel/publish.ts";
import type { Ports } from "../ports/index.ts";
import { forgetReach } from "../reach/set-reach.ts";
import { attendingKey, attentionByPerson, type PersonsAttention } from "./attending.ts";
import { accept, decideRedaction, repeat } from "./lifecycle.ts";
import { moveOn, putChange } from "./move.ts";
import { type FeedbackRequest, type LedgerEntry, replyOf } from "./request.ts";

type ErasePorts = Pick<
  Ports,
  | "requests"
  | "people"
  | "reach"
  | "notices"
  | "attention"
  | "heads"
  | "push"
  | "audiences"
  | "objects"
  | "bus"
  | "clock"
  | "later"
  | "ids"
  | "lists"
  | "log"
>;

/** How many records of each kind contained the person and no longer do. */
export interface ErasedCounts {
  readonly requests: number;
  readonly ledgerRows: number;
  readonly attentionRows: number;
  readonly inboxItems: number;
  /** 1 if they could be found by name. */
  readonly names: number;
  /** 1 if there was a record of how to reach them. */
  readonly addresses: number;
  /** Subjects in the lists of this owner. */
  readonly listedSubjects: number;
  /** Questions for which they got notices. */
  readonly notices: number;
}

/** The result of erasing a person. */
export type Erased =
  | {
      readonly outcome: "erased";
      /** The pseudonym that replaces them. */
      readonly alias: string;
      readonly counts: ErasedCounts;
      /** Open requests that were assigned to them: somebody else should be asked. */
      readonly open: readonly RequestId[];
      /** Requests left unchanged, because their answer or their last change is still on its way. */
      readonly underWay: readonly RequestId[];
    }
  /** Only users have a name and texts. */
  | { readonly outcome: "not_a_person" };

/** Items of an inbox or list that one change removes. */
const REMOVED_AT_ONCE = 40;

/**
 * Removes a person's name and texts from all records, and keeps the facts. Rows that lead from the person to a request
 * are removed last: if the process dies before, another call does the rest. A second call finds nothing.
 */
export async function erasePerson(ports: ErasePorts, principal: Principal): Promise<Erased> {
  if (!principal.startsWith("user/") || isErased(principal)) return { outcome: "not_a_person" };
  const erasure = erasureOf(principal, ports.ids.hash(principal));
  const counts = {
    requests: 0,
    ledgerRows: 0,
    attentionRows: 0,
    inboxItems: 0,
    names: 0,
    addresses: 0,
    listedSubjects: 0,
    notices: 0,
  };
  const seen = new Set<RequestId>();
  const open: RequestId[] = [];
  const underWay: RequestId[] = [];
  for (const found of [ports.requests.touchedBy(principal), ports.attention.attendedBy(principal)])
    for await (const id of found) {
      if (seen.has(id)) continue;
      seen.add(id);
      const row = await eraseRow(ports, id, erasure);
      if (row.outcome === "under_way") {
        underWay.push(id);
        continue;
      }
      if (row.outcome === "erased") counts.requests++;
      if (row.outcome === "erased" && row.request.status.state === "open") open.push(id);
      counts.attentionRows += await eraseAttention(ports, id, row.request, erasure);
      counts.ledgerRows += await eraseLedger(ports, id, erasure);
      await ports.requests.release(id, principal);
    }
  counts.inboxItems = await clear(ports, inboxChannel(principal));
  if (await forgetPerson(ports, principal)) counts.names++;
  if (await forgetReach(ports, principal)) counts.addresses++;
  counts.notices = await ports.notices.forget(keyOf(ports, principal));
  for (const kind of ports.lists) counts.listedSubjects += await clear(ports, listChannel(kind, principal));
  return { outcome: "erased", alias: `user/${erasure.alias.id}`, counts, open, underWay };
}

type RowErased =
  | { outcome: "erased"; request: FeedbackRequest }
  | { outcome: "unchanged"; request: FeedbackRequest | undefined }
  | { outcome: "under_way" };

async function eraseRow(ports: ErasePorts, id: RequestId, erasure: Erasure): Promise<RowErased> {
  const moved = await moveOn(ports, await ports.requests.read(id), (request) =>
    decideErasure(request, erasure, ports.clock.now()),
  );
  if (moved?.decided.decision === "under_way") return { outcome: "under_way" };
  if (moved?.decided.decision !== "accept") return { outcome: "unchanged", request: moved?.request };
  await putChange(ports, moved.request);
  return { outcome: "erased", request: moved.request };
}

/** An answer stays unchanged until the execution has it, and any other change until it was announced. */
function decideErasure(request: FeedbackRequest, erasure: Erasure, now: number) {
  const redacted = eraseFromRequest(request, erasure);
  if (redacted === request) return repeat;
  if (request.status.state === "answered" || request.announced < request.version)
    return { decision: "under_way" } as const;
  return accept(decideRedaction(request, redacted, now));
}

async function eraseAttention(
  ports: ErasePorts,
  id: RequestId,
  request: FeedbackRequest | undefined,
  erasure: Erasure,
): Promise<number> {
  const own = (await ports.attention.of(id)).filter(({ user }) => `user/${user.id}` === erasure.principal);
  const [persons] = attentionByPerson(own, ports.clock.now());
  if (!persons) return 0;
  if (request)
    await publish(
      ports,
      workChannel(request.subject),
      proposing([drop(attendingKey(id, persons.user.id), ports.clock.now())]),
    );
  await ports.attention.replace(own, eraseFromAttention(persons, erasure));
  return own.length;
}

/** The rows of their own actions come last: by them the request is found. */
async function eraseLedger(ports: ErasePorts, id: RequestId, erasure: Erasure): Promise<number> {
  const changed = (await ports.requests.ledger(id))
    .map((entry) => ({ entry, redacted: eraseFromEntry(entry, erasure) }))
    .filter(({ entry, redacted }) => entry !== redacted)
    .sort((a, b) => Number(a.entry.by !== a.redacted.by) - Number(b.entry.by !== b.redacted.by));
  for (const { redacted } of changed) await ports.requests.redact(id, redacted);
  return changed.length;
}

/** Removes all entries of a person's own channel. */
async function clear(ports: ErasePorts, channel: HeadName): Promise<number> {
  const seen = await ports.heads.since(channel, 0);
  const live = (seen?.items ?? []).filter(({ value }) => value !== null);
  for (let at = 0; at < live.length; at += REMOVED_AT_ONCE)
    await publish(
      ports,
      channel,
      proposing(live.slice(at, at + REMOVED_AT_ONCE).map(({ key }) => drop(key, ports.clock.now()))),
    );
  return live.length;
}

/** A person to erase, and their pseudonym. */
interface Erasure {
  readonly principal: Principal;
  readonly alias: Person;
}

const HASH_LENGTH = 16;

/**
 * The pseudonym of a user: the same each time, so that the facts about one person still belong together. Whoever knows
 * the principal can compute it. `hash` is the hash of the principal.
 */
export const erasureOf = (principal: Principal, hash: string): Erasure => ({
  principal,
  alias: { id: `${ERASED_PREFIX}${hash.slice(0, HASH_LENGTH)}`, name: "erased" },
});

/** Whether a principal is the pseudonym of an erased person, who cannot be notified. */
export const isErased = (principal: Principal): boolean => principal.startsWith(`user/${ERASED_PREFIX}`);

/**
 * A request without a person: their answers and assignments get the pseudonym, and their texts are removed; verb,
 * candidate, time and round stay. Returns the same request if they are not in it.
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

/**
 * A ledger row without a person, as `eraseFromRequest`; it keeps how they acted (socket, HTTP or door), but not the
 * device.
 */
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

/** A person's attention under the pseudonym; it ends now. */
export const eraseFromAttention = (attention: PersonsAttention, { alias }: Erasure): PersonsAttention => ({
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
