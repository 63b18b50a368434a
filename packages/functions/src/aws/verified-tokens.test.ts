import type { Caller } from "@callboard/core";
import { expect, it } from "vitest";
import { verifiedTokens } from "./verified-tokens.ts";

const start = Date.UTC(2026, 0, 1);
const callerOf = (id: string): Caller => ({
  id,
  name: id,
  roles: [],
  capabilities: [],
  expiresAt: start + 60_000,
});

function stage(most?: number) {
  let now = start;
  let key = new Uint8Array([1]);
  const asked: unknown[] = [];
  const tokens = verifiedTokens(
    async (header) => {
      asked.push(header);
      return key;
    },
    () => now,
    most,
  );
  return {
    asked,
    keep: (token: string, id = token) =>
      tokens.keep(token, callerOf(id), { protectedHeader: { alg: "ES256", kid: "k1" }, key }),
    find: async (token: string) => (await tokens.find(token))?.id,
    at(ms: number) {
      now = start + ms;
    },
    rotate() {
      key = new Uint8Array([1]);
    },
  };
}

it("knows a token's principal until the token ends or its key is removed", async () => {
  const { keep, find, at, asked } = stage();
  expect(await find("t")).toBeUndefined();
  expect(asked).toEqual([]);
  keep("t", "ana");
  expect([await find("t"), await find("T")]).toEqual(["ana", undefined]);
  expect(asked).toEqual([{ alg: "ES256", kid: "k1" }]);
  at(59_999);
  expect(await find("t")).toBe("ana");
  at(60_000);
  expect(await find("t")).toBeUndefined();
});

it("does not know a token whose key was removed, even if another key has its id", async () => {
  const { keep, find, rotate } = stage();
  keep("t", "ana");
  rotate();
  expect(await find("t")).toBeUndefined();
  keep("t", "ana");
  expect(await find("t")).toBe("ana");
});

it("verifies a token again after the clock was set back", async () => {
  const { keep, find, at } = stage();
  keep("t", "ana");
  at(-1);
  expect(await find("t")).toBeUndefined();
});

it("knows it for all concurrent callers", async () => {
  const { keep, find } = stage();
  keep("t", "ana");
  expect(await Promise.all([find("t"), find("t"), find("t")])).toEqual(["ana", "ana", "ana"]);
});

it("forgets the least recently used tokens", async () => {
  const { keep, find } = stage(2);
  keep("a");
  keep("b");
  expect(await find("a")).toBe("a");
  keep("c");
  expect([await find("a"), await find("b"), await find("c")]).toEqual(["a", undefined, "c"]);
});
