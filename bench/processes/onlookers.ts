import { type Callboard, type Channel, type ChannelView, connect } from "@callboard/client";
import { WebSocket } from "ws";
import { now } from "../children/now.ts";
import { serve } from "../children/serve.ts";

export type Onlookers = typeof commands;

const clients: Callboard[] = [];
const views = new Map<string, ChannelView>();

/** People with the client library, each of whom follows one channel until it has the expected items. */
const commands = {
  /** Follows a channel over a connection of its own; resolves when it has all items. */
  async follow(url: string, token: string, channel: Channel): Promise<void> {
    const client = connect({ url, token: () => token, WebSocket, name: "bench" });
    const view = client.channel(channel);
    clients.push(client);
    views.set(channel, view);
    await new Promise<void>((following) => {
      const look = () => view.status === "following" && following();
      view.follow(look);
      look();
    });
  },

  /** Resolves with the time at which a followed channel first had that many keys with a prefix. */
  holds(channel: Channel, prefix: string, count: number): Promise<number> {
    const view = views.get(channel);
    if (!view) throw new Error(`${channel} is not followed`);
    return new Promise((held) => {
      let end = () => {};
      let isHeld = false;
      const look = () => {
        if (isHeld || [...view.items.keys()].filter((key) => key.startsWith(prefix)).length < count) return;
        isHeld = true;
        end();
        held(now());
      };
      end = view.follow(look);
      look();
      if (isHeld) end();
    });
  },

  leave(): void {
    for (const client of clients.splice(0)) client.close();
    views.clear();
  },
};

serve(commands);
