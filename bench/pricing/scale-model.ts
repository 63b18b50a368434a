/** What a large audience is pushed with: measured, or a quota of AWS. */
export interface Assumptions {
  readonly viewers: number;
  /** Milliseconds of a processor that one post takes. Measured. */
  readonly cpuMsAPost: number;
  /** Milliseconds from a post to its answer within a Region. Assumed. */
  readonly roundTripMs: number;
  /** Posts under way at once in one invocation, and connections of one page. */
  readonly inFlight: number;
  readonly page: number;
  /** Bytes of a subscription's row. Counted. */
  readonly rowBytes: number;
  readonly shards: number;
}

/** Default quotas of an account and Region; those marked raisable are raised on request. */
export const quotas = {
  /** API Gateway: requests a second over all APIs, raisable; also what posts are taken from. */
  postsASecond: 10_000,
  /** API Gateway: new connections a second, raisable. */
  connectsASecond: 500,
  /** Lambda: invocations at once, raisable. */
  concurrency: 1000,
  /** EventBridge: events put a second, raisable. */
  eventsASecond: 10_000,
  /** DynamoDB: read units a second of one partition; fixed. */
  readUnitsAPartition: 3000,
} as const;

/** One push to everyone, and what bounds it. */
export interface Push {
  readonly pages: number;
  readonly readUnits: number;
  /** Seconds that a page takes: the longer of its posts' way and its processor's time. */
  readonly pageSeconds: number;
  /** Seconds of functions, added up. */
  readonly functionSeconds: number;
  /** Seconds that each bound alone would take for a push; the longest binds. */
  readonly bounds: Readonly<Record<string, number>>;
}

/** Models one push of one small message. */
export function pushTo({
  viewers,
  cpuMsAPost,
  roundTripMs,
  inFlight,
  page,
  rowBytes,
  shards,
}: Assumptions): Push {
  const pages = Math.max(shards, Math.ceil(viewers / page));
  const postsAPage = viewers / pages;
  const pageSeconds = Math.max((postsAPage / inFlight) * roundTripMs, postsAPage * cpuMsAPost) / 1000;
  const readUnits = Math.ceil((viewers * rowBytes) / 4096);
  return {
    pages,
    readUnits,
    pageSeconds,
    functionSeconds: pages * pageSeconds,
    bounds: {
      "posts a second of the account (API Gateway)": viewers / quotas.postsASecond,
      "invocations at once (Lambda)": Math.ceil(pages / quotas.concurrency) * pageSeconds,
      "events a second (EventBridge)": pages / quotas.eventsASecond,
      "read units of one partition (DynamoDB)": readUnits / shards / quotas.readUnitsAPartition,
    },
  };
}
