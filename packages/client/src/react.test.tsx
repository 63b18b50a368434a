// @vitest-environment happy-dom
import { act, type ReactNode, StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { renderToString } from "react-dom/server";
import { afterEach, expect, it, vi } from "vitest";
import { connect } from "./callboard.ts";
import {
  CallboardProvider,
  useChannel,
  useConnection,
  useServerNow,
  useServerNowPast,
  useUser,
} from "./react.ts";
import { fakeCallboard } from "./testing/fake-callboard.ts";
import { manualClock, settle } from "./testing/manual-clock.ts";

Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });

const ends: (() => void)[] = [];
afterEach(() => {
  for (const end of ends.splice(0)) end();
});

async function page(content: ReactNode) {
  const clock = manualClock();
  const server = fakeCallboard(clock);
  const client = connect({ url: "ws://x/", token: () => "t", WebSocket: server.WebSocket, clock });
  const element = document.createElement("div");
  const root = createRoot(element);
  ends.push(() => act(() => root.unmount()), client.close);
  const show = (node: ReactNode) =>
    act(async () => {
      root.render(<CallboardProvider client={client}>{node}</CallboardProvider>);
      await clock.advance(0);
    });
  await show(content);
  return { clock, server, client, element, show };
}

function Title({ of }: { of: "watch:video/v_1" | "watch:video/v_2" | undefined }) {
  const view = useChannel(of);
  return <p>{`${String(view.status)}: ${view.get("title") ?? "none"}`}</p>;
}

const State = () => <p>{useConnection().state}</p>;

const Now = () => <p>{useServerNow(10)}</p>;

it("shows what is in a channel, and each change", async () => {
  const { server, element } = await page(<Title of="watch:video/v_1" />);
  expect(element.textContent).toBe("following: none");
  await act(async () => {
    server.publish("watch:video/v_1", "title", "Cats");
    await settle();
  });
  expect(element.textContent).toBe("following: Cats");
});

it("changes to another channel, and to none", async () => {
  const { server, client, element, show } = await page(<Title of="watch:video/v_1" />);
  server.publish("watch:video/v_2", "title", "Dogs");
  await show(<Title of="watch:video/v_2" />);
  expect(element.textContent).toBe("following: Dogs");
  expect(client.channel("watch:video/v_1").status).toBe("idle");
  await show(<Title of={undefined} />);
  expect(element.textContent).toBe("idle: none");
  expect(client.channel("watch:video/v_2").status).toBe("idle");
});

it("subscribes once for many components that follow one channel, in strict mode too", async () => {
  const { server, element } = await page(
    <StrictMode>
      <Title of="watch:video/v_1" />
      <Title of="watch:video/v_1" />
      <Title of="watch:video/v_1" />
    </StrictMode>,
  );
  expect(element.querySelectorAll("p")).toHaveLength(3);
  const subscribes = server.handled.filter((one) => "channels" in one);
  expect(subscribes).toHaveLength(1);
});

it("shows the state of the connection", async () => {
  const { client, element } = await page(<State />);
  expect(element.textContent).toBe("connected");
  await act(async () => client.close());
  expect(element.textContent).toBe("closed");
});

it("draws the server's time as often as requested", async () => {
  const { clock, element } = await page(<Now />);
  expect(element.textContent).toBe(String(clock.now()));
  await clock.advance(7_000);
  await vi.waitFor(async () => {
    await act(settle);
    expect(element.textContent).toBe(String(clock.now()));
  });
});

const Who = () => <p>{useUser()?.name ?? "nobody"}</p>;

it("names no user of another client before the first welcome", async () => {
  const { clock, element, client, show } = await page(<Who />);
  const server = fakeCallboard(clock);
  server.silent = true;
  const other = connect({ url: "ws://x/", token: () => "t", WebSocket: server.WebSocket, clock });
  ends.push(other.close);
  const through = (one: typeof client) => (
    <CallboardProvider client={one}>
      <Who />
    </CallboardProvider>
  );
  await show(through(client));
  expect(element.textContent).toBe("Ana");
  await show(through(other));
  expect(element.textContent).toBe("nobody");
});

const Late = ({ at }: { at: number }) => {
  const now = useServerNowPast((now) => (at > now ? at : undefined));
  return <p>{now < at ? "before" : "after"}</p>;
};

it("draws again at a moment of the server's clock that proves to be later", async () => {
  const { clock, element, show } = await page(<p />);
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  ends.push(() => void vi.useRealTimers());
  await show(<Late at={clock.now() + 50} />);
  await act(async () => vi.advanceTimersByTime(50));
  expect(element.textContent).toBe("before");
  await clock.advance(50);
  await act(async () => vi.advanceTimersByTime(50));
  expect(element.textContent).toBe("after");
});

it("renders on a server, and follows nothing there", () => {
  const clock = manualClock();
  const client = connect({
    url: "ws://x/",
    token: () => "t",
    WebSocket: fakeCallboard(clock).WebSocket,
    clock,
  });
  ends.push(client.close);
  const html = renderToString(
    <CallboardProvider client={client}>
      <Title of="watch:video/v_1" />
    </CallboardProvider>,
  );
  expect(html).toBe("<p>idle: none</p>");
});

it("throws without a provider", () => {
  expect(() => renderToString(<State />)).toThrow("no CallboardProvider");
});
