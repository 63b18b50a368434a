import { type RequestId, seconds } from "@callboard/protocol";
import { eachLimited } from "../channel/each-limited.ts";
import type { Ports } from "../ports/index.ts";
import type { FeedbackRequest } from "../request/request.ts";
import { needsNotices } from "./decide-notice.ts";
import { type NotifyPersonPorts, notifyPerson, shareReads } from "./notify-person.ts";
import { peopleToNotify } from "./people-to-notify.ts";

export type NoticePorts = NotifyPersonPorts & { readonly requests: Pick<Ports["requests"], "note"> };

/** The most people who are notified in parallel. */
const MAX_PARALLEL = 10;

/** No person's turn begins later than this; for the rest the request is due again at once. */
const BEGIN_WITHIN_MS = seconds(30);

/**
 * Handles Notice Due: notifies the people who are asked, each once however often it is called. If some must wait, the
 * request records when the next notice is due; if none is left, it records that.
 */
export async function noticeDue(ports: NoticePorts, id: RequestId): Promise<void> {
  const { clock } = ports;
  const request = await ports.requests.read(id);
  if (!request || !needsNotices(request, clock.now())) return;
  const people = await peopleToNotify(ports, request);
  const reads = shareReads(ports);
  const last = clock.now() + BEGIN_WITHIN_MS;
  let next: number | undefined;
  await eachLimited(people, MAX_PARALLEL, async (key) => {
    const now = clock.now();
    const at = now < last ? await notifyPerson(ports, reads, key, id) : now;
    if (at !== undefined) next = Math.min(next ?? Infinity, at);
  });
  await noteNext(ports, request, next);
}

/**
 * If the request has changed, its new version has its own time. Another process, such as the relay at each event, may
 * set the time meanwhile, but it knows no more than what was found here.
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
