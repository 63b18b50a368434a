import { generateKeyPair } from "jose";
import { bearing } from "../raw-socket.ts";
import type { Attack } from "./attacked.ts";

const soon = () => Math.floor(Date.now() / 1000) + 600;
const base64 = (text: string) => Buffer.from(text).toString("base64url");
const { privateKey: another, publicKey } = await generateKeyPair("ES256", { extractable: true });

/** Another key than the issuer's, as an attacker would write it into a header. */
const ownJwk = async () => ({ ...(await crypto.subtle.exportKey("jwk", publicKey as CryptoKey)) });

/** Who comes with a token that nobody gave them. */
export const onTokens: readonly Attack[] = [
  { tries: "come without a token", by: ({ dial }) => dial(["callboard.v1"]), meets: 403 },
  { tries: "come with nothing at all", by: ({ dial }) => dial([]), meets: 401 },
  {
    tries: "put the token into the address",
    by: ({ dial, tokens }) => dial(["callboard.v1"], `?token=${tokens.ana}`),
    meets: 403,
  },
  {
    tries: "sign with nothing",
    by: ({ knock }) => knock(`${base64('{"alg":"none"}')}.${base64(`{"sub":"ana","exp":${soon()}}`)}.`),
    meets: 403,
  },
  {
    tries: "sign with nothing in other letters",
    by: ({ knock }) => knock(`${base64('{"alg":"nOnE"}')}.${base64(`{"sub":"ana","exp":${soon()}}`)}.`),
    meets: 403,
  },
  {
    tries: "take the public key for a shared secret",
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
    tries: "bring the key along",
    by: async ({ sign, knock }) => knock(await sign({ sub: "ana" }, { jwk: await ownJwk() }, another)),
    meets: 403,
  },
  {
    tries: "say where the key is",
    by: async ({ sign, knock }) => {
      const header = { kid: "theirs", jku: "http://127.0.0.1:1/jwks.json", x5u: "http://127.0.0.1:1/" };
      return knock(await sign({ sub: "ana" }, header, another));
    },
    meets: 403,
  },
  {
    tries: "change what was signed",
    by: async ({ sign, knock }) => {
      const [header, , signature] = (await sign()).split(".");
      return knock(`${header}.${base64(`{"sub":"ana","exp":${soon()}}`)}.${signature}`);
    },
    meets: 403,
  },
  {
    tries: "come after the end",
    by: async ({ sign, knock }) => knock(await sign({ exp: soon() - 700 })),
    meets: 403,
  },
  {
    tries: "come before the beginning",
    by: async ({ sign, knock }) => knock(await sign({ nbf: soon() })),
    meets: 403,
  },
  ...(
    [
      ["come for ever", { exp: undefined }],
      ["come for ever, in milliseconds", { exp: Date.now() + 600_000 }],
      ["come for ever, in words", { exp: "never" }],
      ["come until the year 9999", { exp: 253_402_300_799 }],
      ["be a number", { sub: 7 }],
      ["be one of a list", { sub: ["ana"] }],
      ["be nobody", { sub: "" }],
      ["be the system", { sub: "system" }],
      ["be somebody who was erased", { sub: "erased-0123456789abcdef" }],
      ["be a path", { sub: "../role/admins" }],
      ["be a guest where there are none", { sub: "guest-1", "callboard:guest": true }],
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
      tries: `come with a token of ${kilobytes} KB`,
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
      ["come over HTTP without a token", {}, 401],
      ["come over HTTP with another scheme", { authorization: "Basic YW5hOmFuYQ==" }, 403],
      ["come over HTTP with what is no token", { authorization: "Bearer a.b.c" }, 403],
      ["come over HTTP with a token that breaks its header", { authorization: "Bearer a b" }, 403],
    ] as const
  ).map(
    ([tries, headers, status]): Attack => ({
      tries,
      by: async ({ plain }) => (await plain("GET", "/requests", headers)).status,
      meets: status,
    }),
  ),
  {
    tries: "come over HTTP from another site, or by another name",
    by: async ({ plain, tokens }) => {
      const authorization = `Bearer ${tokens.ana}`;
      const from = async (headers: Record<string, string>) =>
        (await plain("GET", "/requests", { authorization, ...headers })).status;
      return [await from({ origin: "https://evil.example" }), await from({ host: "evil.example" })];
    },
    meets: [403, 403],
  },
  {
    tries: "be given a token of the system on one machine",
    by: async ({ stage }) => {
      const { pages } = stage.callboard.addresses;
      const ask = async (user: string) =>
        (await fetch(`${pages}/dev/token?user=${user}&role=creator`)).status;
      return [await ask("system"), await ask("erased-1")];
    },
    meets: [400, 400],
  },
];
