import {
  createContext,
  createElement,
  type ReactElement,
  type ReactNode,
  useContext,
  useEffect,
  useReducer,
  useState,
  useSyncExternalStore,
} from "react";
import type { Callboard } from "./callboard.ts";
import type { ConnectionState, User } from "./connection-state.ts";

const Client = /* @__PURE__ */ createContext<Callboard | undefined>(undefined);

/** Provides a client to all components below it; the creator of the client closes it. */
export function CallboardProvider(props: { client: Callboard; children?: ReactNode }): ReactElement {
  return createElement(Client.Provider, { value: props.client }, props.children);
}

/** The client of the nearest `CallboardProvider`; throws when there is none. */
export function useCallboard(): Callboard {
  const client = useContext(Client);
  if (!client) throw new Error("there is no CallboardProvider above this component");
  return client;
}

const onServer: ConnectionState = { state: "connecting" };

/** The state of the connection; `connecting` while a page is rendered on a server. */
export function useConnection(): ConnectionState {
  const client = useCallboard();
  return useSyncExternalStore(
    client.onState,
    () => client.state,
    () => onServer,
  );
}

/** The connected user, kept during a reconnect; undefined before the first welcome. */
export function useUser(): User | undefined {
  const client = useCallboard();
  const connection = useConnection();
  const [known, setKnown] = useState<{ of: Callboard; user: User }>();
  const before = known?.of === client ? known.user : undefined;
  const user = connection.state === "connected" ? connection.user : before;
  if (user && user !== before) setKnown({ of: client, user });
  return user;
}

/**
 * The server's time at each render, in milliseconds since the Unix epoch; with `everyMs` it renders again at
 * that interval.
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

/** The longest timer, in milliseconds: browsers run a longer one at once. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** The server's time at each render; renders again at the moment that `next` returns for it. */
export function useServerNowPast(next: (now: number) => number | undefined): number {
  const client = useCallboard();
  const [drawn, draw] = useReducer((count: number) => count + 1, 0);
  const now = client.now();
  const at = next(now);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a timer that went off before the moment is set again
  useEffect(() => {
    if (at === undefined) return;
    const timer = setTimeout(draw, Math.min(Math.max(0, at - client.now()), MAX_TIMER_MS));
    return () => clearTimeout(timer);
  }, [client, at, drawn]);
  return now;
}
