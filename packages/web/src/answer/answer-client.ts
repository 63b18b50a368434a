import type { Acted, Callboard, ConnectionState, Receipt, ReplyInput } from "@callboard/client";
import type { Channel, Item } from "@callboard/protocol";
import type { ShownQuestion } from "./answer-api.ts";

/** A client without a connection: it has one question, loaded over HTTP. */
export interface AnswerClient {
  readonly client: Callboard;
  /** Replaces the question by a newer version. */
  show(question: ShownQuestion): void;
}

const notHere = () => Promise.reject(new Error("there is no connection"));
const refused = (): Promise<Acted> => Promise.resolve({ status: "refused", code: "forbidden", details: {} });

/**
 * Makes a client with which the components draw a link's question: it is in its subject's channel as if it
 * were followed. It never connects, and sends only answers.
 */
export function answerClient(
  first: ShownQuestion,
  now: () => number,
  reply: (input: ReplyInput, sent?: () => void) => Promise<Receipt>,
): AnswerClient {
  const { as } = first;
  const work: Channel = `work:${first.request.subject}` as Channel;
  const state: ConnectionState = {
    state: "connected",
    user: { id: as.id, name: as.name, roles: [] },
    inboxes: [],
  };
  const followers = new Set<() => void>();
  const none: ReadonlyMap<string, Item> = new Map();
  let items = itemsOf(first);

  const viewOf = <Name extends Channel>(name: Name) => {
    const itemsNow = () => (name === work ? items : none);
    const view: ReturnType<typeof client.channel<Name>> = {
      name,
      status: "following",
      get items() {
        return itemsNow();
      },
      get: (key: string) => itemsNow().get(key)?.value as never,
      offset: 0,
      epoch: "",
      follow(told = () => {}) {
        const changed = () => told([], view);
        followers.add(changed);
        return () => void followers.delete(changed);
      },
    };
    return view;
  };
  const views = new Map<Channel, ReturnType<Callboard["channel"]>>();

  const client: Callboard = {
    state,
    onState: () => () => {},
    now,
    channel(name) {
      const view = views.get(name) ?? viewOf(name);
      views.set(name, view);
      return view as ReturnType<typeof viewOf<typeof name>>;
    },
    channels: () => [...views.values()],
    inboxes: () => state.inboxes,
    reply,
    attend: refused,
    extend: refused,
    reassign: refused,
    resolve: notHere,
    open() {},
    retryNow() {},
    onDebug: () => () => {},
    close() {},
  };
  return {
    client,
    show(question) {
      items = itemsOf(question);
      for (const told of [...followers]) told();
    },
  };
}

/** A question and its candidates as items of its subject's channel. */
function itemsOf({ request, candidates, serverTime: at }: ShownQuestion): ReadonlyMap<string, Item> {
  const keyed = candidates.map((value): [string, unknown] => {
    const { thread, round, by, id } = (value ?? {}) as Record<string, unknown>;
    return [["candidate", thread, round, by, id].join("/"), value];
  });
  const rows: [string, unknown][] = [[`request/${request.requestId}`, request], ...keyed];
  return new Map(
    rows.map(([key, value], index) => [key, { key, value, at, offset: index + 1, version: "1" }]),
  );
}
