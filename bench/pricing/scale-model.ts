import { quotas } from "./quotas.ts";

/** The inputs of the model of a large audience: measured, or a quota of AWS. */
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

/** The number of shards for that many followers: four times as many whenever the newest is full, 256 at most. */
export function shardsFor(viewers: number, page: number): number {
  let shards = 1;
  while (shards < 256 && shards * page < viewers) shards *= 4;
  return shards;
}

/** One push to everyone, and what bounds it. */
export interface Push {
  readonly pages: number;
  readonly readUnits: number;
  /** Seconds for a page: the longer of the posts' round trips and the processor time. */
  readonly pageSeconds: number;
  /** The functions' total duration in seconds. */
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
      "posts a second of the account (API Gateway)": viewers / quotas.requests.value,
      "invocations at once (Lambda)": Math.ceil(pages / quotas.concurrency.value) * pageSeconds,
      "events a second (EventBridge)": pages / quotas.puts.value,
      "read units of one partition (DynamoDB)": readUnits / shards / quotas.partitionReads.value,
    },
  };
}
