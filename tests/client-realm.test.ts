import { fileURLToPath } from "node:url";
import { createContext, runInContext } from "node:vm";
import type { connect as Connect } from "@callboard/client";
import { build } from "esbuild";
import { beforeAll, expect, it } from "vitest";

const resolveDir = fileURLToPath(new URL("../packages/client", import.meta.url));

/** An entry of the client as one script, which leaves its exports in `entry`; React is a stand-in that does nothing. */
async function scriptOf(name: string): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents: `export * from "@callboard/client${name}";`, resolveDir },
    bundle: true,
    write: false,
    format: "iife",
    globalName: "entry",
    platform: "neutral",
    target: "es2023",
    plugins: [
      {
        name: "no React",
        setup(at) {
          at.onResolve({ filter: /^react$/ }, () => ({ path: "react", namespace: "none" }));
          at.onLoad({ filter: /.*/, namespace: "none" }, () => ({
            contents: "module.exports = { createContext: () => ({}) };",
          }));
        },
      },
    ],
  });
  return outputFiles[0]!.text;
}

/** A realm with only the language's globals and the given ones: no console, crypto, TextEncoder, queueMicrotask, … */
function realm(given: object) {
  const context = createContext(given);
  runInContext("delete globalThis.console; delete globalThis.WebAssembly;", context);
  return context;
}

/** A socket whose server admits everybody, has nothing in any channel, and accepts every reply. */
class AcceptingSocket {
  static opened = 0;
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: string }) => void) | null = null;
  onclose = null;
  onerror = null;

  constructor() {
    AcceptingSocket.opened++;
    setTimeout(() => this.onopen?.(), 1);
  }

  send(text: string) {
    const { type, id, channels = {}, replyId, requestId } = JSON.parse(text);
    const named = Object.entries(channels as Record<string, { sub: number }>).map(([name, { sub }]) => [
      name,
      { sub, epoch: "e", offset: 0, items: [] },
    ]);
    const answers = {
      hello: {
        type: "welcome",
        connectionId: "c",
        user: { id: "ana", name: "Ana", roles: [] },
        inboxes: [],
        serverTime: Date.now(),
        heartbeatMs: { watch: 240_000, work: 30_000, inbox: 30_000 },
        expiresAt: Date.now() + 3_600_000,
        limits: {},
        features: [],
        channels: Object.fromEntries(named),
      },
      subscribe: { type: "subscribed", channels: Object.fromEntries(named) },
      reply: { type: "receipt", requestId, replyId, status: "accepted" },
    };
    const answer = { ...answers[type as keyof typeof answers], re: id };
    setTimeout(() => this.onmessage?.({ data: JSON.stringify(answer) }), 1);
  }

  close() {}
}

interface Entry {
  connect: typeof Connect;
}

let script: string;
beforeAll(async () => {
  script = await scriptOf("");
});

it("works with only timers, fetch and a WebSocket class", async () => {
  const context = realm({ setTimeout, clearTimeout, fetch, WebSocket: AcceptingSocket });
  runInContext(script, context);
  const { connect } = runInContext("entry", context) as Entry;
  const told: string[] = [];
  const client = connect({ url: "ws://x/", token: () => "t", debug: ({ kind }) => told.push(kind) });
  const view = client.channel("watch:video/v_1");
  const followed = new Promise<void>((done) => {
    view.follow((_, { status }) => status === "following" && done());
  });
  const reply = { requestId: "req_0123456789", round: 1, verb: "approve", value: { a: [1, "é"] } } as const;
  const receipts = await Promise.all([client.reply(reply), client.reply(reply), followed]);
  expect(receipts.slice(0, 2).map((one) => one?.status)).toEqual(["accepted", "accepted"]);
  // Nobody gave the replies an id, and there is no crypto.
  expect(new Set(receipts.slice(0, 2).map((one) => one?.replyId)).size).toBe(2);
  expect(client.state.state).toBe("connected");
  expect(new Set(told)).toEqual(new Set(["state", "sent", "received", "note"]));
  client.close();
});

it("says what to do if there is no WebSocket class", () => {
  const context = realm({ setTimeout, clearTimeout });
  runInContext(script, context);
  const { connect } = runInContext("entry", context) as Entry;
  expect(() => connect({ url: "ws://x/", token: () => "t" })).toThrow(/no WebSocket class.*pass/s);
});

/** Globals that only some of servers, browsers, edge runtimes and phones have. */
const hosts =
  `AbortController Blob Buffer CustomEvent Event EventTarget MessageChannel Request Response TextDecoder
  TextEncoder URL WebSocket Worker XMLHttpRequest addEventListener clearInterval clearTimeout crypto document fetch
  indexedDB localStorage location navigator performance postMessage process queueMicrotask removeEventListener
  reportError require requestAnimationFrame self sessionStorage setImmediate setInterval setTimeout structuredClone
  window`.split(/\s+/);

it.each(["", "/headless", "/react"])(
  "uses nothing of its host when @callboard/client%s is imported",
  async (name) => {
    const given = {};
    for (const host of hosts)
      Object.defineProperty(given, host, {
        get() {
          throw new Error(`${host} was touched`);
        },
      });
    const context = realm(given);
    expect(() => runInContext("typeof document", context)).toThrow("document was touched");
    runInContext("Date.now = Math.random = () => { throw new Error('the time, or chance') }", context);
    runInContext(await scriptOf(name), context);
    expect(Object.keys(runInContext("entry", context) as object).length).toBeGreaterThan(0);
  },
);
