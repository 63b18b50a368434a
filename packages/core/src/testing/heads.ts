import { type Channel, headOf, type Item } from "@callboard/protocol";
import { type Proposal, proposing } from "../channel/change.ts";
import { type Published, type PublishPorts, publish } from "../channel/publish.ts";
import { channelStateOf } from "../channel/recent-heads.ts";
import type { HeadStore } from "../ports/index.ts";

export { channelStateOf };

/** Publishes proposals under the head of a channel. */
export const publishOn = (
  ports: PublishPorts,
  channel: Channel,
  proposals: readonly Proposal[],
): Promise<Published> => publish(ports, headOf(channel), proposing(proposals));

interface Heads {
  readonly heads: Pick<HeadStore, "read" | "since">;
}

/** Everything that a channel shows, removed keys included. */
export async function itemsOf({ heads }: Heads, channel: Channel): Promise<readonly Item[]> {
  return (await heads.since(channel, 0))?.items ?? [];
}

/** The state of a channel; undefined: nothing was published to it. */
export async function metaOf({ heads }: Heads, channel: Channel) {
  const name = headOf(channel);
  return channelStateOf(channel, (await heads.read([name])).get(name));
}

/** A key that viewers and owners see, for tests that need any key. */
export const stepKey = (key: string): string => `step/e/${key}`;

/** The values by the names given to `stepKey`. */
export const stepsIn = (values: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(values).map(([key, value]) => [key.replace(/^step\/e\//, ""), value]));
