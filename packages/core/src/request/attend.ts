import { type AttendingValue, attentionMs, type ClientMessageOf, type RequestId } from "@callboard/protocol";
import { personOf } from "../access/principal.ts";
import { type Proposal, propose, remove } from "../channel/decide-change.ts";
import { version } from "../channel/version.ts";
import type { Attention, Ports } from "../ports/index.ts";
import type { Acting } from "./acting.ts";
import { closedRefusal, type Refusal, refuse } from "./closed-refusal.ts";
import { mayAct } from "./may-act.ts";
import type { FeedbackRequest } from "./request.ts";

/** What became of a wish about a request. */
export type Acted = { decision: "accept" } | { decision: "repeat" } | Refusal;

/** `attend`: keeps what somebody does about a request, and lets those who work on the subject see it. */
export async function attend(
  ports: Pick<Ports, "requests" | "channels" | "attention" | "bus" | "clock">,
  { caller }: Acting,
  { requestId, state }: Pick<ClientMessageOf<"attend">, "requestId" | "state">,
): Promise<Acted> {
  const request = await ports.requests.read(requestId);
  if (!request) return refuse("not_found");
  if (!(await mayAct(ports, caller, request))) return refuse("forbidden");
  const now = ports.clock.now();
  const closed = closedRefusal(request, now);
  if (closed) return closed;
  const user = personOf(caller);
  await ports.attention.put({ requestId, user, state, at: now, until: now + attentionMs, firstAt: now });
  await ports.bus.put([{ type: "Attention Changed", requestId }]);
  return { decision: "accept" };
}

/** What a request's attention makes of its subject's `work:` channel at this moment. */
export function attentionProposals(
  request: FeedbackRequest,
  attention: readonly Attention[],
  now: number,
): Proposal[] {
  const open = request.status.state === "open";
  return attention.map(({ user, state, at, until }) => {
    const key = attendingKey(request.id, user.id);
    const present = open && until > now && state !== "left";
    if (!present) return remove(key, version(at, 1), now);
    const value: AttendingValue = { requestId: request.id, user, state, at, until };
    return propose(key, value, version(at, 0), at);
  });
}

export const attendingKey = (id: RequestId, userId: string): string => `attending/${id}/${userId}`;
