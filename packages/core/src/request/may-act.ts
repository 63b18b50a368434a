import { workChannel } from "@callboard/protocol";
import { type Caller, isOwner, mayAnswer } from "../access/principal.ts";
import type { Ports } from "../ports/index.ts";
import type { FeedbackRequest } from "./request.ts";

/** Tells whether a caller may act on a request. Assignment and capabilities are enough for most; an owner costs a read. */
export async function mayAct(
  ports: Pick<Ports, "channels">,
  caller: Caller,
  request: FeedbackRequest,
): Promise<boolean> {
  return mayAnswer(caller, request.subject, request.assignees) || owns(ports, caller, request);
}

/** Tells whether a caller owns the subject of a request. */
export async function owns(
  ports: Pick<Ports, "channels">,
  caller: Caller,
  request: FeedbackRequest,
): Promise<boolean> {
  const { meta } = await ports.channels.read(workChannel(request.subject), []);
  return isOwner(caller, meta);
}
