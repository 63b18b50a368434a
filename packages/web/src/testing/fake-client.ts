import type {
  Acted,
  Callboard,
  Channel,
  ChannelView,
  ConnectionState,
  Receipt,
  ReplyInput,
} from "@callboard/client";
import type { Item } from "@callboard/protocol";

/** A reply that a page has sent and that has no receipt yet. */
interface Sent {
  readonly input: ReplyInput;
  settle(receipt: Partial<Receipt>): void;
  reject(error: unknown): void;
}

/** A client without a server: tests put the items, and give the receipts of replies. */
export interface FakeClient {
  readonly client: Callboard;
  readonly sent: Sent[];
  /** Puts values into a channel by key; null removes one. */
  put(channel: Channel, values: Readonly<Record<string, unknown>>): void;
}

/** `me` is the connected user; the time is fixed at `now`. */
export function fakeClient({ me, now }: { me: string; now: number }): FakeClient {
  const inbox: Channel = `inbox:user/${me}`;
  const state: ConnectionState = {
    state: "connected",
    user: { id: me, name: me, roles: [] },
    inboxes: [inbox],
  };
  const sent: Sent[] = [];
  const channels = new Map<
    Channel,
    { items: Map<string, Item>; followers: Set<() => void>; offset: number }
  >();
  const accepted = (): Promise<Acted> => Promise.resolve({ status: "accepted" });

  const channelOf = (name: Channel) => {
    const known = channels.get(name) ?? { items: new Map(), followers: new Set(), offset: 0 };
    channels.set(name, known);
    return known;
  };
  const viewOf = (name: Channel): ChannelView => ({
    name,
    status: "following",
    get items() {
      return channelOf(name).items;
    },
    get: <T>(key: string) => channelOf(name).items.get(key)?.value as T | undefined,
    offset: 0,
    epoch: "e",
    follow(changed = () => {}) {
      const told = () => changed([], viewOf(name));
      channelOf(name).followers.add(told);
      return () => channelOf(name).followers.delete(told);
    },
  });
  const views = new Map<Channel, ChannelView>();

  return {
    sent,
    put(name, values) {
      const channel = channelOf(name);
      channel.items = new Map(channel.items);
      for (const [key, value] of Object.entries(values)) {
        if (value === null) channel.items.delete(key);
        else channel.items.set(key, { key, value, offset: ++channel.offset, version: "1", at: now });
      }
      for (const told of [...channel.followers]) told();
    },
    client: {
      state,
      onState: () => () => {},
      now: () => now,
      channel(name) {
        const view = views.get(name) ?? viewOf(name);
        views.set(name, view);
        return view as ChannelView<typeof name>;
      },
      inboxes: () => [inbox],
      reply: (input) =>
        new Promise((resolve, reject) => {
          const replyId = `r${sent.length}`;
          const settle = (receipt: Partial<Receipt>) =>
            resolve({ status: "accepted", replyId, ...receipt } as Receipt);
          sent.push({ input, settle, reject });
        }),
      attend: accepted,
      extend: accepted,
      reassign: accepted,
      resolve: () => Promise.reject(new Error("there is no object")),
      open() {},
      retryNow() {},
      onDebug: () => () => {},
      channels: () => [...views.values()],
      close() {},
    },
  };
}
