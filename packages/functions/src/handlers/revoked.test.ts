import type { Caller } from "@callboard/core";
import { memoryStage } from "@callboard/core/testing";
import type { ServerMessage } from "@callboard/protocol";
import { exportJWK, generateKeyPair, SignJWT } from "jose";
import { expect, it } from "vitest";
import { jwtTokens } from "../aws/jwt-tokens.ts";
import { authorizerEvent, connectEvent, messageEvent } from "../testing/gateway-events.ts";
import { keptLog } from "../testing/spies.ts";
import { authorizeHandler } from "./authorize.ts";
import { socketHandler } from "./socket.ts";

const minute = 60_000;
const { publicKey, privateKey } = await generateKeyPair("ES256");
const keys = { keys: [await exportJWK(publicKey)] };

/** The authorizer and the socket over the whole domain, on one clock that stands still. */
function stage() {
  const memory = memoryStage();
  const { clock } = memory.ports;
  const { log } = keptLog();
  const authorize = authorizeHandler({ verify: jwtTokens({ keys, now: clock.now }), log });
  const handler = socketHandler({ app: memory.app, clock, log });

  /** What Ana's back end gives her for ten minutes, as long as she may. */
  const sign = () =>
    new SignJWT({ sub: "ana", "callboard:caps": ["watch:*"], exp: clock.now() / 1000 + 600 })
      .setProtectedHeader({ alg: "ES256" })
      .sign(privateKey);

  /** Opens a connection as the gateway does; undefined when the authorizer denies it. */
  async function open(token: string) {
    const offered = `callboard.v1, callboard.bearer.${token}`;
    const { context } = await authorize(authorizerEvent(offered));
    if (context?.caller === undefined) return undefined;
    const caller = JSON.parse(context.caller as string) as Caller;
    expect(await handler(connectEvent(caller, offered))).toMatchObject({ statusCode: 200 });
    return async (message: object) => {
      const { body } = await handler(messageEvent(caller, { id: "m1", ...message }));
      return JSON.parse(body!) as ServerMessage;
    };
  }
  return { memory, sign, open };
}

const channels = { "watch:video/v_1": { sub: 1 } };
const everything: [string, object][] = [
  ["hello", { client: "test" }],
  ["subscribe", { channels }],
  ["unsubscribe", { channels: { "watch:video/v_1": 2 } }],
  ["reply", { requestId: "req_000000000001", replyId: "r1", round: 1, verb: "approve" }],
  ["attend", { requestId: "req_000000000001", state: "reviewing" }],
  ["resolve", { ref: "watch:video/v_1#avatar" }],
  ["ping", { at: {} }],
];

it("serves a revoked user until the token ends, and then nothing", async () => {
  const { memory, sign, open } = stage();
  const token = await sign();
  const ask = (await open(token))!;
  memory.pass(10 * minute - 1);
  expect(await ask({ type: "subscribe", channels })).toMatchObject({ type: "subscribed" });
  memory.pass(1);
  for (const [type, fields] of everything)
    expect(await ask({ type, ...fields })).toMatchObject({
      type: "error",
      re: "m1",
      code: "unauthorized",
      retry: "reauthenticate",
    });
  memory.pass(1 * minute);
  expect(await open(token)).toBeUndefined();
});

it("pushes a revoked user nothing once the token has ended", async () => {
  const { memory, sign, open } = stage();
  const ask = (await open(await sign()))!;
  await ask({ type: "hello", client: "test", channels });
  memory.pass(10 * minute - 1);
  await memory.report({ step: "mp4", state: "started" });
  expect(memory.deliveries).toHaveLength(1);
  memory.pass(1);
  await memory.report({ step: "mp4", state: "succeeded" });
  expect(memory.deliveries).toHaveLength(1);
});

it("serves a person with a fresh token on a new connection, and not on the old one", async () => {
  const { memory, sign, open } = stage();
  const before = (await open(await sign()))!;
  memory.pass(10 * minute);
  const after = (await open(await sign()))!;
  expect(await after({ type: "ping", at: {} })).toMatchObject({ type: "pong" });
  expect(await before({ type: "ping", at: {} })).toMatchObject({ code: "unauthorized" });
});
