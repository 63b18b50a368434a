import type { Caller } from "@callboard/core";
import { expect, it } from "vitest";
import type { TokenOutcome } from "../aws/jwt-tokens.ts";
import { authorizerEvent, methodArn } from "../testing/gateway-events.ts";
import { keptLog } from "../testing/spies.ts";
import { authorizeHandler } from "./authorize.ts";

const ana: Caller = {
  id: "ana",
  name: "Ana é",
  roles: ["role/editors"],
  capabilities: ["watch:*"],
  expiresAt: 1_767_229_200_000,
};

async function authorize(
  protocols: string | undefined,
  outcome: TokenOutcome = { outcome: "valid", caller: ana },
) {
  const seen: string[] = [];
  const { log, metrics } = keptLog();
  const verify = async (token: string) => {
    seen.push(token);
    return outcome;
  };
  const result = await authorizeHandler({ verify, log })(authorizerEvent(protocols));
  return { result, seen, metrics };
}

const effectOf = ({ policyDocument }: { policyDocument: { Statement: object[] } }) =>
  policyDocument.Statement[0];

it("admits a valid token, and passes on the caller", async () => {
  const { result, seen } = await authorize("callboard.v1, callboard.bearer.aaa.bbb.ccc");
  expect(seen).toEqual(["aaa.bbb.ccc"]);
  expect(result.principalId).toBe("user/ana");
  expect(effectOf(result)).toEqual({ Action: "execute-api:Invoke", Effect: "Allow", Resource: methodArn });
  expect(JSON.parse(result.context?.caller as string)).toEqual(ana);
});

it.each<TokenOutcome>([{ outcome: "expired" }, { outcome: "invalid" }])(
  "denies a token: %j",
  async (outcome) => {
    const { result, metrics } = await authorize("callboard.v1, callboard.bearer.aaa.bbb.ccc", outcome);
    expect(effectOf(result)).toMatchObject({ Effect: "Deny" });
    expect(result.context).toBeUndefined();
    expect(metrics).toEqual([{ name: "authorized", value: 0, outcome: outcome.outcome }]);
  },
);

it.each([undefined, "", "callboard.v1", "callboard.v1, callboard.bearer."])(
  "denies a client without a token: %s",
  async (protocols) => {
    const { result, seen } = await authorize(protocols);
    expect(seen).toEqual([]);
    expect(effectOf(result)).toMatchObject({ Effect: "Deny" });
  },
);

it("accepts no token from the address", async () => {
  const { log } = keptLog();
  const event = {
    ...authorizerEvent("callboard.v1"),
    queryStringParameters: { token: "aaa.bbb.ccc", "Sec-WebSocket-Protocol": "callboard.bearer.aaa.bbb.ccc" },
  };
  const verify = async () => ({ outcome: "valid" as const, caller: ana });
  expect(effectOf(await authorizeHandler({ verify, log })(event))).toMatchObject({ Effect: "Deny" });
});

it("reads the header whatever its case, and when it comes in several", async () => {
  const { log } = keptLog();
  const verify = async () => ({ outcome: "valid" as const, caller: ana });
  const event = {
    methodArn,
    headers: { "sec-websocket-protocol": "callboard.bearer.aaa.bbb.ccc" },
    multiValueHeaders: { "sec-websocket-protocol": ["callboard.v1", "callboard.bearer.aaa.bbb.ccc"] },
  };
  expect(effectOf(await authorizeHandler({ verify, log })(event))).toMatchObject({ Effect: "Allow" });
});

it("denies a token of more than 8 KB without reading it", async () => {
  const most = await authorize(`callboard.bearer.${"a".repeat(8192)}`);
  expect(most.seen).toHaveLength(1);
  const { result, seen, metrics } = await authorize(`callboard.bearer.${"a".repeat(8193)}`);
  expect(effectOf(result)).toMatchObject({ Effect: "Deny" });
  expect(seen).toEqual([]);
  expect(metrics).toEqual([{ name: "authorized", value: 0, outcome: "too_large" }]);
});

it("denies a caller that does not fit the connection's context", async () => {
  const caller = { ...ana, capabilities: [`work:${"é".repeat(4000)}`] };
  const { result } = await authorize("callboard.bearer.aaa.bbb.ccc", { outcome: "valid", caller });
  expect(effectOf(result)).toMatchObject({ Effect: "Deny" });
});

it("passes on how a person is reached, and leaves it out if it is too large", async () => {
  const contact = { address: `${"a".repeat(60)}@shop.example`, zone: "Asia/Tokyo" };
  const handedOn = async (capabilities: string[]) => {
    const caller = { ...ana, capabilities, contact };
    const { result } = await authorize("callboard.bearer.aaa.bbb.ccc", { outcome: "valid", caller });
    return JSON.parse(result.context?.caller as string);
  };
  expect(await handedOn(["watch:*"])).toMatchObject({ contact });
  const long = `work:${"x".repeat(7 * 1024 - 180)}`;
  expect(await handedOn([long])).toEqual({ ...ana, capabilities: [long] });
});

it("fails when tokens cannot be checked, and does not deny", async () => {
  const verify = () => Promise.reject(new Error("no keys"));
  const handler = authorizeHandler({ verify, log: keptLog().log });
  await expect(handler(authorizerEvent("callboard.bearer.aaa.bbb.ccc"))).rejects.toThrow("no keys");
});
