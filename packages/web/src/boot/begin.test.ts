import { beforeEach, expect, it } from "vitest";
import { parseLink } from "../session/link.ts";
import type { Role } from "../session/token.ts";
import { FakeSocket } from "../testing/fake-socket.ts";
import { begin } from "./begin.ts";

const now = Date.UTC(2026, 4, 1);
const part = (json: object) => Buffer.from(JSON.stringify(json)).toString("base64url");
const jwt = (claims: object) => `${part({ alg: "none" })}.${part(claims)}.x`;
const anas = jwt({ sub: "ana", exp: now / 1000 + 3600 });
const signIn = { issuer: "https://id.example", clientId: "pages" };
const socketUrl = "wss://api.example/";

beforeEach(() => {
  FakeSocket.opened.length = 0;
});

interface Start {
  role?: Role;
  hash?: string;
  config?: object;
  /** The tab's token. */
  kept?: string;
  signedIn?: object | string;
  isDenied?: boolean;
  wanted?: Promise<unknown>;
}

/** A page's first script; `asked` is what it has fetched. */
function start({ role = "creator", hash = "", config = {}, kept, signedIn, isDenied, wanted }: Start = {}) {
  const store = new Map<string, string>(kept === undefined ? [] : [[`callboard.token.${role}`, kept]]);
  const asked: string[] = [];
  const left: (() => void)[] = [];
  const late: (() => void)[] = [];
  const begun = begin({
    role,
    place: parseLink(hash),
    base: new URL("https://pages.example/creator.html"),
    storage: {
      getItem(key) {
        if (isDenied) throw new DOMException("denied", "SecurityError");
        return store.get(key) ?? null;
      },
      setItem: (key, value) => void store.set(key, value),
    },
    signIns: () => ({
      getItem: () => (typeof signedIn === "string" ? signedIn : JSON.stringify(signedIn ?? null)),
      setItem() {},
      removeItem() {},
    }),
    async fetch(input) {
      asked.push(new URL(String(input)).pathname);
      if (!String(input).endsWith("config.json")) return Response.json({ token: anas });
      return Response.json({ socketUrl, httpUrl: "https://api.example", ...config });
    },
    now: () => now,
    WebSocket: FakeSocket,
    wanted: () => wanted ?? Promise.resolve(),
    onLeave: (leaves) => left.push(leaves),
    after: (_, work) => late.push(work),
  });
  return { ...begun, asked, left, late };
}

const protocols = (token: string) => ["callboard.v1", `callboard.bearer.${token}`];

it("opens the socket with the token of the tab, and follows what the address names", async () => {
  const { token, ahead, WebSocket } = start({ kept: anas, hash: "#video=v_1" });
  await token;
  const [socket] = FakeSocket.opened;
  expect([socket!.url, socket!.protocols]).toEqual([socketUrl, protocols(anas)]);
  expect(ahead()).toEqual(["inbox:user/ana", "work:video/v_1", "list:video/user/ana"]);
  socket!.onopen?.(undefined);
  expect(JSON.parse(socket!.sent[0]!)).toMatchObject({
    type: "hello",
    client: "callboard-web/creator",
    channels: { "work:video/v_1": { sub: 1 } },
  });
  new WebSocket(socketUrl, protocols(anas));
  expect(FakeSocket.opened).toHaveLength(1);
  new WebSocket(socketUrl, protocols(anas));
  expect(FakeSocket.opened).toHaveLength(2);
});

it("asks the host for a token if it issues them, and lets viewers only watch", async () => {
  const { token, asked, ahead } = start({
    role: "viewer",
    config: { devTokens: true },
    hash: "#video=order/7",
  });
  await token;
  expect(asked).toEqual(["/config.json", "/dev/token"]);
  expect([FakeSocket.opened[0]!.protocols, ahead()]).toEqual([protocols(anas), ["watch:order/7"]]);
});

it("uses a kept sign-in while it is fresh, and leaves the rest to the page", async () => {
  const session = { ...signIn, user: { id: "ana", name: "Ana" }, receivedAt: now, lifeMs: 1_000_000 };
  await start({ config: { signIn }, signedIn: { ...session, token: anas } }).token;
  expect(FakeSocket.opened[0]!.protocols).toEqual(protocols(anas));
  for (const other of [
    { ...session, token: anas, receivedAt: now - 900_000 },
    { ...session, token: anas, issuer: "https://other.example" },
    session,
    "{",
  ])
    await start({ config: { signIn }, signedIn: other }).token;
  expect(FakeSocket.opened).toHaveLength(1);
});

it.each([
  ["there is no token", {}],
  ["the host answers with a page of its own", { config: { socketUrl: "x" }, kept: anas }],
  ["the browser keeps nothing", { isDenied: true, config: { devTokens: true } }],
])("opens nothing when %s, and does not fail for it", async (_, how: Start) => {
  const { token, ahead, WebSocket } = start(how);
  await token;
  expect([FakeSocket.opened.length, ahead()]).toEqual([0, []]);
  new WebSocket(socketUrl, protocols(anas));
  expect(FakeSocket.opened).toHaveLength(1);
});

it("sends no user id that nobody can have", async () => {
  const { token, ahead } = start({ kept: jwt({ sub: "an a/..", exp: now / 1000 + 3600 }) });
  await token;
  expect(ahead()).toEqual([]);
});

it("opens nothing for a prerendered page until it is visible", async () => {
  let show = () => {};
  const wanted = new Promise<void>((resolve) => {
    show = resolve;
  });
  const { token, config, asked } = start({ kept: anas, wanted });
  await config;
  expect([FakeSocket.opened.length, asked]).toEqual([0, ["/config.json"]]);
  show();
  await token;
  expect(FakeSocket.opened).toHaveLength(1);
});

it.each(["left", "late"] as const)(
  "closes the socket when the page is %s before the page took it",
  async (how) => {
    const begun = start({ kept: anas });
    await begun.token;
    for (const work of begun[how]) work();
    expect(FakeSocket.opened[0]!.isClosed).toBe(true);
    new begun.WebSocket(socketUrl, protocols(anas));
    expect(FakeSocket.opened).toHaveLength(2);
  },
);
