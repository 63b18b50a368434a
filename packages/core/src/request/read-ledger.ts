import type { Attention, Ports } from "../ports/index.ts";
import type { FeedbackRequest, LedgerEntry } from "./request.ts";

/** Everything that happened to one request, in order, and who has seen it. */
export interface RequestLedger {
  readonly request: FeedbackRequest;
  readonly entries: readonly LedgerEntry[];
  readonly seen: readonly Omit<Attention, "requestId">[];
}

/** Everything that happened to all requests of an execution, in the order in which they were asked. */
export async function readLedger(
  ports: Pick<Ports, "requests" | "attention">,
  execution: string,
): Promise<RequestLedger[]> {
  const ledgers: RequestLedger[] = [];
  for (const id of await ports.requests.ofExecution(execution)) {
    const request = await ports.requests.read(id);
    if (!request) continue;
    const seen = (await ports.attention.of(id)).map(({ requestId: _, ...attention }) => attention);
    ledgers.push({ request, entries: await ports.requests.ledger(id), seen });
  }
  return ledgers;
}
