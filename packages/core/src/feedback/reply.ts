import { isOwner, mayAnswer, personOf } from "../access/principal.ts";
import type { Connected } from "../channel/follow.ts";
import type { Ports } from "../ports.ts";
import { type ClientMessageOf, type ServerMessageOf, workChannel } from "../protocol/index.ts";
import { decideReply } from "./decide-reply.ts";
import type { FeedbackRequest } from "./request.ts";

type ReplyPorts = Pick<Ports, "requests" | "channels" | "bus" | "schemas" | "clock" | "log">;
type Receipt = ServerMessageOf<"receipt">;

/**
 * A person's reply. Of all replies to a request one is accepted, in one transaction; the rest of its way is made by
 * events, or by the clock if they are lost. A loser is decided again on the request as it then is.
 */
export async function reply(
  ports: ReplyPorts,
  { caller }: Connected,
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
  let request = await ports.requests.read(said.requestId);
  if (request && !(await isAllowed(ports, caller, request)))
    return receipt({ status: "refused", code: "forbidden" });
  while (request) {
    const decision = decideReply(request, said, personOf(caller), ports.clock.now(), ports.schemas.issues);
    if (decision.decision === "repeat") return receipt({ status: "accepted" });
    if (decision.decision === "refuse") {
      const { code, details } = decision;
      return receipt({ status: "refused", code, ...(details ? { details } : {}) });
    }
    const result = await ports.requests.move(decision.transition);
    if (result.won) {
      await tell(ports, decision.transition.request, said.replyId);
      return receipt({ status: "accepted" });
    }
    request = result.current;
  }
  return receipt({ status: "refused", code: "not_found" });
}

/** The reply is a row by now: if the bus is out, the clock brings both events, so the receipt is true either way. */
async function tell(ports: ReplyPorts, request: FeedbackRequest, replyId: string): Promise<void> {
  try {
    await ports.bus.put([
      { type: "Reply Accepted", requestId: request.id, replyId },
      { type: "Request Changed", requestId: request.id, version: request.version },
    ]);
  } catch {
    ports.log.warn("the bus did not take an accepted reply; the clock will", { requestId: request.id });
  }
}

/** Assignment and capabilities are enough for most; only an owner costs a read. */
async function isAllowed(
  ports: ReplyPorts,
  caller: Connected["caller"],
  request: FeedbackRequest,
): Promise<boolean> {
  if (mayAnswer(caller, request.subject, request.assignees)) return true;
  const { meta } = await ports.channels.read(workChannel(request.subject), []);
  return isOwner(caller, meta);
}
