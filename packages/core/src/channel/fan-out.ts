import type { FanOutPage } from "@callboard/protocol";
import type { Ports } from "../ports/index.ts";
import { type PostPorts, postPage } from "./post-page.ts";
import { pageConnections } from "./shards.ts";

export type FanOutPorts = PostPorts & Pick<Ports, "bus">;

/** Fan-out Page: posts a message to one page of a channel's audience, after the next page is on its way. */
export async function fanOut(ports: FanOutPorts, page: FanOutPage): Promise<void> {
  const { channel, shard, after, text } = page;
  const now = ports.clock.now();
  const found = await ports.subscriptions.followers(channel, shard, now, pageConnections, after);
  if (found.next !== undefined)
    await ports.bus.put([{ type: "Fan-out Page", channel, shard, after: found.next, text }]);
  await postPage(ports, page, found.connectionIds, [text]);
}
