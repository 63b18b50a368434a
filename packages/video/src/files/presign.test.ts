import { S3Client } from "@aws-sdk/client-s3";
import { expect, it } from "vitest";
import { signGet, signPut } from "./presign.ts";

const file = { bucket: "callboard-media", key: "videos/v_1/video.mp4" };
const now = Date.UTC(2026, 0, 1);

/** A client like that of the deployed function, with the credentials of a role. */
const deployed = (region: string) =>
  new S3Client({
    region,
    requestChecksumCalculation: "WHEN_REQUIRED",
    credentials: { accessKeyId: "AKIA", secretAccessKey: "s", sessionToken: "of-the-role" },
  });

it.each(["us-east-1", "eu-central-1"])("signs URLs of the bucket's own host in %s", async (region) => {
  const s3 = deployed(region);
  const put = new URL((await signPut(s3, file, 1000, "video/mp4", now)).url);
  const get = new URL((await signGet(s3, file, now)).url);
  // The host in the pages' policy; for another Region it would redirect, which a preflight does not follow.
  for (const { origin, pathname, searchParams } of [put, get]) {
    expect([origin, pathname]).toEqual([
      `https://callboard-media.s3.${region}.amazonaws.com`,
      "/videos/v_1/video.mp4",
    ]);
    expect(searchParams.get("X-Amz-Security-Token")).toBe("of-the-role");
    expect(searchParams.get("X-Amz-Expires")).toBe("3600");
  }
});

it("signs the length, the type and If-None-Match, and no checksum of the missing body", async () => {
  const { url, headers, expiresAt } = await signPut(deployed("us-east-1"), file, 1000, "video/mp4", now);
  const { searchParams } = new URL(url);
  expect(searchParams.get("X-Amz-SignedHeaders")).toBe("content-length;content-type;host;if-none-match");
  expect([...searchParams.keys()].filter((name) => /checksum/i.test(name))).toEqual([]);
  expect([headers, expiresAt]).toEqual([
    { "content-type": "video/mp4", "if-none-match": "*" },
    now + 3_600_000,
  ]);
});
