import type { RequestId } from "@callboard/protocol";
import type { Ports } from "../ports/index.ts";
import { decideRelay, isAnswered, needsHistory, taskOutput } from "./decide-relay.ts";
import { tidings } from "./tidings.ts";

export type RelayPorts = Pick<Ports, "tokens" | "executions" | "bus" | "clock" | "log"> & {
  readonly requests: Pick<Ports["requests"], "move" | "note">;
};
export type Opened = NonNullable<Awaited<ReturnType<Ports["tokens"]["open"]>>>;

/** Reply Accepted: hands the answer to the waiting execution, once in effect however often it is called. */
export async function deliver(ports: RelayPorts, id: RequestId): Promise<void> {
  const opened = await ports.tokens.open(id);
  if (opened) await deliverOpened(ports, opened);
}

export async function deliverOpened(ports: RelayPorts, { request, taskToken }: Opened): Promise<void> {
  if (!isAnswered(request)) return;
  const { replyId } = request.status.reply;
  const word = await ports.executions.succeed(taskToken, taskOutput(request));
  const fate = needsHistory(word)
    ? await ports.executions.fate(request.execution, taskToken, replyId)
    : undefined;
  const now = ports.clock.now();
  const decision = decideRelay(request, word, fate, now);
  if (decision.decision === "again") {
    await ports.requests.note(request, { relay: decision.relay });
    return;
  }
  const result = await ports.requests.move(decision.transition);
  if (!result.won) return;
  const next = decision.transition.request;
  ports.log.metric("relay_ms", now - request.status.reply.at, { state: next.status.state });
  if (next.status.state !== "relayed") ports.log.metric(next.status.state, 1);
  if (next.status.state === "unconfirmed")
    ports.log.warn("an answer's arrival cannot be told", { requestId: next.id });
  await ports.bus.put(tidings(next));
}
