import { pageConnections } from "@callboard/functions/push";
import { heartbeatMs } from "@callboard/protocol";
import { assumed } from "./assumptions.ts";
import { type Bill, dollarsOf, pusherPlans, sumOf, times } from "./list-prices.ts";
import { logKilobytes } from "./log-lines.ts";
import { billOf, costOf, memoryGbOf, tracedShare, useCaseCosts } from "./use-case-costs.ts";

/** People who watch one subject for a while. */
export interface Workload {
  readonly viewers: number;
  readonly minutes: number;
  /** Changes that are pushed to every viewer. */
  readonly pushes: number;
}

const HEARTBEAT_MINUTES = heartbeatMs.watch / 60_000;
/** Rows of about 100 bytes that one strongly consistent read unit covers. */
const ROWS_A_READ_UNIT = 40;

/** Callboard's bill: each viewer connects, subscribes, sends heartbeats and receives posts. */
export function callboardBill({ viewers, minutes, pushes }: Workload): Bill {
  const costs = useCaseCosts();
  const of = (name: string): Bill => billOf(costOf(costs, name));
  const coming = sumOf(
    of("a connection"),
    of("a connection"),
    of("a subscription"),
    of("the end of a connection"),
  );
  const pages = Math.ceil(viewers / pageConnections);
  const page: Bill = {
    event: 1,
    invocation: 1,
    logKilobyte: logKilobytes({ metrics: 2, access: false }),
    trace: tracedShare(),
  };
  // The posting function waits for the posts, a limited number at a time.
  const postingSeconds = (Math.ceil(viewers / assumed("postsAtOnce")) * assumed("postMs")) / 1000;
  const push = sumOf(
    {
      message: viewers,
      readUnit: viewers / ROWS_A_READ_UNIT,
      outKilobyte: viewers * assumed("messageKilobytes"),
      gigabyteSecond: postingSeconds * memoryGbOf("fanout"),
    },
    pages > 1 ? times(pages, page) : {},
  );
  return sumOf(
    times(viewers, coming),
    times(viewers * Math.floor(minutes / HEARTBEAT_MINUTES), of("a viewer's heartbeat")),
    { connectionMinute: viewers * minutes },
    times(pushes, sumOf(of("progress for a large audience"), push)),
  );
}

/** The same messages over other services: published and delivered, but not stored for people who are away. */
export function otherBills({ viewers, minutes, pushes }: Workload): Record<string, number> {
  const delivered = viewers * pushes;
  const month = 30 * 24 * 60;
  const daily = (delivered + pushes) * Math.max(1, (24 * 60) / minutes);
  const plan = pusherPlans.find(
    ({ connections, messagesADay }) => connections >= viewers && messagesADay >= daily,
  );
  // Traffic out of AWS costs the same for every service.
  const outKilobyte = delivered * assumed("messageKilobytes");
  return {
    "AppSync Events": dollarsOf({
      appSyncOperation: pushes + delivered + 2 * viewers,
      appSyncMinute: viewers * minutes,
      outKilobyte,
    }),
    "AWS IoT Core": dollarsOf({
      iotMessage: pushes + delivered + 2 * viewers,
      iotMinute: viewers * minutes,
      outKilobyte,
    }),
    Ably: dollarsOf({
      ablyMessage: pushes + delivered,
      ablyConnectionMinute: viewers * minutes,
      ablyChannelMinute: minutes,
    }),
    ...(plan ? { [`Pusher (${plan.name}, its share of a month)`]: (plan.dollars * minutes) / month } : {}),
  };
}
