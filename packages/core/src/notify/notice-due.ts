import { type RequestId, seconds } from "@callboard/protocol";
import { eachLimited } from "../channel/each-limited.ts";
import type { Ports } from "../ports/index.ts";
import type { FeedbackRequest } from "../request/request.ts";
import { isToBeTold } from "./decide-notice.ts";
import { peopleToTell } from "./people-to-tell.ts";
import { lookOnce, type TellPorts, tellPerson } from "./tell-person.ts";

export type NoticePorts = TellPorts & { readonly requests: Pick<Ports["requests"], "note"> };

/** People who are told at the same time. */
const atOnce = 10;

/** Nobody's turn begins later than this: whoever is left is told by the next event, which is then due at once. */
const beginWithinMs = seconds(30);

/**
 * Notice Due: tells those elsewhere to whom a question is put, each once however often this is called. Whoever is not told
 * yet is told when it is due again, which is noted on the request; so is that nobody is left to be told.
 */
export async function noticeDue(ports: NoticePorts, id: RequestId): Promise<void> {
  const { clock } = ports;
  const request = await ports.requests.read(id);
  if (!request || !isToBeTold(request, clock.now())) return;
  const people = await peopleToTell(ports, request);
  const look = lookOnce(ports);
  const last = clock.now() + beginWithinMs;
  let next: number | undefined;
  await eachLimited(people, atOnce, async (key) => {
    const now = clock.now();
    const at = now < last ? await tellPerson(ports, look, key, id) : now;
    if (at !== undefined) next = Math.min(next ?? Infinity, at);
  });
  await noteNext(ports, request, next);
}

/**
 * A request that has moved on has a time of its own. Whoever has it due again meanwhile, as the relay does with each event,
 * knows no more than what was found here.
 */
async function noteNext(
  { requests }: Pick<NoticePorts, "requests">,
  { id, version }: FeedbackRequest,
  at: number | undefined,
): Promise<void> {
  const request = await requests.read(id);
  if (request?.version !== version || request.notifyAt === undefined || request.notifyAt === at) return;
  await requests.note(request, { notify: { from: request.notifyAt, at } });
}
