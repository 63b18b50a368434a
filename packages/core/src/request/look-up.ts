import {
  type CandidateValue,
  type Item,
  type RequestId,
  type RequestValue,
  type RequestView,
  workChannel,
} from "@callboard/protocol";
import { type Caller, mayFollow, principalsOf } from "../access/principal.ts";
import type { Ports } from "../ports/index.ts";
import { closedRefusal } from "./closed-refusal.ts";
import { mayAct } from "./may-act.ts";
import { requestValue } from "./request-values.ts";

/** Open requests that one listing gives at most. */
const mostListed = 100;

type LookUpPorts = Pick<Ports, "requests" | "channels" | "attention" | "clock">;

/** The open requests that wait for a caller, as user or by role, the oldest first. */
export async function listRequests(ports: LookUpPorts, caller: Caller): Promise<RequestValue[]> {
  const found = await Promise.all(
    principalsOf(caller).map((principal) => ports.requests.openFor(principal, mostListed)),
  );
  const ids = [...new Set(found.flat())].slice(0, mostListed);
  const requests = await Promise.all(ids.map((id) => ports.requests.read(id)));
  const now = ports.clock.now();
  // The index may be behind the rows: what is closed by now, or put to others, does not wait for the caller.
  return (
    requests
      .filter((request) => request !== undefined)
      .filter((request) => !closedRefusal(request, now))
      // Its candidates come with the first telling: before that it could not be shown whole.
      .filter((request) => request.announced > 0)
      .filter(({ assignees }) => principalsOf(caller).some((principal) => assignees.includes(principal)))
      .sort((a, b) => a.askedAt - b.askedAt)
      .map(requestValue)
  );
}

/** One request, for whoever may answer it or follow its subject's `work:` channel. */
export async function viewRequest(
  ports: LookUpPorts,
  caller: Caller,
  id: RequestId,
): Promise<RequestView | "not_found" | "forbidden"> {
  const request = await ports.requests.read(id);
  if (!request) return "not_found";
  const channel = workChannel(request.subject);
  const keys = request.candidates.map(
    (candidate) => `candidate/${request.thread}/${request.round}/${candidate}`,
  );
  const { meta, items } = await ports.channels.read(channel, keys);
  if (!mayFollow(caller, channel, meta) && !(await mayAct(ports, caller, request))) return "forbidden";
  const seen = (await ports.attention.of(id)).map(({ requestId: _, ...attention }) => attention);
  return { request: requestValue(request), candidates: inOrder(keys, items), seen };
}

const inOrder = (keys: readonly string[], items: readonly Item[]): CandidateValue[] =>
  keys
    .map((key) => items.find((item) => item.key === key)?.value)
    .filter((value): value is CandidateValue => value !== undefined && value !== null);
