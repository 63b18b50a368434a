import { pageConnections } from "@callboard/functions/push";
import { heartbeatMs } from "@callboard/protocol";
import { type Bill, dollarsOf, pusherPlans } from "./list-prices.ts";
import { billOf, memoryGbOf, useCaseCosts, waitingSeconds } from "./use-case-costs.ts";

/** People who watch one subject for a while. */
export interface Workload {
  readonly viewers: number;
  readonly minutes: number;
  /** Changes that are pushed to every viewer. */
  readonly pushes: number;
}

const heartbeatMinutes = heartbeatMs.watch / 60_000;
/** Rows of about 100 bytes that one strongly consistent read unit covers. */
const rowsAReadUnit = 40;

const sum = (...bills: Bill[]): Bill => {
  const total: Record<string, number> = {};
  for (const bill of bills)
    for (const [of, count] of Object.entries(bill)) total[of] = (total[of] ?? 0) + count;
  return total;
};
const times = (count: number, bill: Bill): Bill =>
  Object.fromEntries(Object.entries(bill).map(([of, one]) => [of, one * count]));

/** Callboard's bill: each viewer connects, subscribes, sends heartbeats and is posted to. */
export function callboardBill({ viewers, minutes, pushes }: Workload): Bill {
  const costs = useCaseCosts();
  const of = (name: string): Bill => billOf(costs[name]!);
  const coming = sum(
    of("a connection"),
    of("a connection"),
    of("a subscription"),
    of("the end of a connection"),
  );
  const pages = Math.ceil(viewers / pageConnections);
  const page: Bill = { event: 1, invocation: 1, gigabyteSecond: waitingSeconds * memoryGbOf("fanout") };
  const paging = pages > 1 ? times(pages, page) : {};
  const push = sum({ message: viewers, readUnit: viewers / rowsAReadUnit }, paging);
  return sum(
    times(viewers, coming),
    times(viewers * Math.floor(minutes / heartbeatMinutes), of("a heartbeat of a viewer")),
    { connectionMinute: viewers * minutes },
    times(pushes, sum(of("progress for a large audience"), push)),
  );
}

/** The same messages over other services: what is published and delivered, and nothing that is kept for who was away. */
export function otherBills({ viewers, minutes, pushes }: Workload): Record<string, number> {
  const delivered = viewers * pushes;
  const month = 30 * 24 * 60;
  const daily = (delivered + pushes) * Math.max(1, (24 * 60) / minutes);
  const plan = pusherPlans.find(
    ({ connections, messagesADay }) => connections >= viewers && messagesADay >= daily,
  );
  return {
    "AppSync Events": dollarsOf({
      appSyncOperation: pushes + delivered + 2 * viewers,
      appSyncMinute: viewers * minutes,
    }),
    "AWS IoT Core": dollarsOf({ iotMessage: pushes + delivered + 2 * viewers, iotMinute: viewers * minutes }),
    Ably: dollarsOf({
      ablyMessage: pushes + delivered,
      ablyConnectionMinute: viewers * minutes,
      ablyChannelMinute: minutes,
    }),
    ...(plan ? { [`Pusher (${plan.name}, its share of a month)`]: (plan.dollars * minutes) / month } : {}),
  };
}
