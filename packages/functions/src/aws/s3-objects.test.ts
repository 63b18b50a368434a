import { expect, it } from "vitest";
import { s3Client } from "./clients.ts";
import { s3Objects } from "./s3-objects.ts";

const start = Date.UTC(2026, 0, 1);
const client = s3Client({
  AWS_REGION: "us-east-1",
  AWS_ACCESS_KEY_ID: "local",
  AWS_SECRET_ACCESS_KEY: "local",
  AWS_ENDPOINT_URL: "http://127.0.0.1:3002",
  TABLE_NAME: "callboard",
  BUS_NAME: "callboard",
});
const signAt = (now: number, key = "avatars/v 1.png") =>
  s3Objects({ client, bucket: "callboard", clock: { now: () => now, wait: async () => {} } }).sign(key);

it("signs a URL that lives for at least ten minutes and at most fifteen", async () => {
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
