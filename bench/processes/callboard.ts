import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Settings, StartOptions } from "@callboard/dev";
import { type LocalCallboard, startCallboard } from "@callboard/dev";
import { type Channel, parseChannel } from "@callboard/protocol";
import { buildPages } from "../../scripts/bundle.ts";
import { awsAt } from "../../tests/e2e/aws.ts";
import { now } from "../children/now.ts";
import { serve } from "../children/serve.ts";
import { eachOf } from "../posting/each-of.ts";
import { type Posting, senders } from "../posting/senders.ts";

export type CallboardProcess = typeof commands;

/** So high that the work is measured, not the quota of an AWS account. */
const gatewayLimits = {
  connections: 100_000,
  connectsPerSecond: 100_000,
  requestsPerSecond: 1_000_000,
  requestBurst: 1_000_000,
  inFlight: 100_000,
};

/** Warnings are shown, except those for thousands of browsers that leave at the same time. */
const MAX_WARNINGS = 10;
let warnings = 0;
const say = (line: string) => ++warnings <= MAX_WARNINGS && console.error(line.slice(0, 200));

interface Running {
  readonly callboard: LocalCallboard;
  readonly aws: ReturnType<typeof awsAt>;
  end(): Promise<void>;
}

let started: Running | undefined;

function running() {
  if (!started) throw new Error("Callboard was not started");
  return started;
}

/** Callboard as `npm start` runs it. */
const commands = {
  /**
   * Starts it. Without settings it uses free ports and a folder that is removed at the end; then it is not closed first,
   * since ten thousand browsers take long to disconnect.
   */
  async start({ posts, settings }: { posts: NonNullable<StartOptions["posts"]>; settings?: Settings }) {
    const given = settings ?? {
      port: 0,
      socketPort: 0,
      awsPort: 0,
      data: await mkdtemp(join(tmpdir(), "callboard-bench-")),
    };
    const callboard = await startCallboard(given, {
      pages: await buildPages(say),
      say,
      posts,
      gatewayLimits,
    });
    const { addresses } = callboard;
    started = {
      callboard,
      aws: awsAt(addresses.aws),
      async end() {
        if (settings) await callboard.close();
        else await rm(given.data, { recursive: true, force: true });
      },
    };
    return addresses;
  },

  /** Puts events of one type in the bus of this process; returns when it began. */
  async put(type: string, details: readonly object[]): Promise<number> {
    const start = now();
    const { callboard } = running();
    const result = await callboard.bus.putEvents(
      details.map((detail) => ({
        EventBusName: "callboard",
        Source: "bench",
        DetailType: type,
        Detail: JSON.stringify(detail),
      })),
    );
    if (result.FailedEntryCount) throw new Error(`${result.FailedEntryCount} events were not accepted`);
    return start;
  },

  /** Posts a text to connections one after another, with a limited number in flight; returns when it began. */
  async post(posting: Posting, ids: readonly string[], text: string, inFlight: number): Promise<number> {
    const { callboard } = running();
    const sender = senders[posting](`http://127.0.0.1:${callboard.gateway.port}`);
    const start = now();
    const post = sender.prepare(text);
    await eachOf(ids, inFlight, async (id) => {
      const outcome = await post(id);
      if (outcome !== "sent") throw new Error(`a post was ${outcome}`);
    });
    await sender.close();
    return start;
  },

  /** Resolves when all events that were put are handled. */
  async settled(): Promise<void> {
    const { callboard } = running();
    await callboard.bus.idle();
    await callboard.lambda.idle();
  },

  /** The state of a channel in the table. */
  async channel(name: Channel): Promise<{ shards: number; head: number; viewers: number }> {
    const sight = await running().aws.stores.heads.since(name, 0);
    const meta = sight?.head.channels[parseChannel(name).kind];
    const viewers = sight?.items.find(({ key }) => key === "viewers")?.value as
      | { count?: number }
      | null
      | undefined;
    return { shards: meta?.shards ?? 1, head: meta?.head ?? 0, viewers: viewers?.count ?? 0 };
  },
};

serve(commands, async () => {
  warnings = MAX_WARNINGS;
  await started?.end();
});
