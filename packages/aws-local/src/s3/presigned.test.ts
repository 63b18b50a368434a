import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand } from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { afterEach, describe, expect, it } from "vitest";
import { type Stage, stage, strike } from "./testing/s3.ts";

afterEach(strike);

/** Signed at the stage's own time: the machine's clock has advanced since. */
const good = ({ clock }: Pick<Stage, "clock">) => ({ expiresIn: 60, signingDate: new Date(clock.now()) });

const signedGet = (on: Pick<Stage, "client" | "clock">, Key = "k", more: object = {}) =>
  getSignedUrl(on.client, new GetObjectCommand({ Bucket: "media", Key, ...more }), good(on));

const signedPut = (on: Stage, more: object = {}) =>
  getSignedUrl(on.client, new PutObjectCommand({ Bucket: "media", Key: "k", ...more }), {
    ...good(on),
    signableHeaders: new Set(["content-type", "content-length"]),
  });

/** The status and the error's code of an answer. */
async function outcome(response: Promise<Response>): Promise<string> {
  const answer = await response;
  const code = /<Code>(\w+)<\/Code>/.exec(await answer.text())?.[1];
  return [answer.status, code].filter((part) => part !== undefined).join(" ");
}

describe("a presigned GET", () => {
  it("gives the object to everybody who has the URL", async () => {
    const on = await stage();
    await on.s3.write("media", "ü a/(x)!.txt", "hello", "text/plain");
    const response = await fetch(await signedGet(on, "ü a/(x)!.txt"));
    expect(response.headers.get("content-type")).toBe("text/plain");
    expect(await response.text()).toBe("hello");
  });

  it("returns nothing that a browser would run or guess a type for", async () => {
    const on = await stage();
    await on.s3.write("media", "k", "<svg xmlns='http://www.w3.org/2000/svg'/>", "image/svg+xml");
    const { headers } = await fetch(await signedGet(on));
    expect(headers.get("content-security-policy")).toBe("sandbox");
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(headers.get("content-type")).toBe("image/svg+xml");
  });

  it("can be asked for a range, and for other headers when they are signed", async () => {
    const on = await stage();
    await on.s3.write("media", "k", "hello");
    const url = await signedGet(on, "k", { ResponseContentDisposition: 'attachment; filename="a.txt"' });
    const response = await fetch(url, { headers: { range: "bytes=1-2" } });
    expect(response.status).toBe(206);
    expect(response.headers.get("content-disposition")).toBe('attachment; filename="a.txt"');
    expect(await response.text()).toBe("el");
  });

  it("answers 304 to a browser whose copy is still good", async () => {
    const on = await stage();
    await on.s3.write("media", "k", "hello");
    const url = await signedGet(on);
    const etag = (await fetch(url)).headers.get("etag") ?? "";
    expect((await fetch(url, { headers: { "if-none-match": etag } })).status).toBe(304);
  });

  it("is refused when one character of it is changed", async () => {
    const on = await stage();
    await on.s3.write("media", "k", "hello");
    await on.s3.write("media", "j", "secret");
    const url = await signedGet(on);
    const changed = [
      url.replace("/media/k?", "/media/j?"),
      url.replace("X-Amz-Expires=60", "X-Amz-Expires=61"),
      url.replace(/X-Amz-Signature=(.)/, (_, digit) => `X-Amz-Signature=${digit === "0" ? "1" : "0"}`),
      url.replace("x-id=GetObject", "x-id=GetObjecu"),
      `${url}&extra=1`,
    ];
    for (const forged of changed) {
      expect(forged).not.toBe(url);
      expect(await outcome(fetch(forged))).toBe("403 SignatureDoesNotMatch");
    }
    expect(await outcome(fetch(url, { method: "PUT", body: "x" }))).toBe("403 SignatureDoesNotMatch");
    expect(await outcome(fetch(url, { method: "DELETE" }))).toBe("403 SignatureDoesNotMatch");
    expect((await fetch(url)).status).toBe(200);
  });

  it("is refused on another host's name", async () => {
    const on = await stage();
    await on.s3.write("media", "k", "hello");
    const url = await signedGet(on);
    expect(await outcome(fetch(url.replace("127.0.0.1", "localhost")))).toBe("403 SignatureDoesNotMatch");
  });

  it("is refused from the moment that it expires", async () => {
    const on = await stage();
    await on.s3.write("media", "k", "hello");
    const url = await signedGet(on);
    await on.clock.advance(50_000);
    expect((await fetch(url)).status).toBe(200);
    await on.clock.advance(10_000);
    const response = await fetch(url);
    expect(response.status).toBe(403);
    const body = await response.text();
    expect(body).toContain("<Code>AccessDenied</Code>");
    expect(body).toContain("<Message>Request has expired</Message>");
  });

  it("is refused with other keys", async () => {
    const on = await stage();
    const url = (keys: { accessKeyId: string; secretAccessKey: string }) =>
      signedGet({ ...on, client: on.clientWith({ credentials: keys }) });
    expect(await outcome(fetch(await url({ accessKeyId: "local", secretAccessKey: "other" })))).toBe(
      "403 SignatureDoesNotMatch",
    );
    expect(await outcome(fetch(await url({ accessKeyId: "other", secretAccessKey: "local-secret" })))).toBe(
      "403 InvalidAccessKeyId",
    );
  });

  it("may not be valid for more than a week", async () => {
    const on = await stage();
    const url = (await signedGet(on)).replace("X-Amz-Expires=60", "X-Amz-Expires=604801");
    expect(await outcome(fetch(url))).toBe("400 AuthorizationQueryParametersError");
  });
});

describe("a presigned PUT", () => {
  it("accepts uploads of pages from any port of this machine", async () => {
    const on = await stage();
    const url = await signedPut(on, { ContentType: "text/plain", Metadata: { owner: "ana" } });
    const origin = { origin: "http://localhost:3000" };
    const preflight = await fetch(url, {
      method: "OPTIONS",
      headers: {
        ...origin,
        "access-control-request-method": "PUT",
        "access-control-request-headers": "content-type",
      },
    });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get("access-control-allow-methods")).toContain("PUT");
    const response = await fetch(url, {
      method: "PUT",
      body: "hello",
      headers: { ...origin, "content-type": "text/plain" },
    });
    expect(response.status).toBe(200);
    expect(response.headers.get("etag")).toBe('"5d41402abc4b2a76b9719d911017c592"');
    expect(response.headers.get("access-control-allow-origin")).toBe("http://localhost:3000");
    expect(response.headers.get("access-control-expose-headers")).toContain("ETag");
    const stored = await fetch(await signedGet(on));
    expect(stored.headers.get("x-amz-meta-owner")).toBe("ana");
    expect(await stored.text()).toBe("hello");
  });

  it("accepts only the signed type and length", async () => {
    const on = await stage();
    const url = await signedPut(on, { ContentType: "image/png", ContentLength: 5 });
    const upload = (body: string, type: string) =>
      outcome(fetch(url, { method: "PUT", body, headers: { "content-type": type } }));
    expect(await upload("hello", "text/html")).toBe("403 SignatureDoesNotMatch");
    expect(await upload("hello!", "image/png")).toBe("403 SignatureDoesNotMatch");
    expect(await upload("hello", "image/png")).toBe("200");
  });

  it("does not accept headers that were not signed", async () => {
    const on = await stage();
    const upload = fetch(await signedPut(on), {
      method: "PUT",
      body: "x",
      headers: { "x-amz-meta-admin": "yes" },
    });
    expect(await outcome(upload)).toBe("403 AccessDenied");
  });

  it("does not allow reading", async () => {
    const on = await stage();
    await on.s3.write("media", "k", "secret");
    expect(await outcome(fetch(await signedPut(on)))).toBe("403 SignatureDoesNotMatch");
  });
});

describe("a request of the SDK", () => {
  it("is refused without a signature, with other keys, for another region, or when clocks differ", async () => {
    const on = await stage({ region: "us-east-1" });
    const list = new ListObjectsV2Command({ Bucket: "media" });
    expect(await outcome(fetch(`${on.url}/media?list-type=2`))).toBe("403 AccessDenied");
    const others = on.clientWith({ credentials: { accessKeyId: "local", secretAccessKey: "other" } });
    await expect(others.send(list)).rejects.toMatchObject({ name: "SignatureDoesNotMatch" });
    await expect(on.clientWith({ region: "eu-west-1" }).send(list)).rejects.toMatchObject({
      name: "AuthorizationHeaderMalformed",
    });
    await on.clock.advance(16 * 60_000);
    await expect(on.client.send(list)).rejects.toMatchObject({ name: "RequestTimeTooSkewed" });
  });

  it("is refused when both kinds of signature are given", async () => {
    const on = await stage();
    const response = fetch(await signedGet(on), { headers: { authorization: "AWS4-HMAC-SHA256 x" } });
    expect(await outcome(response)).toBe("400 InvalidArgument");
  });
});
