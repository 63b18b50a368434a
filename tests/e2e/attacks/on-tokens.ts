import { generateKeyPair } from "jose";
import { bearing } from "../raw-socket.ts";
import type { Attack } from "./attacked.ts";

const soon = () => Math.floor(Date.now() / 1000) + 600;
const base64 = (text: string) => Buffer.from(text).toString("base64url");
const { privateKey: another, publicKey } = await generateKeyPair("ES256", { extractable: true });

/** Another key than the issuer's, as an attacker would write it into a header. */
const ownJwk = async () => ({ ...(await crypto.subtle.exportKey("jwk", publicKey as CryptoKey)) });

/** Attempts with invalid tokens. */
export const onTokens: readonly Attack[] = [
  { tries: "connect without a token", by: ({ dial }) => dial(["callboard.v1"]), meets: 403 },
  { tries: "connect without any subprotocol", by: ({ dial }) => dial([]), meets: 401 },
  {
    tries: "put the token into the address",
    by: ({ dial, tokens }) => dial(["callboard.v1"], `?token=${tokens.ana}`),
    meets: 403,
  },
  {
    tries: "use an unsigned token",
    by: ({ knock }) => knock(`${base64('{"alg":"none"}')}.${base64(`{"sub":"ana","exp":${soon()}}`)}.`),
    meets: 403,
  },
  {
    tries: "use an unsigned token in another case",
    by: ({ knock }) => knock(`${base64('{"alg":"nOnE"}')}.${base64(`{"sub":"ana","exp":${soon()}}`)}.`),
    meets: 403,
  },
  {
    tries: "sign with the public key as a shared secret",
    by: async ({ sign, knock, jwk }) => {
      const { d: _, ...open } = jwk;
      return knock(await sign({ sub: "ana" }, { alg: "HS256" }, Buffer.from(JSON.stringify(open))));
    },
    meets: 403,
  },
  {
    tries: "sign with another key under the same name",
    by: async ({ sign, knock }) => knock(await sign({ sub: "ana" }, {}, another)),
    meets: 403,
  },
  {
    tries: "name a file as the key",
    by: async ({ sign, knock }) => knock(await sign({ sub: "ana" }, { kid: "../../dev-key.json" }, another)),
    meets: 403,
  },
  {
    tries: "embed the key",
    by: async ({ sign, knock }) => knock(await sign({ sub: "ana" }, { jwk: await ownJwk() }, another)),
    meets: 403,
  },
  {
    tries: "name the key's URL",
    by: async ({ sign, knock }) => {
      const header = { kid: "theirs", jku: "http://127.0.0.1:1/jwks.json", x5u: "http://127.0.0.1:1/" };
      return knock(await sign({ sub: "ana" }, header, another));
    },
    meets: 403,
  },
  {
    tries: "change the signed claims",
    by: async ({ sign, knock }) => {
      const [header, , signature] = (await sign()).split(".");
      return knock(`${header}.${base64(`{"sub":"ana","exp":${soon()}}`)}.${signature}`);
    },
    meets: 403,
  },
  {
    tries: "connect with an expired token",
    by: async ({ sign, knock }) => knock(await sign({ exp: soon() - 700 })),
    meets: 403,
  },
  {
    tries: "connect with a token that is not valid yet",
    by: async ({ sign, knock }) => knock(await sign({ nbf: soon() })),
    meets: 403,
  },
  ...(
    [
      ["connect without an expiry", { exp: undefined }],
      ["connect with an expiry in milliseconds", { exp: Date.now() + 600_000 }],
      ["connect with an expiry as text", { exp: "never" }],
      ["connect with an expiry in the year 9999", { exp: 253_402_300_799 }],
      ["be a user with a number as id", { sub: 7 }],
      ["be a user with a list as id", { sub: ["ana"] }],
      ["be nobody", { sub: "" }],
      ["be the system", { sub: "system" }],
      ["be somebody who was erased", { sub: "erased-0123456789abcdef" }],
      ["be a user with a path as id", { sub: "../role/admins" }],
      ["be a guest where guests are not allowed", { sub: "guest-1", "callboard:guest": true }],
      ["be a guest by the name of a user", { sub: "ana", "callboard:guest": true }],
      ["be a guest in a role", { sub: "guest-1", "callboard:guest": "true", "callboard:roles": ["crew"] }],
    ] as const
  ).map(
    ([tries, claims]): Attack => ({
      tries,
      by: async ({ sign, knock }) => knock(await sign(claims)),
      meets: 403,
    }),
  ),
  ...[9, 40, 200].map(
    (kilobytes): Attack => ({
      tries: `connect with a token of ${kilobytes} KB`,
      by: async ({ sign, plain, dial }) => {
        const token = await sign({ note: "a".repeat(kilobytes * 768) });
        const authorization = `Bearer ${token}`;
        return [await dial(bearing(token)), (await plain("GET", "/requests", { authorization })).status];
      },
      meets: [403, 403],
    }),
  ),
  ...(
    [
      ["use HTTP without a token", {}, 401],
      ["use HTTP with another scheme", { authorization: "Basic YW5hOmFuYQ==" }, 403],
      ["use HTTP with an invalid token", { authorization: "Bearer a.b.c" }, 403],
      ["use HTTP with a token that breaks its header", { authorization: "Bearer a b" }, 403],
    ] as const
  ).map(
    ([tries, headers, status]): Attack => ({
      tries,
      by: async ({ plain }) => (await plain("GET", "/requests", headers)).status,
      meets: status,
    }),
  ),
  {
    tries: "use HTTP from another site, or by another host name",
    by: async ({ plain, tokens }) => {
      const authorization = `Bearer ${tokens.ana}`;
      const from = async (headers: Record<string, string>) =>
        (await plain("GET", "/requests", { authorization, ...headers })).status;
      return [await from({ origin: "https://evil.example" }), await from({ host: "evil.example" })];
    },
    meets: [403, 403],
  },
  {
    tries: "get a token of the system on one machine",
    by: async ({ stage }) => {
      const { pages } = stage.callboard.addresses;
      const ask = async (user: string) =>
        (await fetch(`${pages}/dev/token?user=${user}&role=creator`)).status;
      return [await ask("system"), await ask("erased-1")];
    },
    meets: [400, 400],
  },
];
