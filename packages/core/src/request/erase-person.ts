import { inboxChannel, type Principal, type RequestId, workChannel } from "@callboard/protocol";
import { drop } from "../channel/decide-change.ts";
import { publish } from "../channel/publish.ts";
import type { Ports } from "../ports/index.ts";
import { attendingKey } from "./attend.ts";
import {
  type Erasure,
  eraseFromAttention,
  eraseFromEntry,
  eraseFromRequest,
  erasureOf,
  isErased,
} from "./erase.ts";
import { redact } from "./move.ts";
import type { FeedbackRequest } from "./request.ts";
import { tell } from "./tell.ts";

type ErasePorts = Pick<
  Ports,
  "requests" | "attention" | "channels" | "push" | "audiences" | "objects" | "bus" | "clock" | "ids" | "log"
>;

/** How many of each were found with the person in them and are without now. */
export interface ErasedCounts {
  readonly requests: number;
  readonly ledgerRows: number;
  readonly attentionRows: number;
  readonly inboxItems: number;
}

export type Erased =
  | {
      readonly outcome: "erased";
      /** Who stands in their place. */
      readonly alias: string;
      readonly counts: ErasedCounts;
      /** Requests that are still open, and were put to them: somebody else should be asked. */
      readonly open: readonly RequestId[];
      /** Requests left as they are, since their answer or their last change is still on its way. */
      readonly underWay: readonly RequestId[];
    }
  /** Only a user has a name and words. */
  | { readonly outcome: "not_a_person" };

/** Races with a request's own next change that one erasure takes up. */
const mostTries = 10;
const removedAtOnce = 40;

/**
 * Takes a person's name and words out of all that is kept, and keeps the facts. Whatever finds a request by the person
 * is taken away last: if the process dies on the way, calling it again does the rest. A second call finds nothing.
 */
export async function erasePerson(ports: ErasePorts, principal: Principal): Promise<Erased> {
  if (!principal.startsWith("user/") || isErased(principal)) return { outcome: "not_a_person" };
  const erasure = erasureOf(principal, ports.ids.hash(principal));
  const counts = { requests: 0, ledgerRows: 0, attentionRows: 0, inboxItems: 0 };
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
  counts.inboxItems = await clearInbox(ports, principal);
  return { outcome: "erased", alias: `user/${erasure.alias.id}`, counts, open, underWay };
}

type RowErased =
  | { outcome: "erased"; request: FeedbackRequest }
  | { outcome: "unchanged"; request: FeedbackRequest | undefined }
  | { outcome: "under_way" };

/** An answer is left whole until the execution has it, and a change until everyone was told of it. */
async function eraseRow(ports: ErasePorts, id: RequestId, erasure: Erasure): Promise<RowErased> {
  for (let tries = 0; tries < mostTries; tries++) {
    const request = await ports.requests.read(id);
    if (!request) return { outcome: "unchanged", request };
    const redacted = eraseFromRequest(request, erasure);
    if (redacted === request) return { outcome: "unchanged", request };
    if (request.status.state === "answered" || request.announced < request.version)
      return { outcome: "under_way" };
    const transition = redact(request, redacted, ports.clock.now());
    const result = await ports.requests.move(transition);
    if (!result.won) continue;
    await tell(ports, transition.request);
    return { outcome: "erased", request: transition.request };
  }
  throw new Error(`request ${id} changed ${mostTries} times while somebody was erased from it`);
}

async function eraseAttention(
  ports: ErasePorts,
  id: RequestId,
  request: FeedbackRequest | undefined,
  erasure: Erasure,
): Promise<number> {
  const own = (await ports.attention.of(id)).filter(({ user }) => `user/${user.id}` === erasure.principal);
  for (const attention of own) {
    if (request)
      await publish(ports, workChannel(request.subject), [
        drop(attendingKey(id, attention.user.id), ports.clock.now()),
      ]);
    await ports.attention.replace(attention.user.id, eraseFromAttention(attention, erasure));
  }
  return own.length;
}

/** What they did themselves comes last: it is what the request is found by. */
async function eraseLedger(ports: ErasePorts, id: RequestId, erasure: Erasure): Promise<number> {
  const changed = (await ports.requests.ledger(id))
    .map((entry) => ({ entry, redacted: eraseFromEntry(entry, erasure) }))
    .filter(({ entry, redacted }) => entry !== redacted)
    .sort((a, b) => Number(a.entry.by !== a.redacted.by) - Number(b.entry.by !== b.redacted.by));
  for (const { redacted } of changed) await ports.requests.redact(id, redacted);
  return changed.length;
}

async function clearInbox(ports: ErasePorts, principal: Principal): Promise<number> {
  const inbox = inboxChannel(principal);
  const live = (await ports.channels.since(inbox, 0)).filter(({ value }) => value !== null);
  for (let at = 0; at < live.length; at += removedAtOnce)
    await publish(
      ports,
      inbox,
      live.slice(at, at + removedAtOnce).map(({ key }) => drop(key, ports.clock.now())),
    );
  return live.length;
}
