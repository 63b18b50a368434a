import { type RequestId, type RequestValue, type RequestView, workChannel } from "@callboard/protocol";
import { type Caller, mayFollow, principalsOf } from "../access/principal.ts";
import type { Ports } from "../ports/index.ts";
import { mayAct, readQuestion } from "./act.ts";
import { GRACE_MS } from "./agenda.ts";
import { attentionByPerson, type PersonsAttention } from "./attending.ts";
import { candidatesOf } from "./candidates.ts";
import { closedRefusal } from "./lifecycle.ts";
import type { FeedbackRequest, LedgerEntry } from "./request.ts";
import { requestValue } from "./values.ts";

/** The most open requests in one listing. */
const MAX_LISTED = 100;

/** The ports that reading requests needs. */
export type LookUpPorts = Pick<Ports, "requests" | "heads" | "attention" | "clock">;

/** The open requests that wait for a caller, as user or by role, the oldest first. */
export async function listRequests(ports: LookUpPorts, caller: Caller): Promise<RequestValue[]> {
  const found = await Promise.all(
    principalsOf(caller).map((principal) => ports.requests.openFor(principal, MAX_LISTED)),
  );
  const ids = [...new Set(found.flat())].slice(0, MAX_LISTED);
  const requests = await Promise.all(ids.map((id) => ports.requests.read(id)));
  const now = ports.clock.now();
  // The index may be older than the rows: leave out requests that are closed or reassigned by now.
  return (
    requests
      .filter((request) => request !== undefined)
      .filter((request) => !closedRefusal(request, now))
      // Candidates come with the first announcement, unless the subject has no room for it.
      .filter((request) => request.announced > 0 || request.askedAt + GRACE_MS <= now)
      .filter(({ assignees }) => principalsOf(caller).some((principal) => assignees.includes(principal)))
      .sort((a, b) => a.askedAt - b.askedAt)
      .map(requestValue)
  );
}

/** One request, for callers who may answer it or follow its subject's `work:` channel. */
export async function viewRequest(
  ports: LookUpPorts,
  caller: Caller,
  id: RequestId,
): Promise<RequestView | "not_found" | "forbidden"> {
  const request = await readQuestion(ports, id);
  if (!request) return "not_found";
  const channel = workChannel(request.subject);
  const state = await ports.heads.open(channel);
  if (!mayFollow(caller, channel, state.head) && !(await mayAct(ports, caller, request))) return "forbidden";
  const candidates = await candidatesOf(request, state);
  return { request: requestValue(request), candidates, seen: await seenBy(ports, id) };
}

/** Everything that happened to one request, in order, and who has seen it. */
export interface RequestLedger {
  readonly request: FeedbackRequest;
  readonly entries: readonly LedgerEntry[];
  readonly seen: readonly Seen[];
}

/** Everything that happened to all requests of an execution, in the order of asking. */
export async function readLedger(
  ports: Pick<Ports, "requests" | "attention" | "clock">,
  execution: string,
): Promise<RequestLedger[]> {
  const ledgers: RequestLedger[] = [];
  for (const id of await ports.requests.ofExecution(execution)) {
    const request = await ports.requests.read(id);
    if (!request) continue;
    const seen = await seenBy(ports, id);
    ledgers.push({ request, entries: await ports.requests.ledger(id), seen });
  }
  return ledgers;
}

/** What one person did about a request. */
type Seen = Omit<PersonsAttention, "requestId">;

const seenBy = async (
  { attention, clock }: Pick<Ports, "attention" | "clock">,
  id: RequestId,
): Promise<Seen[]> =>
  attentionByPerson(await attention.of(id), clock.now()).map(({ requestId: _, ...seen }) => seen);
