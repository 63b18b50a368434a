import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { expect, it, onTestFinished } from "vitest";
import { stillClock } from "../../testing/still-clock.ts";
import { verifySignature } from "../../testing/verify-signature.ts";
import type { Mail } from "./mailer.ts";
import { type SesMailerOptions, sesMailer } from "./ses.ts";
import { mailOf } from "./testing/mails.ts";

interface Answer {
  readonly status: number;
  readonly body?: object | string;
  readonly headers?: Record<string, string>;
}

interface Received {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

const keys = { accessKeyId: "AKIA", secretAccessKey: "wJalr", sessionToken: "session" };

/** A fake SES for one call; without an answer it never responds. */
async function ses(answer: Answer | undefined, options: Partial<SesMailerOptions> = {}) {
  const received: Received[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const { method, url, headers } = request;
    received.push({ method: method!, path: url!, headers, body: Buffer.concat(chunks).toString() });
    if (!answer) return;
    const { status, body = {} } = answer;
    response.writeHead(status, answer.headers);
    response.end(typeof body === "string" ? body : JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const mailer = sesMailer({
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    region: "eu-central-1",
    credentials: async () => keys,
    clock: stillClock(),
    ...options,
  });
  const close = async () => {
    await mailer.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  onTestFinished(close);
  return { received, close, send: (changes: Partial<Mail> = {}) => mailer.send(mailOf(changes)) };
}

it("sends one signed SendEmail with all parts of the mail", async () => {
  const { send, received } = await ses(
    { status: 200, body: { MessageId: "m" } },
    { configurationSet: "board" },
  );
  const picture = {
    cid: "p1@callboard",
    mediaType: "image/png",
    fileName: "p1.png",
    bytes: new Uint8Array([1, 2, 3]),
  } as const;
  expect(await send({ subject: "どのタイトル？", pictures: [picture] })).toEqual({ outcome: "sent" });
  expect(received).toHaveLength(1);
  const [request] = received;
  expect(request).toMatchObject({ method: "POST", path: "/v2/email/outbound-emails" });
  expect(request!.headers.authorization).toContain("/eu-central-1/ses/aws4_request");
  expect(request!.headers["x-amz-security-token"]).toBe("session");
  expect(verifySignature(request!, keys.secretAccessKey)).toBe(true);
  expect(verifySignature({ ...request!, body: `${request!.body} ` }, keys.secretAccessKey)).toBe(false);
  expect(JSON.parse(request!.body)).toEqual({
    FromEmailAddress: '"Callboard" <board@example.com>',
    Destination: { ToAddresses: ["ana@example.com"] },
    ConfigurationSetName: "board",
    Content: {
      Simple: {
        Subject: { Data: "どのタイトル？", Charset: "UTF-8" },
        Body: {
          Text: { Data: "A workflow asks you:\n", Charset: "UTF-8" },
          Html: { Data: "<p>A workflow asks you:</p>", Charset: "UTF-8" },
        },
        Headers: [{ Name: "Auto-Submitted", Value: "auto-generated" }],
        Attachments: [
          {
            FileName: "p1.png",
            ContentType: "image/png",
            ContentId: "p1@callboard",
            ContentDisposition: "INLINE",
            ContentTransferEncoding: "BASE64",
            RawContent: "AQID",
          },
        ],
      },
    },
  });
});

const failure = (status: number, type: string, message = "no", headers = {}): Answer => ({
  status,
  body: { message },
  headers: { "x-amzn-errortype": type, ...headers },
});

const hour = 3_600_000;

// https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_SendEmail.html#API_SendEmail_Errors
it.each([
  [
    failure(429, "TooManyRequestsException", "Maximum sending rate exceeded."),
    { outcome: "again", reason: "throttled" },
  ],
  [failure(400, "Throttling", "Rate exceeded"), { outcome: "again", reason: "throttled" }],
  // https://github.com/alphagov/notifications-api/pull/2956
  [
    failure(429, "TooManyRequestsException", "Daily message quota exceeded."),
    { outcome: "again", reason: "quota", afterMs: hour },
  ],
  [failure(400, "LimitExceededException"), { outcome: "again", reason: "throttled" }],
  [failure(400, "AccountSuspendedException"), { outcome: "again", reason: "suspended", afterMs: hour }],
  [failure(400, "SendingPausedException"), { outcome: "again", reason: "paused", afterMs: hour / 4 }],
  [
    failure(400, "MailFromDomainNotVerifiedException"),
    { outcome: "again", reason: "sender_not_verified", afterMs: hour / 4 },
  ],
  [failure(404, "NotFoundException"), { outcome: "again", reason: "not_configured", afterMs: hour / 4 }],
  [failure(403, "AccessDeniedException"), { outcome: "again", reason: "not_allowed", afterMs: hour / 4 }],
  [failure(403, "SignatureDoesNotMatch"), { outcome: "again", reason: "not_allowed", afterMs: hour / 4 }],
  [
    failure(
      400,
      "MessageRejected",
      "Email address is not verified. The following identities failed the check: a@b.c",
    ),
    { outcome: "again", reason: "not_verified", afterMs: hour / 4 },
  ],
  [failure(400, "MessageRejected", "Illegal content"), { outcome: "unfit", reason: "rejected" }],
  [failure(400, "BadRequestException", "Illegal address"), { outcome: "refused", reason: "bad_address" }],
  [failure(400, "BadRequestException", "Too many headers"), { outcome: "unfit", reason: "rejected" }],
  [failure(500, "InternalServiceErrorException"), { outcome: "again", reason: "down" }],
  [
    failure(503, "ServiceUnavailable", "no", { "x-amz-retry-after": "700" }),
    { outcome: "again", reason: "down", afterMs: 700 },
  ],
  [
    { status: 502, body: "<html>" },
    { outcome: "again", reason: "down" },
  ],
  [
    { status: 413, body: "too large" },
    { outcome: "unfit", reason: "rejected" },
  ],
])("recognizes the outcome of a mail by %j", async (answer, outcome) => {
  const { send, received } = await ses(answer);
  expect(await send()).toEqual(outcome);
  expect(received).toHaveLength(1);
});

it("recognizes a service that is silent, one that is not there, and missing credentials", async () => {
  const silent = await ses(undefined, { timeoutMs: 200 });
  expect(await silent.send()).toEqual({ outcome: "again", reason: "slow" });
  const gone = await ses({ status: 200 });
  await gone.close();
  expect(await gone.send()).toEqual({ outcome: "again", reason: "unreachable" });
  const credentials = async () => {
    throw new Error("none");
  };
  const keyless = await ses({ status: 200 }, { credentials });
  expect(await keyless.send()).toEqual({ outcome: "again", reason: "unreachable" });
  expect(keyless.received).toEqual([]);
});

it("brings no library for mail into a function that sends by SES", async () => {
  const here = (name: string) => fileURLToPath(new URL(name, import.meta.url));
  const { metafile } = await build({
    stdin: {
      contents: `export * from ${JSON.stringify(here("./ses.ts"))}; export * from ${JSON.stringify(here("../mail.ts"))};`,
      resolveDir: here("."),
    },
    bundle: true,
    write: false,
    metafile: true,
    platform: "node",
    format: "esm",
    minify: true,
  });
  expect(Object.keys(metafile.inputs).filter((path) => path.includes("nodemailer"))).toEqual([]);
  expect(Object.keys(metafile.inputs).some((path) => path.endsWith("doors/mail/page.ts"))).toBe(true);
});
