import { type Callboard, connect } from "@callboard/client";
import { afterEach, beforeEach, expect, it } from "vitest";
import { FakeSocket } from "../testing/fake-socket.ts";
import { openEarlySocket } from "./early-socket.ts";
import { firstHello } from "./first-words.ts";

const url = "wss://api.example/";
const protocols = ["callboard.v1", "callboard.bearer.a.b.c"];
const inbox = "inbox:user/ana";

const clients: Callboard[] = [];
beforeEach(() => {
  FakeSocket.opened.length = 0;
});
afterEach(() => {
  for (const one of clients.splice(0)) one.close();
});

function early(channels: (typeof inbox)[] = [inbox]) {
  const hello = firstHello("creator", channels);
  const socket = openEarlySocket({ url, protocols, hello, WebSocket: FakeSocket });
  return { hello, real: FakeSocket.opened[0]!, ...socket };
}

const welcome = (channels: object = { [inbox]: { sub: 1, epoch: "e", offset: 0, items: [] } }) => ({
  type: "welcome",
  re: "m1",
  user: { id: "ana", name: "Ana", roles: [] },
  inboxes: [inbox],
  serverTime: 0,
  expiresAt: 3_600_000,
  heartbeatMs: { watch: 240_000, work: 30_000, inbox: 30_000 },
  channels,
});

/** The library's own client, which opens with what the early socket hands out; it follows the inbox unless told. */
function client(take: (url: string, protocols: readonly string[]) => unknown, follows = [inbox] as const) {
  function Handed(wanted: string, offered: string[]) {
    return take(wanted, offered) ?? new FakeSocket(wanted, offered);
  }
  const callboard = connect({
    url,
    token: () => "a.b.c",
    name: "callboard-web/creator",
    WebSocket: Handed as unknown as typeof FakeSocket,
    random: () => 0,
  });
  clients.push(callboard);
  for (const name of follows) callboard.channel(name).follow();
  return callboard;
}

/** Everything that was begun has gone on. */
const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

it("sends hello once, as soon as it is open, and gives the client the answers so far", async () => {
  const { real, hello, take } = early();
  expect(real.sent).toEqual([]);
  real.onopen?.(undefined);
  expect(real.sent).toEqual([hello]);
  real.says(welcome());
  const callboard = client(take);
  await settled();
  expect(callboard.state.state).toBe("connected");
  expect(callboard.channel(inbox).status).toBe("following");
  expect([real.sent, FakeSocket.opened.length]).toEqual([[hello], 1]);
  callboard.close();
  expect(real.isClosed).toBe(true);
});

it("works for the client when it opens, or gets answers, only later", async () => {
  const { real, hello, take } = early();
  const callboard = client(take);
  await settled();
  expect(callboard.state.state).toBe("connecting");
  real.onopen?.(undefined);
  real.says(welcome());
  real.says({
    type: "delta",
    channel: inbox,
    epoch: "e",
    from: 0,
    to: 1,
    items: [{ key: "k", value: 1, offset: 1, version: "1", at: 0 }],
  });
  expect(callboard.channel(inbox).items.size).toBe(1);
  expect(real.sent).toEqual([hello]);
});

it("accepts the same channels in another order as the same hello", async () => {
  const { real, take } = early([inbox, "list:video" as never]);
  real.onopen?.(undefined);
  client(take, ["list:video", inbox] as never);
  await settled();
  expect([real.sent.length, real.isClosed]).toEqual([1, false]);
});

it("lets a client send a longer hello, and then uses only its answer", async () => {
  const { real, hello, take } = early();
  real.onopen?.(undefined);
  const callboard = client(take, [inbox, "list:video"] as never);
  await settled();
  expect(real.sent).toHaveLength(2);
  expect(JSON.parse(real.sent[1]!)).toMatchObject({ type: "hello", channels: { "list:video": { sub: 1 } } });
  real.says(welcome());
  expect(callboard.state.state).toBe("connecting");
  real.says(welcome({ ...welcome().channels, "list:video": { sub: 1, epoch: "f", offset: 0, items: [] } }));
  expect(callboard.channel("list:video").status).toBe("following");
  expect(real.sent[0]).toBe(hello);
});

it("is closed when the client does not follow the early channels", async () => {
  const { real, take } = early();
  real.onopen?.(undefined);
  client(take, [] as never);
  await settled();
  expect([real.isClosed, real.sent.length]).toEqual([true, 1]);
});

it.each([
  ["another address", "wss://other.example/", protocols],
  ["another token", url, ["callboard.v1", "callboard.bearer.d.e.f"]],
])("is not for %s, and is closed then", (_, wanted, offered) => {
  const { real, take } = early();
  expect([take(wanted, offered), real.isClosed]).toEqual([undefined, true]);
  expect(take(url, protocols)).toBeUndefined();
});

it("is handed out once", () => {
  const { real, take, close } = early();
  expect(take(url, protocols)).toBeDefined();
  close();
  expect([take(url, protocols), real.isClosed]).toEqual([undefined, false]);
});

it("cannot be taken after its end, and does not reopen", () => {
  const ended = early();
  ended.real.onclose?.(undefined);
  expect(ended.take(url, protocols)).toBeUndefined();
  const failed = openEarlySocket({ url, protocols, hello: "{}", WebSocket: FakeSocket });
  FakeSocket.opened[1]!.onerror?.(undefined);
  expect(failed.take(url, protocols)).toBeUndefined();
  const left = openEarlySocket({ url, protocols, hello: "{}", WebSocket: FakeSocket });
  left.close();
  expect([left.take(url, protocols), FakeSocket.opened[2]!.isClosed]).toEqual([undefined, true]);
});

it("reports its end to the client that took it", async () => {
  const { real, take } = early();
  real.onopen?.(undefined);
  real.says(welcome());
  const callboard = client(take);
  await settled();
  real.onclose?.(undefined);
  expect(callboard.state.state).not.toBe("connected");
});
