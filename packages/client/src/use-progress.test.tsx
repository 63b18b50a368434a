// @vitest-environment happy-dom
import { act, StrictMode, Suspense } from "react";
import { hydrateRoot } from "react-dom/client";
import { renderToString } from "react-dom/server";
import { afterEach, expect, it, vi } from "vitest";
import { connect } from "./callboard.ts";
import { CallboardProvider, type SubjectProgress, useList, useProgress } from "./react.ts";
import { settle } from "./testing/manual-clock.ts";
import { openPage } from "./testing/react-page.tsx";

Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });

const ends: (() => Promise<void>)[] = [];
afterEach(async () => {
  vi.useRealTimers();
  for (const end of ends.splice(0)) await end();
});

async function open(...given: Parameters<typeof openPage>) {
  const page = await openPage(...given);
  ends.push(page.close);
  return page;
}

interface Order {
  courier: string;
}

let seen: SubjectProgress<Order>;
function Progress({ of, suspense = false }: { of: string | undefined; suspense?: boolean }) {
  const progress = useProgress<Order>(of, { steps: ["pack", "send"], suspense });
  seen = progress;
  const { title, stale, loading, steps } = progress;
  const rows = steps.map(({ step, state, data }) => `${step} ${state} ${data?.courier ?? ""}`.trim());
  return <p>{`${title ?? "none"}${loading ? " loading" : ""}${stale ? " stale" : ""}: ${rows.join()}`}</p>;
}

const step = (name: string, more: object = {}) => ({
  execution: "m:1",
  step: name,
  state: "running",
  attempt: 1,
  startedAt: 1,
  at: 2,
  ...more,
});
const idle = "pack to_come,send to_come";

it("shows a subject's steps, title, run and viewers, and each change", async () => {
  const { server, element, after } = await open(<Progress of="order/7" />);
  expect(element.textContent).toBe(`none: ${idle}`);
  await after(() => {
    server.publish("watch:order/7", "title", { title: "Order 7" });
    server.publish("watch:order/7", "viewers", { count: 3 });
    server.publish("watch:order/7", "execution/m:1", { execution: "m:1", state: "running", startedAt: 1 });
    server.publish("watch:order/7", "step/m:1/pack", step("pack", { data: { courier: "Ana" } }));
  });
  expect(element.textContent).toBe("Order 7: pack running Ana,send to_come");
  expect(seen).toMatchObject({ viewers: 3, waiting: undefined, execution: { state: "running" }, unread: [] });
  await after(() => server.publish("watch:order/7", "step/m:1/pack", step("pack", { state: "succeeded" })));
  expect(element.textContent).toBe("Order 7: pack succeeded,send to_come");
});

it("returns the same steps when a component draws again for another reason", async () => {
  const { show } = await open(<Progress of="order/7" />);
  const { steps } = seen;
  await show(<Progress of="order/7" />);
  expect(seen.steps).toBe(steps);
});

it("asks for nothing more once a run has ended", async () => {
  const { server, after, handled } = await open(<Progress of="order/7" />);
  const ended = { execution: "m:1", state: "succeeded", startedAt: 1, endedAt: 2 };
  await after(() => server.publish("watch:order/7", "execution/m:1", ended));
  const before = handled().length;
  await after(() => {}, 60_000);
  expect(handled()).toHaveLength(before);
});

it("leaves out unreadable values, and names their keys", async () => {
  const { server, element, after } = await open(<Progress of="order/7" />);
  await after(() => {
    server.publish("watch:order/7", "title", { title: 7 });
    server.publish("watch:order/7", "step/m:1/pack", step("pack"));
    server.publish("watch:order/7", "step/m:1/odd", "nonsense");
    server.publish("watch:order/7", "waiting", { requests: { wait: 1 } });
  });
  expect(element.textContent).toBe("none: pack running,send to_come");
  expect(seen).toMatchObject({ unread: ["step/m:1/odd"], waiting: undefined });
});

it.each(["order", "", "a b/c", "order/"])(
  "reports that %j is not a subject, and keeps drawing",
  async (of) => {
    const { element, problems, handled } = await open(<Progress of={of} />);
    expect(seen.status).toEqual({ error: "invalid_name" });
    expect(element.textContent).toBe(`none stale: ${idle}`);
    expect(problems).toEqual([]);
    expect(handled()).toEqual(["hello"]);
  },
);

it("reports that a subject may not be followed", async () => {
  const { server, show } = await open(<p />);
  server.forbidden.add("watch:order/7");
  await show(<Progress of="order/7" />);
  expect(seen).toMatchObject({ status: { error: "forbidden" }, loading: false, stale: true });
});

it("follows once for several hooks of one subject, and resumes when mounted again, in strict mode too", async () => {
  const many = (
    <StrictMode>
      <Progress of="order/7" />
      <Progress of="order/7" />
      <Progress of="order/7" />
    </StrictMode>
  );
  const { server, client, handled, show, element, after } = await open(many);
  server.publish("watch:order/7", "title", { title: "Order 7" });
  await show(<p />);
  expect(client.channel("watch:order/7").status).toBe("idle");
  await show(many);
  await after(() => server.publish("watch:order/7", "title", { title: "Order seven" }));
  expect(element.textContent).toBe(`Order seven: ${idle}`.repeat(3));
  expect(handled()).toEqual(["hello", "subscribe", "unsubscribe", "subscribe"]);
});

it("shows nothing of the former subject for the next, and nothing without one", async () => {
  const { server, element, show, after } = await open(<Progress of="order/7" />);
  await after(() => server.publish("watch:order/7", "title", { title: "Order 7" }));
  server.held = true;
  await show(<Progress of="order/8" />);
  expect(element.textContent).toBe(`none loading stale: ${idle}`);
  await show(<Progress of={undefined} />);
  expect(element.textContent).toBe(`none loading stale: ${idle}`);
});

it("keeps its data while the connection is gone, and reports that it may be old", async () => {
  const { server, element, after } = await open(<Progress of="order/7" />);
  await after(() => server.publish("watch:order/7", "title", { title: "Order 7" }));
  await after(() => server.last().drop());
  expect(element.textContent).toBe(`Order 7 stale: ${idle}`);
  await after(() => server.publish("watch:order/7", "title", { title: "Order seven" }), 1_000);
  expect(element.textContent).toBe(`Order seven: ${idle}`);
});

it("has a picture to show, and a fresh URL for one that has expired or does not load", async () => {
  const { server, clock, after } = await open(<Progress of="order/7" />);
  const picture = (url: string, expiresAt: number) => ({
    object: { key: `avatars/${url}`, mediaType: "image/png", url: `https://x.test/${url}`, expiresAt },
  });
  expect(seen.picture).toBeUndefined();
  await after(() => server.publish("watch:order/7", "avatar", picture("one", clock.now() + 60_000)));
  expect(seen.picture?.src).toBe("https://x.test/one");
  await after(() => seen.picture?.onError());
  expect(seen.picture?.src).toBe("https://x.test/a.png");
  await after(() => server.publish("watch:order/7", "avatar", picture("two", clock.now() + 60_000)));
  expect(seen.picture?.src).toBe("https://x.test/two");
  await after(() => server.publish("watch:order/7", "avatar", picture("three", clock.now() - 1)));
  expect(seen.picture?.src).toBe("https://x.test/a.png");
  expect(server.handled.filter(({ type }) => type === "resolve")).toHaveLength(2);
});

it("keeps the URL of a picture that is delivered again", async () => {
  const { server, clock, after } = await open(<Progress of="order/7" />);
  const signed = (signature: number) => ({
    object: {
      key: "avatars/a",
      mediaType: "image/png",
      url: `https://x.test/a?${signature}`,
      expiresAt: clock.now() + 60_000,
    },
  });
  await after(() => server.publish("watch:order/7", "avatar", signed(1)));
  const { picture } = seen;
  await after(() => server.publish("watch:order/7", "avatar", signed(2)));
  expect(seen.picture).toBe(picture);
});

it("suspends on request until the first answer, and not while catching up later", async () => {
  const suspended = (
    <Suspense fallback="waiting">
      <Progress of="order/7" suspense />
    </Suspense>
  );
  const { server, element, show, after, handled } = await open(<p />);
  server.publish("watch:order/7", "title", { title: "Order 7" });
  server.held = true;
  await show(suspended);
  expect(element.textContent).toBe("waiting");
  await after(() => {
    server.held = false;
    for (const flight of server.flights.splice(0)) flight.arrive();
  });
  expect(element.textContent).toBe(`Order 7: ${idle}`);
  expect(handled()).toEqual(["hello", "subscribe"]);
  await after(() => server.last().drop());
  expect(element.querySelector("p")?.textContent).toBe(`Order 7 stale: ${idle}`);
});

it("unsubscribes from a subject when no component waits for it", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  const { server, client, element, show, after } = await open(<p />);
  server.held = true;
  await show(
    <Suspense fallback="waiting">
      <Progress of="order/7" suspense />
    </Suspense>,
  );
  expect([element.textContent, client.channel("watch:order/7").status]).toEqual(["waiting", "catching_up"]);
  await show(<p />);
  await after(() => vi.advanceTimersByTime(65_000));
  expect(client.channel("watch:order/7").status).toBe("idle");
});

let lines = -1;
function Lines({ of }: { of: `list:${string}` }) {
  const list = useList(of, { suspense: true });
  lines = list.lines.length;
  return <p>{JSON.stringify(list.status)}</p>;
}

it("suspends for a list and for none of a malformed name", async () => {
  const { element, show, server } = await open(<p />);
  server.publish("list:order", "subject/order/7", { subject: "order/7", startedAt: 1, at: 1 });
  await show(
    <Suspense fallback="waiting">
      <Lines of="list:order" />
    </Suspense>,
  );
  expect([element.textContent, lines]).toEqual(['"following"', 1]);
  await show(
    <Suspense fallback="waiting">
      <Lines of="list:a b" />
    </Suspense>,
  );
  expect(element.textContent).toBe('{"error":"invalid_name"}');
});

it.each([false, true])(
  "throws without a WebSocket class, and does not wait (suspense: %s)",
  async (suspense) => {
    const { show } = await open(<p />);
    vi.stubGlobal("WebSocket", undefined);
    const client = connect({ url: "ws://x/", token: () => "t", lazy: true });
    ends.push(async () => {
      client.close();
      vi.unstubAllGlobals();
    });
    const drawn = show(
      <CallboardProvider client={client}>
        <Suspense fallback="waits">
          <Progress of="order/7" suspense={suspense} />
        </Suspense>
      </CallboardProvider>,
    );
    await expect(drawn).rejects.toMatchObject({ code: "invalid" });
  },
);

it("renders idle on a server, suspended or not, and follows nothing there", async () => {
  const { around, client } = await open(<p />);
  for (const suspense of [false, true])
    expect(renderToString(around(<Progress of="order/7" suspense={suspense} />))).toBe(
      `<p>none loading stale: ${idle}</p>`,
    );
  expect(client.channel("watch:order/7").status).toBe("idle");
});

it("hydrates what a server has rendered, although it has more data by then", async () => {
  const { around, client, server } = await open(<p />);
  const node = around(<Progress of="order/7" />);
  const element = document.createElement("div");
  element.innerHTML = renderToString(node);
  server.publish("watch:order/7", "title", { title: "Order 7" });
  client.channel("watch:order/7").follow();
  await settle();
  const problems: unknown[] = [];
  const root = await act(async () =>
    hydrateRoot(element, node, { onRecoverableError: (error) => problems.push(error) }),
  );
  expect(element.textContent).toBe(`Order 7: ${idle}`);
  expect(problems).toEqual([]);
  await act(async () => root.unmount());
});
