import { heartbeatMs } from "@callboard/protocol";
import { expect, it } from "vitest";
import { connect } from "./callboard.ts";
import type { ConnectionState } from "./connection-state.ts";
import { manualClock } from "./testing/manual-clock.ts";
import { fakeNetwork } from "./testing/server-side.ts";

const ana = { id: "ana", name: "Ana", roles: [] };
const connecting = { state: "connecting" };
const connected = { state: "connected", user: ana, inboxes: [] };
const waiting = (reason: string, retryInMs: number, more = {}) => ({
  state: "waiting",
  retryInMs,
  retryAt: expect.any(Number),
  reason,
  ...more,
});
const byClient = { state: "closed", code: "closed_by_client", reason: "close() was called" };

/** A client with waits of half their bound, and all that can happen to it. */
function stage() {
  const clock = manualClock();
  const network = fakeNetwork();
  let tokens: () => Promise<string> = async () => "t";
  const client = connect({
    url: "ws://x/",
    token: () => tokens(),
    WebSocket: network.WebSocket,
    clock,
    random: () => 0.5,
  });
  const last = network.last;
  const welcome = () => {
    last().accept();
    last().say({
      type: "welcome",
      re: last().take("hello").id,
      connectionId: "c",
      user: ana,
      inboxes: [],
      serverTime: 0,
      heartbeatMs,
      expiresAt: 36_000_000,
      limits: {},
      features: [],
    });
  };
  const refuseHello = (retry: "never" | "later" | "reauthenticate", retryAfterMs?: number) => {
    last().accept();
    const re = last().take("hello").id;
    const after = retryAfterMs === undefined ? {} : { retryAfterMs };
    last().say({ type: "error", re, code: "forbidden", message: "not you", retry, ...after });
  };
  const bye = (retry: "never" | "later" | "reauthenticate", afterMs?: number) =>
    last().say({ type: "bye", code: "going_away", retry, ...(afterMs === undefined ? {} : { afterMs }) });
  return {
    clock,
    client,
    network,
    welcome,
    refuseHello,
    bye,
    refuse: () => last().refuse(),
    drop: (which = last()) => which.drop(),
    noToken() {
      tokens = () => Promise.reject(new Error("signed out"));
    },
    pass: (ms: number) => clock.advance(ms),
    /** Until the next attempt has begun. */
    async next() {
      const known = network.sides.length;
      while (network.sides.length === known) await clock.advance(5);
    },
  };
}
type Stage = ReturnType<typeof stage>;

interface Transition {
  when: string;
  /** Brings the client to where it is to begin; what it tells until then does not count. */
  before: (stage: Stage) => unknown;
  happens: (stage: Stage) => unknown;
  /** The states that it tells. */
  told: object[];
}

const start = () => {};
const isConnected = async ({ welcome, pass }: Stage) => {
  welcome();
  await pass(5000);
};
const isWaiting = (stage: Stage) => stage.refuse();
const failedThrice = async (stage: Stage) => {
  for (let attempt = 0; attempt < 3; attempt++) {
    stage.refuse();
    if (attempt < 2) await stage.next();
  }
};
const renews = async (stage: Stage) => {
  await isConnected(stage);
  stage.bye("later");
  await stage.pass(250);
};

const transitions: Transition[] = [
  { when: "it is welcomed", before: start, happens: (s) => s.welcome(), told: [connected] },
  {
    when: "it is turned away",
    before: start,
    happens: (s) => s.refuse(),
    told: [waiting("cannot_connect", 125)],
  },
  {
    when: "nobody answers",
    before: start,
    happens: (s) => s.pass(20_000),
    told: [waiting("cannot_connect", 125)],
  },
  {
    when: "the server asks it to come later instead of a welcome",
    before: start,
    happens: (s) => s.refuseHello("later", 7000),
    told: [waiting("server_asked", 7000)],
  },
  {
    when: "the server says goodbye instead of a welcome",
    before: start,
    happens: (s) => {
      s.network.last().accept();
      s.bye("later", 9000);
    },
    told: [waiting("server_asked", 9000)],
  },
  {
    when: "its hello is of no use",
    before: start,
    happens: (s) => s.refuseHello("never"),
    told: [{ state: "closed", code: "forbidden", reason: "not you" }],
  },
  {
    when: "it is closed while it connects",
    before: start,
    happens: (s) => s.client.close(),
    told: [byClient],
  },
  { when: "it has waited", before: isWaiting, happens: (s) => s.pass(125), told: [connecting] },
  {
    when: "there is no token",
    before: isWaiting,
    happens: (s) => {
      s.noToken();
      return s.pass(125);
    },
    told: [connecting, waiting("no_token", 250, { error: new Error("signed out") })],
  },
  {
    when: "it is closed while it waits",
    before: isWaiting,
    happens: (s) => s.client.close(),
    told: [byClient],
  },
  {
    when: "three openings have failed",
    before: start,
    happens: failedThrice,
    told: [
      waiting("cannot_connect", 125),
      connecting,
      waiting("cannot_connect", 250),
      connecting,
      waiting("unauthorized_or_unreachable", 500),
    ],
  },
  {
    when: "more openings fail",
    before: failedThrice,
    happens: async (s) => {
      await s.next();
      s.refuse();
      await s.next();
    },
    told: [waiting("unauthorized_or_unreachable", 1000)],
  },
  {
    when: "it is welcomed after failures that were told",
    before: failedThrice,
    happens: async (s) => {
      await s.next();
      s.welcome();
    },
    told: [connected],
  },
  {
    when: "its connection breaks",
    before: isConnected,
    happens: (s) => s.drop(),
    told: [waiting("lost", 125)],
  },
  {
    when: "the server asks it to leave and come later",
    before: isConnected,
    happens: (s) => s.bye("later", 9000),
    told: [waiting("server_asked", 9000)],
  },
  {
    when: "the server closes after a goodbye, before the next connection stands",
    before: isConnected,
    happens: (s) => {
      s.bye("later");
      s.drop();
    },
    told: [waiting("server_asked", 250)],
  },
  {
    when: "the server ends the connection permanently",
    before: isConnected,
    happens: (s) => s.bye("never"),
    told: [{ state: "closed", code: "going_away", reason: "the server said goodbye" }],
  },
  { when: "it is closed", before: isConnected, happens: (s) => s.client.close(), told: [byClient] },
  { when: "it renews", before: renews, happens: (s) => s.welcome(), told: [] },
  { when: "a renewal fails", before: renews, happens: (s) => s.refuse(), told: [] },
  {
    when: "its connection breaks while it renews",
    before: renews,
    happens: (s) => s.drop(s.network.sides[0]),
    told: [connecting],
  },
  {
    when: "anything happens once it is closed",
    before: (s) => s.client.close(),
    happens: async (s) => {
      s.client.close();
      await s.pass(100_000);
    },
    told: [],
  },
];

it.each(transitions)("reports its states when $when", async ({ before, happens, told }) => {
  const play = stage();
  await play.pass(0);
  await before(play);
  const states: ConnectionState[] = [];
  play.client.onState((state) => states.push(state));
  await happens(play);
  await play.pass(0);
  expect(states).toEqual(told);
});
