import type { ClientMessageOf, ServerMessageOf } from "@callboard/protocol";
import { personOf } from "../access/principal.ts";
import type { Ports } from "../ports/index.ts";
import type { Acting } from "./acting.ts";
import { type Refusal, refuse } from "./closed-refusal.ts";
import { decideReply } from "./decide-reply.ts";
import { limitRefusals } from "./limit-refusals.ts";
import { mayAct } from "./may-act.ts";
import { tell } from "./tell.ts";

type ReplyPorts = Pick<Ports, "requests" | "channels" | "refusals" | "bus" | "schemas" | "clock" | "log">;
type Receipt = ServerMessageOf<"receipt">;

/**
 * A person's reply. Of all replies to a request one is accepted, in one transaction; the rest of its way is made by
 * events, or by the clock if they are lost. A loser is decided again on the request as it then is.
 */
export async function reply(
  ports: ReplyPorts,
  { caller, origin }: Acting,
  message: ClientMessageOf<"reply">,
): Promise<Receipt> {
  const { type: _, id, ...said } = message;
  const receipt = (more: Pick<Receipt, "status" | "code" | "details">): Receipt => ({
    type: "receipt",
    re: id,
    requestId: said.requestId,
    replyId: said.replyId,
    ...more,
  });
  const refused = async (refusal: Refusal): Promise<Receipt> => {
    const { code, details } = await limitRefusals(ports, caller, refusal);
    return receipt({ status: "refused", code, ...(details ? { details } : {}) });
  };
  const actor = { by: personOf(caller), origin };
  let request = await ports.requests.read(said.requestId);
  if (request && !(await mayAct(ports, caller, request))) return refused(refuse("forbidden"));
  while (request) {
    const decision = decideReply(request, said, actor, ports.clock.now(), ports.schemas.issues);
    if (decision.decision === "repeat") return receipt({ status: "accepted" });
    if (decision.decision === "refuse") return refused(decision);
    const result = await ports.requests.move(decision.transition);
    if (result.won) {
      await tell(ports, decision.transition.request);
      return receipt({ status: "accepted" });
    }
    request = result.current;
  }
  return refused(refuse("not_found"));
}
