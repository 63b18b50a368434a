import type { Channel, Item } from "@callboard/protocol";
import {
  createContext,
  createElement,
  type ReactElement,
  type ReactNode,
  useCallback,
  useContext,
  useEffect,
  useMemo,
  useReducer,
  useRef,
  useState,
  useSyncExternalStore,
} from "react";
import type { Callboard } from "./callboard.ts";
import type { ChannelView } from "./channel-view.ts";
import type { ConnectionState } from "./connection-state.ts";
import type { Receipt, ReplyInput } from "./outbox.ts";

export { DraftsProvider, useDraft, useDrafts } from "./use-draft.ts";

const Client = createContext<Callboard | undefined>(undefined);

/** Gives a client to everything below it; whoever made the client closes it. */
export function CallboardProvider(props: { client: Callboard; children?: ReactNode }): ReactElement {
  return createElement(Client.Provider, { value: props.client }, props.children);
}

/** The client of the nearest `CallboardProvider`; throws when there is none. */
export function useCallboard(): Callboard {
  const client = useContext(Client);
  if (!client) throw new Error("there is no CallboardProvider above this component");
  return client;
}

/** How the connection stands. */
export function useConnection(): ConnectionState {
  const client = useCallboard();
  const state = () => client.state;
  return useSyncExternalStore(client.onState, state, state);
}

/**
 * The time by the server's clock at each drawing, in milliseconds since the Unix epoch; with `everyMs` it is drawn anew
 * that often.
 */
export function useServerNow(everyMs?: number): number {
  const client = useCallboard();
  const [, draw] = useReducer((count: number) => count + 1, 0);
  useEffect(() => {
    if (everyMs === undefined) return;
    const timer = setInterval(draw, everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return client.now();
}

/**
 * Follows a channel while the component is mounted. What it returns is a snapshot, a new object with each change; for
 * `undefined` it is an idle view without items.
 */
export function useChannel<const Name extends Channel>(name: Name | undefined): ChannelView<Name> {
  const client = useCallboard();
  const view = useMemo(() => (name === undefined ? nothing : client.channel(name)), [client, name]);
  const last = useRef<ChannelView>(nothing);
  const subscribe = useCallback((changed: () => void) => view.follow(changed), [view]);
  const snapshot = useCallback(() => {
    last.current = snapshotOf(view, last.current);
    return last.current;
  }, [view]);
  return useSyncExternalStore(subscribe, snapshot, snapshot) as ChannelView<Name>;
}

/** What became of the last reply of a `useReply`. */
export type ReplyOutcome =
  | { readonly state: "idle" }
  /** There is no connection: it is kept, and sent when there is one. */
  | { readonly state: "queued" }
  | { readonly state: "sending" }
  | { readonly state: "received"; readonly receipt: Receipt }
  /**
   * No receipt came: a `CallboardError`, of which `timeout` says nothing about what became of the reply, and `not_sent`
   * that nothing did.
   */
  | { readonly state: "failed"; readonly error: unknown };

/** Sends replies, and remembers what became of the last; `reply` resolves and rejects as `Callboard.reply` does. */
export function useReply(): {
  reply: (reply: ReplyInput) => Promise<Receipt>;
  outcome: ReplyOutcome;
} {
  const client = useCallboard();
  const [outcome, setOutcome] = useState<ReplyOutcome>({ state: "idle" });
  const latest = useRef(0);
  const reply = useCallback(
    async (input: ReplyInput) => {
      const mine = ++latest.current;
      const tell = (next: ReplyOutcome) => {
        if (latest.current === mine) setOutcome(next);
      };
      tell({ state: "queued" });
      try {
        const receipt = await client.reply(input, () => tell({ state: "sending" }));
        tell({ state: "received", receipt });
        return receipt;
      } catch (error) {
        tell({ state: "failed", error });
        throw error;
      }
    },
    [client],
  );
  return { reply, outcome };
}

const noItems: ReadonlyMap<string, Item> = new Map();

const nothing: ChannelView = {
  name: "watch:none/none",
  status: "idle",
  items: noItems,
  offset: 0,
  epoch: undefined,
  get: () => undefined,
  follow: () => () => {},
};

/** The view as it stands now; the former snapshot when nothing that shows is different. */
function snapshotOf(view: ChannelView, former: ChannelView): ChannelView {
  const { name, status, items, offset, epoch, follow } = view;
  if (former.name === name && former.status === status && former.items === items) return former;
  return { name, status, items, offset, epoch, follow, get: (key) => items.get(key)?.value as never };
}
