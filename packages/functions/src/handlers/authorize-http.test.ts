import type { Caller } from "@callboard/core";
import { expect, it } from "vitest";
import type { TokenOutcome } from "../aws/jwt-tokens.ts";
import { keptLog } from "../testing/spies.ts";
import { authorizeHttpHandler } from "./authorize-http.ts";

const ana: Caller = { id: "ana", name: "Ana", roles: [], capabilities: ["watch:*"], expiresAt: 1e15 };

function stage(outcome: TokenOutcome = { outcome: "valid", caller: ana }) {
  const seen: string[] = [];
  const { log, metrics } = keptLog();
  const verify = async (token: string) => {
    seen.push(token);
    return outcome;
  };
  const handler = authorizeHttpHandler({ verify, log });
  return {
    seen,
    metrics,
    authorize: (authorization?: string) =>
      handler({ headers: authorization === undefined ? {} : { authorization } }),
  };
}

it.each(["Bearer aaa.bbb.ccc", "bearer aaa.bbb.ccc", "Bearer   aaa.bbb.ccc "])(
  "admits a valid token: %s",
  async (authorization) => {
    const { authorize, seen } = stage();
    expect(await authorize(authorization)).toEqual({
      isAuthorized: true,
      context: { caller: JSON.stringify(ana) },
    });
    expect(seen).toEqual(["aaa.bbb.ccc"]);
  },
);

it.each([
  undefined,
  "",
  "Bearer",
  "Bearer ",
  "Basic aaa.bbb.ccc",
  "aaa.bbb.ccc",
  "Bearer aaa.bbb.ccc, Bearer ddd",
  "Bearer aaa bbb",
])("ignores headers that are not a bearer token: %s", async (authorization) => {
  const { authorize, seen } = stage();
  expect(await authorize(authorization)).toEqual({ isAuthorized: false, context: {} });
  expect(seen).toEqual([]);
});

it.each(["expired", "invalid"] as const)("denies an %s token, and counts it", async (outcome) => {
  const { authorize, metrics } = stage({ outcome });
  expect(await authorize("Bearer aaa.bbb.ccc")).toEqual({ isAuthorized: false, context: {} });
  expect(metrics).toEqual([{ name: "authorized", value: 0, outcome }]);
});

it("passes on how a caller is reached", async () => {
  const caller = { ...ana, contact: { address: "ana@shop.example", lang: "ja" as const } };
  const { authorize } = stage({ outcome: "valid", caller });
  const { context } = await authorize("Bearer aaa.bbb.ccc");
  expect(JSON.parse(context.caller!)).toEqual(caller);
});

it("denies a caller who does not fit into an authorizer's result", async () => {
  const caller = { ...ana, capabilities: Array.from({ length: 50 }, () => "w".repeat(220)) };
  const { authorize } = stage({ outcome: "valid", caller });
  expect(await authorize("Bearer aaa.bbb.ccc")).toEqual({ isAuthorized: false, context: {} });
});

it("fails when the keys cannot be fetched, which says nothing of the token", async () => {
  const { log } = keptLog();
  const handler = authorizeHttpHandler({ verify: () => Promise.reject(new Error("no keys")), log });
  await expect(handler({ headers: { authorization: "Bearer aaa.bbb.ccc" } })).rejects.toThrow("no keys");
});
