import { Readable } from "node:stream";
import { DynamoDBClient, ListTablesCommand } from "@aws-sdk/client-dynamodb";
import { EventBridgeClient, PutEventsCommand } from "@aws-sdk/client-eventbridge";
import { SendTaskHeartbeatCommand, SFNClient } from "@aws-sdk/client-sfn";
import { HttpRequest, HttpResponse } from "@smithy/core/protocols";
import { Hash } from "@smithy/core/serde";
import { SignatureV4 } from "@smithy/signature-v4";
import fc from "fast-check";
import { expect, it } from "vitest";
import { verifySignature } from "../../testing/verify-signature.ts";
import type { SignedPost } from "../http/posting.ts";
import { jsonSigner } from "./transport.ts";

const keys = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY" };
const noon = Date.UTC(2026, 5, 1, 12);

const headersOf = ({ headers }: SignedPost): Record<string, string> =>
  Object.fromEntries(headers.flatMap((name, at) => (at % 2 === 0 ? [[name, headers[at + 1]!]] : [])));

const base64 = fc.string({
  unit: fc.constantFrom(..."ABCXYZabcxyz0189+/="),
  minLength: 1,
  maxLength: 60,
});
const given = fc.record({
  endpoint: fc.constantFrom(
    "https://dynamodb.eu-central-1.amazonaws.com",
    "http://127.0.0.1:4510",
    "http://127.0.0.1:4510/",
    "https://Gate.Example.org:8443/aws/it's(1)",
    "https://gate.example.org/%7Ea%20b/",
  ),
  region: fc.constantFrom("us-east-1", "eu-central-1", "us-gov-west-1"),
  service: fc.constantFrom("dynamodb", "events", "states"),
  version: fc.constantFrom("1.0" as const, "1.1" as const),
  target: fc.constantFrom("DynamoDB_20120810.PutItem", "DynamoDB_20120810.Query", "AWSEvents.PutEvents"),
  keys: fc.record(
    {
      accessKeyId: fc.stringMatching(/^A[KS]IA[A-Z0-9]{16}$/),
      secretAccessKey: base64,
      sessionToken: base64,
    },
    { requiredKeys: ["accessKeyId", "secretAccessKey"] },
  ),
  body: fc.string({ unit: "grapheme" }),
  now: fc.integer({ min: 0, max: Date.UTC(2100, 0) }),
});

it("signs as the SDK's signer does, byte for byte", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(given, { minLength: 1, maxLength: 3 }), async (all) => {
      // One signer for calls of several operations, keys and times.
      const [{ endpoint, region, service, version }] = all as [(typeof all)[0]];
      const sign = jsonSigner({ endpoint, region, service, version });
      const sdk = (keys: (typeof all)[0]["keys"]) =>
        new SignatureV4({
          service,
          region,
          credentials: keys,
          sha256: Hash.bind(null, "sha256"),
          applyChecksum: false,
        });
      const { host, hostname } = new URL(endpoint);
      for (const { target, keys, body, now } of all) {
        const post = sign(target, body, keys, now);
        const { authorization, ...own } = headersOf(post);
        const request = new HttpRequest({
          method: "POST",
          hostname,
          path: post.path,
          headers: { host, "content-type": own["content-type"]!, "x-amz-target": target },
          body,
        });
        const theirs = await sdk(keys).sign(request, { signingDate: new Date(now) });
        expect({ host, ...own, authorization }).toEqual(theirs.headers);
      }
    }),
  );
});

/** The request that an SDK client sends. */
async function sentBy(send: (options: object) => Promise<unknown>): Promise<HttpRequest> {
  const sent: HttpRequest[] = [];
  await send({
    region: "eu-central-1",
    credentials: { ...keys, sessionToken: "IQoJ/+=" },
    requestHandler: {
      async handle(request: HttpRequest) {
        sent.push(request);
        return {
          response: new HttpResponse({
            statusCode: 200,
            headers: {},
            body: Readable.from([Buffer.from("{}")]),
          }),
        };
      },
    },
  });
  return sent[0]!;
}

it.each([undefined, "http://127.0.0.1:4510", "http://127.0.0.1:4510/aws", "http://127.0.0.1:4510/aws/"])(
  "sends the same requests as the SDK's clients (endpoint: %s)",
  async (address) => {
    const at = address ? { endpoint: address } : {};
    const services = [
      {
        service: "dynamodb",
        version: "1.0",
        target: "DynamoDB_20120810.ListTables",
        theirs: await sentBy((given) =>
          new DynamoDBClient({ ...given, ...at }).send(new ListTablesCommand({ Limit: 1 })),
        ),
      },
      {
        service: "events",
        version: "1.1",
        target: "AWSEvents.PutEvents",
        theirs: await sentBy((given) =>
          new EventBridgeClient({ ...given, ...at }).send(new PutEventsCommand({ Entries: [] })),
        ),
      },
      {
        service: "states",
        version: "1.0",
        target: "AWSStepFunctions.SendTaskHeartbeat",
        theirs: await sentBy((given) =>
          new SFNClient({ ...given, ...at }).send(new SendTaskHeartbeatCommand({ taskToken: "t" })),
        ),
      },
    ] as const;
    for (const { service, version, target, theirs } of services) {
      const endpoint = address ?? `https://${service}.eu-central-1.amazonaws.com`;
      const body = Buffer.from(theirs.body as Uint8Array).toString();
      const sign = jsonSigner({ endpoint, region: "eu-central-1", service, version });
      const own = { ...keys, sessionToken: "IQoJ/+=" };
      const post = sign(target, body, own, noon);
      const { host } = new URL(endpoint);
      const ours: Record<string, string> = { ...headersOf(post), host };
      const named = (headers: Record<string, string>) =>
        ["content-type", "x-amz-target", "x-amz-security-token", "host"].map((name) => headers[name]);
      expect([post.path, ...named(ours)]).toEqual([theirs.path, ...named(theirs.headers)]);
      const secret = keys.secretAccessKey;
      expect(verifySignature({ method: "POST", path: post.path, headers: ours, body }, secret)).toBe(true);
      expect(verifySignature({ ...theirs, body }, secret)).toBe(true);
    }
  },
);
