import { expect, it } from "vitest";
import { hasToken, keepToken, NoToken, type Role, tokenSource } from "./token.ts";

const now = Date.UTC(2026, 4, 1);
const part = (json: object) => Buffer.from(JSON.stringify(json)).toString("base64url");
const jwt = (claims: object) => `${part({ alg: "none" })}.${part(claims)}.x`;

function tab(options: { role?: Role; devTokens?: boolean; down?: boolean } = {}) {
  const store = new Map<string, string>();
  const storage = {
    getItem: (key: string) => store.get(key) ?? null,
    setItem: (key: string, value: string) => void store.set(key, value),
  };
  const asked: string[] = [];
  const fetch = async (input: URL | RequestInfo) => {
    asked.push(String(input));
    if (options.down) throw new TypeError("fetch failed");
    return Response.json({ token: "fresh.token.x" });
  };
  const { role = "creator", devTokens = false } = options;
  const base = new URL("http://127.0.0.1:3000/creator.html");
  return {
    storage,
    asked,
    ready: () => hasToken({ storage, role, devTokens }),
    ...tokenSource({ role, devTokens, storage, base, fetch, now: () => now }),
  };
}

it("returns the token of the link while it is valid", async () => {
  const { storage, token, asked } = tab({ devTokens: true });
  const long = jwt({ sub: "user/bo", exp: now / 1000 + 3600 });
  keepToken(storage, "creator", long);
  expect([await token(), asked]).toEqual([long, []]);
});

it("asks for a fresh token of the same user near the end, if the host issues them", async () => {
  const { storage, token, asked } = tab({ devTokens: true });
  keepToken(storage, "creator", jwt({ sub: "user/bo", exp: now / 1000 + 30 }));
  expect(await token()).toBe("fresh.token.x");
  expect(asked).toEqual(["http://127.0.0.1:3000/dev/token?user=bo&role=creator"]);
});

it("returns an old token if the host issues none", async () => {
  const { storage, token } = tab();
  const old = jwt({ sub: "user/bo", exp: now / 1000 - 30 });
  keepToken(storage, "creator", old);
  expect(await token()).toBe(old);
});

it("rejects without a token or a way to get one", async () => {
  const { ready, token } = tab();
  expect(ready()).toBe(false);
  await expect(token()).rejects.toBeInstanceOf(NoToken);
});

it("lets a creator's token watch, but not a viewer's create", async () => {
  const viewer = tab({ role: "viewer" });
  keepToken(viewer.storage, "creator", "a.b.c");
  expect(await viewer.token()).toBe("a.b.c");
  const creator = tab({ role: "creator" });
  keepToken(creator.storage, "viewer", "a.b.c");
  expect(creator.ready()).toBe(false);
});

it("replaces a token that the server refuses, as after its data were deleted", async () => {
  const { storage, token, distrust } = tab({ devTokens: true });
  keepToken(storage, "creator", jwt({ sub: "user/bo", exp: now / 1000 + 3600 }));
  distrust();
  expect(await token()).toBe("fresh.token.x");
});

it("keeps its token while the host does not answer", async () => {
  const { storage, token, distrust } = tab({ devTokens: true, down: true });
  const kept = jwt({ sub: "user/bo", exp: now / 1000 + 3600 });
  keepToken(storage, "creator", kept);
  distrust();
  expect(await token()).toBe(kept);
});
