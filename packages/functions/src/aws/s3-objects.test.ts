import { GetObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import fc from "fast-check";
import { expect, it } from "vitest";
import { s3Objects } from "./s3-objects.ts";

const start = Date.UTC(2026, 0, 1);
const own = { region: "us-east-1", keys: { accessKeyId: "local", secretAccessKey: "local" } };

interface Given {
  readonly region: string;
  readonly keys: { accessKeyId: string; secretAccessKey: string; sessionToken?: string };
  readonly endpoint?: string | undefined;
  readonly bucket?: string;
}

const signAt = (
  now: number,
  key = "avatars/v 1.png",
  given: Given = { ...own, endpoint: "http://127.0.0.1:3002" },
) =>
  s3Objects({
    bucket: "callboard",
    ...given,
    credentials: async () => given.keys,
    clock: { now: () => now, wait: async () => {} },
  }).sign(key);

it("signs a URL that is valid for at least ten minutes and at most fifteen", async () => {
  for (const now of [start, start + 1, start + 299_999]) {
    const { url, expiresAt } = await signAt(now);
    expect(expiresAt - now).toBeGreaterThan(600_000);
    expect(expiresAt - now).toBeLessThanOrEqual(900_000);
    const signed = new URL(url);
    expect(signed.origin + signed.pathname).toBe("http://127.0.0.1:3002/callboard/avatars/v%201.png");
    expect(signed.searchParams.get("X-Amz-Date")).toBe("20260101T000000Z");
    expect(signed.searchParams.get("X-Amz-Expires")).toBe("900");
    expect([...signed.searchParams.keys()]).not.toContain("x-amz-checksum-mode");
  }
});

it("gives the same URL for some minutes, then another", async () => {
  const { url } = await signAt(start + 10_000);
  expect((await signAt(start + 200_000)).url).toBe(url);
  expect((await signAt(start + 300_000)).url).not.toBe(url);
  expect((await signAt(start + 10_000, "avatars/other.png")).url).not.toBe(url);
});

const words = fc.string({ unit: "binary-ascii", minLength: 8, maxLength: 40 });

it("signs what the SDK's presigner signs, byte for byte", async () => {
  const keys = fc.record(
    { accessKeyId: words, secretAccessKey: words, sessionToken: words },
    {
      requiredKeys: ["accessKeyId", "secretAccessKey"],
    },
  );
  const path = fc
    .array(fc.string({ unit: "grapheme", minLength: 1, maxLength: 12 }), { minLength: 1, maxLength: 4 })
    .map((parts) => parts.map((part) => part.replaceAll("/", "_").replaceAll(/^\.+$/g, "dots")).join("/"));
  await fc.assert(
    fc.asyncProperty(
      keys,
      path,
      fc.constantFrom("us-east-1", "eu-central-1"),
      fc.constantFrom(undefined, "http://127.0.0.1:3002"),
      fc.integer({ min: start, max: start + 10 ** 10 }),
      async (keys, key, region, endpoint, now) => {
        const client = new S3Client({
          region,
          credentials: keys as Given["keys"],
          requestChecksumCalculation: "WHEN_REQUIRED",
          responseChecksumValidation: "WHEN_REQUIRED",
          ...(endpoint ? { endpoint, forcePathStyle: true } : {}),
        });
        const theirs = await getSignedUrl(client, new GetObjectCommand({ Bucket: "callboard", Key: key }), {
          expiresIn: 900,
          signingDate: new Date(Math.floor(now / 300_000) * 300_000),
        });
        const ours = await signAt(now, key, { region, keys: keys as Given["keys"], endpoint });
        expect(ours.url).toBe(theirs);
      },
    ),
    { numRuns: 100, endOnFailure: true },
  );
});
