import {
  ApiGatewayManagementApiClient,
  PostToConnectionCommand,
} from "@aws-sdk/client-apigatewaymanagementapi";
import { HttpRequest, HttpResponse } from "@smithy/core/protocols";
import { Hash } from "@smithy/core/serde";
import { SignatureV4 } from "@smithy/signature-v4";
import fc from "fast-check";
import { expect, it } from "vitest";
import type { SignedPost } from "../aws/http/posting.ts";
import type { SigningKeys } from "../aws/http/signing.ts";
import { verifySignature } from "../testing/verify-signature.ts";
import { postSigner } from "./post-signer.ts";

const keys = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY" };
const noon = Date.UTC(2026, 5, 1, 12);

const headersOf = ({ headers }: SignedPost): Record<string, string> =>
  Object.fromEntries(headers.flatMap((name, at) => (at % 2 === 0 ? [[name, headers[at + 1]!]] : [])));

/** The `authorization` that the SDK's signer gives the same request. */
async function signedBySdk(
  post: SignedPost,
  given: { endpoint: string; region: string; keys: SigningKeys; now: number; body: Uint8Array },
): Promise<string | undefined> {
  const { host, hostname } = new URL(given.endpoint);
  const signer = new SignatureV4({
    service: "execute-api",
    region: given.region,
    credentials: given.keys,
    sha256: Hash.bind(null, "sha256"),
    applyChecksum: false,
  });
  const headers = { host, "content-type": headersOf(post)["content-type"]! };
  const request = new HttpRequest({ method: "POST", hostname, path: post.path, headers, body: given.body });
  const signed = await signer.sign(request, { signingDate: new Date(given.now) });
  return signed.headers.authorization;
}

const base64 = fc.string({
  unit: fc.constantFrom(..."ABCXYZabcxyz0189+/="),
  minLength: 1,
  maxLength: 60,
});
/** A dot or two alone are no ids, and no proxy would leave them in a path. */
const id = fc
  .oneof(
    base64,
    fc.string({ unit: "binary", minLength: 1 }),
    fc.constantFrom("a=b+c/d", "100%", "%2F", "!'()*"),
  )
  .filter((text) => text !== "." && text !== "..");
const stage = fc.oneof(
  fc.constantFrom(
    "",
    "/",
    "/production",
    "/production/",
    "/$default",
    "/a/b",
    "//a//b/",
    "/it's(1)*!",
    "/%7Ea%20b",
  ),
  fc.string({ unit: fc.constantFrom(..."aZ0-_~$+"), minLength: 1 }).map((name) => `/${name}`),
);
const host = fc.constantFrom(
  "https://abc.execute-api.eu-central-1.amazonaws.com",
  "https://ws.Example.org:8443",
  "http://127.0.0.1:4510",
);
const given = fc.record({
  endpoint: fc.tuple(host, stage).map((parts) => parts.join("")),
  region: fc.constantFrom("us-east-1", "eu-central-1", "ap-southeast-2", "us-gov-west-1"),
  keys: fc.record(
    {
      accessKeyId: fc.stringMatching(/^A[KS]IA[A-Z0-9]{16}$/),
      secretAccessKey: base64,
      sessionToken: base64,
    },
    { requiredKeys: ["accessKeyId", "secretAccessKey"] },
  ),
  body: fc.oneof(fc.uint8Array(), fc.string({ unit: "binary" }).map(Buffer.from)),
  now: fc.integer({ min: 0, max: Date.UTC(2100, 0) }),
});

it("signs as the SDK's signer does, byte for byte", async () => {
  await fc.assert(
    fc.asyncProperty(given, fc.array(id, { minLength: 1, maxLength: 5 }), async (given, ids) => {
      const sign = postSigner(given.endpoint, given.region)(given.body);
      for (const id of ids) {
        const post = sign(id, given.keys, given.now);
        expect(headersOf(post).authorization).toBe(await signedBySdk(post, given));
        expect(headersOf(post)["x-amz-security-token"]).toBe(given.keys.sessionToken);
      }
    }),
  );
});

it.each([undefined, "IQoJb3JpZ2luX2VjE+/="])(
  "sends the same request as the SDK's client (session token: %s)",
  async (token) => {
    const own = { ...keys, ...(token ? { sessionToken: token } : {}) };
    const endpoint = "https://abc.execute-api.us-east-1.amazonaws.com/production";
    const sent: HttpRequest[] = [];
    const client = new ApiGatewayManagementApiClient({
      region: "us-east-1",
      credentials: own,
      endpoint,
      requestHandler: {
        async handle(request: HttpRequest) {
          sent.push(request);
          return { response: new HttpResponse({ statusCode: 200, headers: {} }) };
        },
      },
    });
    await client.send(
      new PostToConnectionCommand({ ConnectionId: "L0SM9cOFvHcCIhw=", Data: Buffer.from("é") }),
    );
    const post = postSigner(endpoint, "us-east-1")(Buffer.from("é"))("L0SM9cOFvHcCIhw=", own, noon);

    const [theirs] = sent as [HttpRequest];
    const ours: Record<string, string> = {
      ...headersOf(post),
      host: "abc.execute-api.us-east-1.amazonaws.com",
    };
    expect({
      path: post.path,
      type: ours["content-type"],
      host: ours.host,
      token: ours["x-amz-security-token"],
    }).toEqual({
      path: theirs.path,
      type: theirs.headers["content-type"],
      host: theirs.headers.host,
      token: theirs.headers["x-amz-security-token"],
    });
    const secret = own.secretAccessKey;
    expect(verifySignature({ ...theirs, body: theirs.body }, secret)).toBe(true);
    expect(verifySignature({ method: "POST", path: post.path, headers: ours, body: "é" }, secret)).toBe(true);
    expect(verifySignature({ method: "POST", path: post.path, headers: ours, body: "e" }, secret)).toBe(
      false,
    );
  },
);

it.each([
  ["second", noon + 999, "20260601T120000Z", "20260601T120001Z"],
  ["day", Date.UTC(2026, 5, 1, 23, 59, 59, 999), "20260601T235959Z", "20260602T000000Z"],
])("signs again when the %s changes within a page, and back", async (_what, now, before, after) => {
  const endpoint = "https://abc.execute-api.us-east-1.amazonaws.com/production";
  const body = Buffer.from("x");
  const sign = postSigner(endpoint, "us-east-1")(body);
  for (const [at, date] of [
    [now, before],
    [now + 1, after],
    [now, before],
  ] as const) {
    const post = sign("c1", keys, at);
    expect(headersOf(post)["x-amz-date"]).toBe(date);
    expect(headersOf(post).authorization).toContain(
      `/${date.slice(0, 8)}/us-east-1/execute-api/aws4_request`,
    );
    const given = { endpoint, region: "us-east-1", keys, now: at, body };
    expect(headersOf(post).authorization).toBe(await signedBySdk(post, given));
  }
});

it("signs with other keys from the post on that they are given for", async () => {
  const endpoint = "https://abc.execute-api.us-east-1.amazonaws.com";
  const body = Buffer.from("x");
  const sign = postSigner(endpoint, "us-east-1")(body);
  for (const own of [keys, { ...keys, secretAccessKey: "other" }, { ...keys, sessionToken: "t" }, keys]) {
    const post = sign("c1", own, noon);
    const given = { endpoint, region: "us-east-1", keys: own, now: noon, body };
    expect(headersOf(post).authorization).toBe(await signedBySdk(post, given));
  }
});
