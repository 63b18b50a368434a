import type { Principal, RequestId } from "@callboard/protocol";
import { personOf } from "../access/principal.ts";
import type { Ports } from "../ports/index.ts";
import type { Acting } from "./acting.ts";
import type { Acted } from "./attend.ts";
import { refuse } from "./closed-refusal.ts";
import { type AmendDecision, decideExtension, decideReassignment } from "./decide-ladder.ts";
import { mayAct, owns } from "./may-act.ts";
import type { Actor } from "./move.ts";
import type { FeedbackRequest } from "./request.ts";
import { tell } from "./tell.ts";

type AmendPorts = Pick<Ports, "requests" | "channels" | "bus" | "clock" | "log">;

/** `extend`: whoever may answer moves the deadline, within the state's timeout. */
export const extend = (ports: AmendPorts, acting: Acting, wish: { requestId: RequestId; deadline: number }) =>
  amendRequest(ports, acting, wish.requestId, mayAct, (request, actor, now) =>
    decideExtension(request, wish.deadline, actor, now),
  );

/** `reassign`: an owner puts the request to others. */
export const reassign = (
  ports: AmendPorts,
  acting: Acting,
  wish: { requestId: RequestId; assignees: readonly Principal[] },
) =>
  amendRequest(ports, acting, wish.requestId, owns, (request, actor, now) =>
    decideReassignment(request, wish.assignees, actor, now),
  );

async function amendRequest(
  ports: AmendPorts,
  { caller, origin }: Acting,
  id: RequestId,
  may: typeof mayAct,
  decide: (request: FeedbackRequest, actor: Actor, now: number) => AmendDecision,
): Promise<Acted> {
  let request = await ports.requests.read(id);
  if (request && !(await may(ports, caller, request))) return refuse("forbidden");
  while (request) {
    const decision = decide(request, { by: personOf(caller), origin }, ports.clock.now());
    if (decision.decision !== "accept") return decision;
    const result = await ports.requests.move(decision.transition);
    if (result.won) {
      await tell(ports, decision.transition.request);
      return { decision: "accept" };
    }
    request = result.current;
  }
  return refuse("not_found");
}
