import type { RequestId } from "@callboard/protocol";
import type { Transition } from "../ports/index.ts";
import { decideDeadline, decideWithdrawal } from "./decide-deadline.ts";
import { decideEscalation, decideReminder } from "./decide-ladder.ts";
import { type DueAction, decideDue } from "./due.ts";
import { deliverOpened, type Opened, type RelayPorts } from "./relay.ts";
import type { FeedbackRequest } from "./request.ts";
import { tidings } from "./tidings.ts";

/** Request Due: does what is due of a request by now, and computes anew when something will be. */
export async function due(ports: RelayPorts, id: RequestId): Promise<void> {
  const opened = await ports.tokens.open(id);
  if (!opened) return ports.log.metric("unknown_request", 1);
  const now = ports.clock.now();
  const actions = decideDue(opened.request, now);
  if (actions.length === 0) {
    await ports.requests.note(opened.request, {});
    return;
  }
  let request: FeedbackRequest | undefined = opened.request;
  for (const action of actions) {
    // Whoever moved the request on in between has told of it, and what is still due comes back.
    if (!request) return;
    request = await act(ports, { ...opened, request }, action, now);
  }
}

/** Answers the request as it then is; undefined when somebody else moved it on. */
async function act(
  ports: RelayPorts,
  opened: Opened,
  action: DueAction,
  now: number,
): Promise<FeedbackRequest | undefined> {
  const { request } = opened;
  switch (action) {
    case "announce":
      await ports.bus.put(tidings(request));
      return request;
    case "relay":
      await deliverOpened(ports, opened);
      return undefined;
    case "deadline":
      return make(ports, decideDeadline(request, now));
    case "remind":
      return make(ports, decideReminder(request, now));
    case "escalate":
      return make(ports, decideEscalation(request, now));
    case "probe":
      return probe(ports, opened, now);
  }
}

/** Makes a transition and tells of it; a lost race is no failure. */
async function make(ports: RelayPorts, transition: Transition): Promise<FeedbackRequest | undefined> {
  if (!(await ports.requests.move(transition)).won) return undefined;
  await ports.bus.put(tidings(transition.request));
  return transition.request;
}

/** The heartbeat keeps the wait alive, and finds out that it is gone. */
async function probe(
  ports: RelayPorts,
  { request, taskToken }: Opened,
  now: number,
): Promise<FeedbackRequest | undefined> {
  const word = await ports.executions.heartbeat(taskToken);
  if (word !== "ok" && word !== "again") return make(ports, decideWithdrawal(request, "wait_gone", now));
  const next = word === "ok" ? request.probeEveryMs : Math.min(60_000, request.probeEveryMs / 3);
  await ports.requests.note(request, { probeAt: now + next });
  return request;
}
