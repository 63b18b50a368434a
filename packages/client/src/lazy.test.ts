import { expect, it, onTestFinished, vi } from "vitest";
import { type Callboard, connect } from "./callboard.ts";
import { fakeCallboard } from "./testing/fake-callboard.ts";
import { manualClock } from "./testing/manual-clock.ts";

async function lazy() {
  const clock = manualClock();
  const server = fakeCallboard(clock);
  let tokens = 0;
  const client = connect({
    url: "ws://x/",
    token: () => `t${++tokens}`,
    WebSocket: server.WebSocket,
    clock,
    lazy: true,
  });
  onTestFinished(client.close);
  await clock.advance(60_000);
  return { clock, server, client, asked: () => tokens };
}

const reply = { requestId: "req_0123456789", round: 1, verb: "approve" } as const;

const uses: [string, (client: Callboard) => unknown][] = [
  ["a channel is followed", (client) => client.channel("watch:video/v_1").follow()],
  ["a reply is sent", (client) => client.reply(reply)],
  ["something is attended to", (client) => client.attend("req_0123456789", "shown").catch(() => {})],
  ["it is opened", (client) => client.open()],
  ["somebody wants it now", (client) => client.retryNow()],
];
it.each(uses)("asks for no token and opens no socket until %s", async (_, use) => {
  const { clock, server, client, asked } = await lazy();
  client.channel("watch:video/v_1").get("title");
  expect([client.state, asked(), server.sides.length, clock.pending()]).toEqual([{ state: "idle" }, 0, 0, 0]);
  void use(client);
  use(client);
  await clock.advance(0);
  expect([client.state.state, asked(), server.sides.length]).toEqual(["connected", 1, 1]);
  client.open();
  await clock.advance(1000);
  expect(server.sides.length).toBe(1);
});

it("opens nothing for what is refused at once, or for an invalid name", async () => {
  const { clock, server, client } = await lazy();
  client.channel("nonsense" as "watch:a/b").follow();
  await expect(client.reply({ ...reply, value: new Map() })).rejects.toMatchObject({ code: "invalid" });
  await clock.advance(1000);
  expect([client.state.state, server.sides.length]).toEqual(["idle", 0]);
});

it("costs nothing to connect and close in one turn, as React does twice in strict mode", async () => {
  const clock = manualClock();
  const server = fakeCallboard(clock);
  let tokens = 0;
  const options = { url: "ws://x/", token: () => `t${++tokens}`, WebSocket: server.WebSocket, clock };
  connect(options).close();
  const second = connect(options);
  await clock.advance(0);
  expect([tokens, server.sides.length, second.state.state]).toEqual([1, 1, "connected"]);
  second.close();
  expect(clock.pending()).toBe(0);
});

it("reports that token() gave no text, and sends nothing", async () => {
  for (const given of [undefined, null, "", { status: 401 }]) {
    const clock = manualClock();
    const server = fakeCallboard(clock);
    const token = () => given as unknown as string;
    const client = connect({ url: "ws://x/", token, WebSocket: server.WebSocket, clock });
    await clock.advance(0);
    expect(client.state).toMatchObject({ state: "waiting", reason: "no_token", error: { code: "invalid" } });
    expect(server.sides).toEqual([]);
    client.close();
  }
});

/** As on Node before 22. */
function withoutWebSocket() {
  vi.stubGlobal("WebSocket", undefined);
  onTestFinished(() => void vi.unstubAllGlobals());
}

it("needs no WebSocket class before something opens, as on a server that only renders pages", async () => {
  withoutWebSocket();
  const clock = manualClock();
  const client = connect({ url: "ws://x/", token: () => "t", clock, lazy: true });
  onTestFinished(client.close);
  const channel = client.channel("watch:video/v_1");
  const missing = { code: "invalid", message: "there is no WebSocket class here: pass one" };
  for (const use of [client.open, client.retryNow, channel.follow, channel.follow])
    expect(() => use()).toThrow(expect.objectContaining(missing));
  await expect(client.reply(reply)).rejects.toMatchObject(missing);
  await clock.advance(120_000);
  expect([client.state.state, channel.status, clock.pending()]).toEqual(["idle", "idle", 0]);

  const server = fakeCallboard(clock);
  vi.stubGlobal("WebSocket", server.WebSocket);
  channel.follow();
  await clock.advance(0);
  expect([client.state.state, channel.status]).toEqual(["connected", "following"]);
});

it("throws at once without a WebSocket class when it is to connect at once", () => {
  withoutWebSocket();
  expect(() => connect({ url: "ws://x/", token: () => "t" })).toThrow("there is no WebSocket class here");
});
