import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { importJWK, type JWK, SignJWT, UnsecuredJWT } from "jose";
import { afterAll, beforeAll, expect, it } from "vitest";
import { eventually, until } from "./people.ts";
import { bearing, openRaw } from "./raw-socket.ts";
import { openStage, type Stage } from "./stage.ts";

let stage: Stage;
let key: Awaited<ReturnType<typeof importJWK>>;
beforeAll(async () => {
  stage = await openStage();
  key = await importJWK(JSON.parse(await readFile(join(stage.data, "dev-key.json"), "utf8")) as JWK, "ES256");
});
afterAll(() => stage.close());

const claims = { sub: "mia", name: "Mia", caps: ["watch:*"] };
const inSeconds = (seconds: number) => Math.floor(Date.now() / 1000) + seconds;

const signed = (expires: number, more: object = {}) =>
  new SignJWT({ ...claims, ...more })
    .setProtectedHeader({ alg: "ES256", kid: "local" })
    .setIssuer("callboard-local")
    .setIssuedAt()
    .setExpirationTime(expires)
    .sign(key);

const open = (protocols: string[], query = "") =>
  openRaw(`${stage.callboard.addresses.socket}${query}`, protocols);

const changed = (text: string, at: number) =>
  `${text.slice(0, at)}${text[at] === "A" ? "B" : "A"}${text.slice(at + 1)}`;

it("admits a caller with a valid token", async () => {
  expect(await open(bearing(await signed(inSeconds(60))))).toMatchObject({ kind: "open" });
});

it.each<[string, () => Promise<string> | string]>([
  ["has expired", () => signed(inSeconds(-60))],
  ["is not a token", () => "nothing"],
  [
    "has another signature",
    async () => {
      const token = await signed(inSeconds(60));
      return changed(token, token.length - 10);
    },
  ],
  [
    "has more claims than were signed",
    async () => {
      const [header, , signature] = (await signed(inSeconds(60))).split(".");
      const more = Buffer.from(JSON.stringify({ ...claims, caps: ["work:*"], exp: inSeconds(60) }));
      return `${header}.${more.toString("base64url")}.${signature}`;
    },
  ],
  ["is not signed at all", () => new UnsecuredJWT(claims).setExpirationTime("1m").encode()],
  [
    "is signed with the public key as a secret",
    () =>
      new SignJWT(claims)
        .setProtectedHeader({ alg: "HS256", kid: "local" })
        .setExpirationTime("1m")
        .sign(new TextEncoder().encode("a secret that anybody could know, of 32 bytes")),
  ],
  ["names nobody", () => signed(inSeconds(60), { sub: undefined })],
])("refuses a connection whose token %s", async (_, token) => {
  expect(await open(bearing(await token()))).toEqual({ kind: "refused", status: 403 });
});

it("refuses a connection without a token", async () => {
  expect(await open([])).toEqual({ kind: "refused", status: 401 });
  expect(await open(["callboard.v1"])).toEqual({ kind: "refused", status: 403 });
});

it("accepts no token from the address", async () => {
  const token = await signed(inSeconds(60));
  expect(await open(["callboard.v1"], `?token=${token}`)).toEqual({ kind: "refused", status: 403 });
  expect(await open([], `?token=${token}`)).toEqual({ kind: "refused", status: 401 });
});

it("stops answering once the token of a connection has expired, and asks for a fresh one", async () => {
  const opening = await open(bearing(await signed(inSeconds(2))));
  if (opening.kind === "refused") throw new Error(`refused with ${opening.status}`);
  const { socket } = opening;
  expect(await socket.ask({ type: "hello", id: "h", client: "raw" })).toMatchObject({ type: "welcome" });
  let pings = 0;
  const answer = await eventually(
    () => socket.ask({ type: "ping", id: `p${++pings}`, at: {} }),
    ({ type }) => type !== "pong",
  );
  expect(answer).toMatchObject({ type: "error", code: "unauthorized", retry: "reauthenticate" });
  const channels = { "watch:video/v_1": { sub: 1 } };
  expect(await socket.ask({ type: "subscribe", id: "s", channels })).toMatchObject({ code: "unauthorized" });
  socket.close();
});

it("brings a client back with a fresh token when its own has expired", async () => {
  let asked = 0;
  const expiry = inSeconds(2);
  const client = stage.person("mia", "viewer", {
    token: () => signed(++asked === 1 ? expiry : inSeconds(600)),
  });
  const view = client.channel("watch:video/v_1");
  view.follow();
  await until(view, ({ status }) => status === "following");
  await eventually(
    () => Date.now(),
    (now) => now > expiry * 1000,
  );
  const another = client.channel("watch:video/v_2");
  another.follow();
  await until(another, ({ status }) => status === "following");
  expect(asked).toBe(2);
  await stage.aws.put("Progress Reported", [
    { subject: "video/v_1", step: "mp4", state: "started", at: Date.now() },
  ]);
  await until(view, ({ items }) => items.size === 1);
});
