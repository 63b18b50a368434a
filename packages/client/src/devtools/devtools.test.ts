// @vitest-environment happy-dom
import { beforeEach, expect, it, onTestFinished, vi } from "vitest";
import type { ConnectionState } from "../connection-state.ts";
import { type DebugEvent, type Inspected, type InspectedChannel, mountDevtools } from "./index.ts";

const start = Date.UTC(2026, 0, 1, 12);
const user = { id: "ana", name: "Ana", roles: [] };
const connected: ConnectionState = { state: "connected", user, inboxes: [] };

/** A client that does what a test says. */
function inspected() {
  const states = new Set<(state: ConnectionState) => void>();
  const debugs = new Set<(event: DebugEvent) => void>();
  const retried: number[] = [];
  let now = start;
  let state: ConnectionState = { state: "connecting" };
  let views: readonly InspectedChannel[] = [];
  const add = <T>(all: Set<T>, one: T) => {
    all.add(one);
    return () => void all.delete(one);
  };
  const client: Inspected = {
    get state() {
      return state;
    },
    onState: (listener) => add(states, listener),
    onDebug: (listener) => add(debugs, listener),
    channels: () => views,
    now: () => now,
    retryNow: () => void retried.push(now),
  };
  return {
    client,
    retried,
    listeners: () => states.size + debugs.size,
    become(next: ConnectionState) {
      state = next;
      for (const listener of states) listener(next);
    },
    follow(...next: InspectedChannel[]) {
      views = next;
    },
    pass(ms: number) {
      now += ms;
    },
    tell(...events: DebugEvent[]) {
      for (const event of events) for (const listener of debugs) listener(event);
    },
  };
}

const sent = (n: number, summary = `frame ${n}`): DebugEvent => ({
  at: start + n,
  kind: "sent",
  type: `type-${n}`,
  bytes: 120,
  summary,
});

const drawn = () => Promise.resolve().then(() => {});

function mounted(where: "container" | "corner" = "container") {
  const at = inspected();
  const container = where === "container" ? document.createElement("div") : undefined;
  if (container) document.body.append(container);
  const devtools = mountDevtools(at.client, container);
  onTestFinished(devtools.unmount);
  const host = (container ?? document.body).lastElementChild as HTMLElement;
  const root = host.shadowRoot!;
  const press = async (label: string) => {
    [...root.querySelectorAll("button")].find(({ textContent }) => textContent === label)!.click();
    await drawn();
  };
  const rows = () => [...root.querySelectorAll("ol li")].map(({ textContent }) => textContent);
  return { ...at, devtools, host, root, press, rows, status: () => root.querySelector("p")!.textContent };
}

beforeEach(() => document.body.replaceChildren());

it("shows the state of the connection", async () => {
  const { status, become } = mounted();
  expect(status()).toBe("connecting");
  become(connected);
  await drawn();
  expect(status()).toBe("connected as user/ana");
  become({ state: "closed", code: "closed_by_client", reason: "close() was called" });
  await drawn();
  expect(status()).toBe("closed (closed_by_client): close() was called");
});

const waiting = { state: "waiting", retryInMs: 3000, retryAt: start + 3000 } as const;

it("counts down to the next attempt, which can be made at once", async () => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const { status, become, pass, press, retried, root } = mounted();
  const retry = root.querySelector("button")!;
  expect(retry.hidden).toBe(true);
  become({ ...waiting, reason: "no_token", error: new Error("no session") });
  await drawn();
  expect(status()).toBe("waiting (no_token, Error: no session), next attempt in 3 s");
  expect(retry.hidden).toBe(false);
  pass(2000);
  vi.advanceTimersByTime(1000);
  expect(status()).toContain("in 1 s");
  await press("Retry now");
  expect(retried).toEqual([start + 2000]);
});

it("shows each channel with its position, and the number of its items", async () => {
  const { root, follow, tell } = mounted();
  const items = new Map([["title", { key: "title", value: {}, offset: 12, version: "v", at: 1 }]]);
  follow(
    { name: "watch:order/7", status: "following", offset: 12, epoch: "e1", items },
    { name: "work:order/7", status: { error: "forbidden" }, offset: 0, epoch: undefined, items: new Map() },
  );
  tell(sent(1));
  await drawn();
  expect([...root.querySelectorAll("ul li")].map(({ textContent }) => textContent)).toEqual([
    "watch:order/7following · offset 12 · epoch e1 · 1 item",
    "work:order/7error forbidden · offset 0 · no epoch · 0 items",
  ]);
  expect(root.querySelector("h3")!.textContent).toBe("Channels (2)");
});

it("keeps the last fifty frames and notes, the newest first", async () => {
  const { rows, tell } = mounted();
  tell(...Array.from({ length: 60 }, (_, n) => sent(n)));
  tell({ at: start, kind: "note", code: "gap", text: "something is missing", isFault: true });
  tell({ at: start, kind: "state", state: connected });
  await drawn();
  expect(rows()).toHaveLength(50);
  expect(rows()[0]).toMatch(/^• \d\d:00:00\.000 gap something is missing$/);
  expect(rows()[1]).toMatch(/^↑ \d\d:00:00\.059 type-59 120 Bframe 59$/);
  expect(rows().at(-1)).toContain("type-11");
});

it("keeps a frame open while others arrive", async () => {
  const { root, tell } = mounted();
  tell(sent(1));
  await drawn();
  const details = root.querySelector("details")!;
  details.open = true;
  tell(sent(2));
  await drawn();
  expect(root.querySelectorAll("details")).toHaveLength(2);
  expect(root.querySelectorAll("details")[1]).toBe(details);
  expect(details.open).toBe(true);
});

it("pauses, counts what arrives meanwhile, resumes with the latest, and clears", async () => {
  const { rows, root, tell, press } = mounted();
  tell(sent(1));
  await press("Pause");
  tell(...Array.from({ length: 70 }, (_, n) => sent(n + 2)));
  await drawn();
  expect(rows()).toHaveLength(1);
  expect(root.textContent).toContain("Frames and notes (70 while paused)");
  await press("Go on");
  expect(rows()).toHaveLength(50);
  expect(rows()[0]).toContain("type-71");
  await press("Clear");
  expect(rows()).toEqual([]);
});

it.each([
  ["a token without its signature", new Error("no eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJhbmEifQ here")],
  ["what cannot be written as a text", { toString: 1, valueOf: 1, message: "eyJhbGciOiJFUzI1NiJ9.e30.x" }],
  ["an error without a text", Object.assign(new Error("x"), { message: Object.create(null) })],
])("continues when token() threw %s, and does not show it", async (_, error) => {
  const { become, status } = mounted();
  become({ ...waiting, reason: "no_token", error });
  await drawn();
  expect(status()).toMatch(/^waiting \(no_token, .*\), next attempt in 3 s$/);
  expect(status()).not.toMatch(/eyJ/);
});

it("shows no token, no markup and no very long text", async () => {
  const { rows, root, tell } = mounted();
  const token = "eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJhbmEifQ.c2lnbmF0dXJl";
  tell(sent(1, `{ "token": "${token}", "name": "<img src=x>" }`), sent(2, "x".repeat(10_000)), sent(3, ""));
  await drawn();
  expect(root.innerHTML).not.toContain(token);
  expect(root.querySelector("img")).toBeNull();
  expect(rows()[2]).toContain("<img src=x>");
  expect(rows()[1]!.length).toBeLessThan(4_200);
  expect(rows()[0]).toMatch(/120 B$/);
});

it("opens by a button in the corner of the page without a container", async () => {
  const { root, host, press } = mounted("corner");
  expect(host.parentElement).toBe(document.body);
  const panel = root.querySelector("section")!;
  const opener = root.querySelector("button")!;
  expect([panel.hidden, opener.getAttribute("aria-expanded")]).toEqual([true, "false"]);
  await press("Callboard devtools");
  expect([panel.hidden, opener.getAttribute("aria-expanded")]).toEqual([false, "true"]);
});

it("works in a container inside a closed shadow root", async () => {
  const outer = document.createElement("div");
  const container = document.createElement("div");
  outer.attachShadow({ mode: "closed" }).append(container);
  document.body.append(outer);
  const at = inspected();
  const devtools = mountDevtools(at.client, container);
  onTestFinished(devtools.unmount);
  at.tell(sent(1));
  await drawn();
  const root = container.querySelector("div")!.shadowRoot!;
  expect(root.querySelectorAll("ol li")).toHaveLength(1);
  [...root.querySelectorAll("button")].at(-1)!.click();
  await drawn();
  expect(root.querySelectorAll("ol li")).toHaveLength(0);
});

it("leaves nothing behind, even if it is removed twice", async () => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const { devtools, host, listeners, tell } = mounted();
  expect(listeners()).toBe(2);
  tell(sent(1));
  devtools.unmount();
  devtools.unmount();
  await drawn();
  expect([host.isConnected, listeners(), vi.getTimerCount()]).toEqual([false, 0, 0]);
});

it("throws without a document, and can be imported without one", () => {
  vi.stubGlobal("document", undefined);
  onTestFinished(() => void vi.unstubAllGlobals());
  expect(() => mountDevtools(inspected().client)).toThrow("no document");
});
