import {
  DeleteSuppressedDestinationCommand,
  GetAccountCommand,
  GetSuppressedDestinationCommand,
  ListSuppressedDestinationsCommand,
  PutSuppressedDestinationCommand,
  SendEmailCommand,
  type SendEmailCommandInput,
} from "@aws-sdk/client-sesv2";
import { expect, it } from "vitest";
import { MAX_MAIL_SIZE } from "./mail.ts";
import { readSendEmail } from "./send-email.ts";
import { mailTo, NEW_YEAR, rawMail, sesStage } from "./testing/ses.ts";

const simpleWith = (more: object): SendEmailCommandInput => {
  const mail = mailTo("ana@example.com");
  return { ...mail, Content: { Simple: { ...mail.Content.Simple, ...more } } };
};
const raw = (...lines: string[]): SendEmailCommandInput => ({
  Content: { Raw: { Data: rawMail(...lines) } },
});

it("puts the mails of SendEmail into the mailbox, under the id that the sender gets", async () => {
  const { client, ses } = await sesStage();
  const { MessageId } = await client.send(new SendEmailCommand(mailTo("Ana <ana@example.com>")));
  expect(MessageId).toMatch(/^0100[0-9a-f]{12}-[0-9a-f-]{36}-000000$/);
  expect(ses.mailbox.list()).toEqual([
    {
      id: MessageId,
      at: NEW_YEAR,
      from: "Callboard <desk@example.com>",
      to: "ana@example.com",
      subject: "A question for you",
      text: "Which title?",
      html: "<p>Which title?</p>",
      headers: [
        { name: "From", value: "Callboard <desk@example.com>" },
        { name: "To", value: "Ana <ana@example.com>" },
        { name: "Subject", value: "A question for you" },
        { name: "Date", value: "Thu, 01 Jan 2026 00:00:00 +0000" },
        { name: "Message-ID", value: `<${MessageId}@email.amazonses.com>` },
      ],
      attachments: [],
    },
  ]);
});

it("keeps an attachment's bytes, and returns an inline picture by its content id", async () => {
  const { client, ses } = await sesStage();
  const picture = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0, 255);
  const { MessageId } = await client.send(
    new SendEmailCommand(
      simpleWith({
        Headers: [{ Name: "List-Unsubscribe", Value: "<https://example.com/u>" }],
        Attachments: [
          {
            FileName: "a.png",
            RawContent: picture,
            ContentId: "a@x",
            ContentDisposition: "INLINE",
            ContentType: "image/png",
          },
          { FileName: "notes.pdf", RawContent: Buffer.from("%PDF") },
        ],
      }),
    ),
  );
  const [mail] = ses.mailbox.list();
  expect(mail!.headers).toContainEqual({ name: "List-Unsubscribe", value: "<https://example.com/u>" });
  expect(mail!.attachments).toEqual([
    { contentId: "a@x", contentType: "image/png", filename: "a.png", bytes: 6 },
    { contentType: "application/pdf", filename: "notes.pdf", bytes: 4 },
  ]);
  expect(ses.mailbox.file(MessageId!, "a@x")?.content).toEqual(Buffer.from(picture));
  expect(ses.mailbox.file(MessageId!, 1)?.content.toString()).toBe("%PDF");
  expect(ses.mailbox.file(MessageId!, "b")).toBeUndefined();
});

// https://github.com/localstack/localstack/issues/6287, https://github.com/localstack/localstack/issues/7236
it("takes the recipients of a raw mail from its headers when no destination is given, and hides who is in Bcc", async () => {
  const { client, ses } = await sesStage();
  await client.send(
    new SendEmailCommand(
      raw(
        "From: Desk <desk@example.com>",
        'To: "Ana, A." <ana@example.com>, Team: bo@example.com, cy@example.com;',
        "Cc: dee@example.com",
        "Bcc: eve@example.com",
        "Subject: =?utf-8?B?44K/44Kk44OI44Or?=",
        "Content-Type: text/plain; charset=utf-8",
        "",
        "どれ？",
      ),
    ),
  );
  const [mail] = ses.mailbox.list();
  expect(mail).toMatchObject({
    to: "ana@example.com, bo@example.com, cy@example.com, dee@example.com, eve@example.com",
    from: "Desk <desk@example.com>",
    subject: "タイトル",
    text: expect.stringContaining("どれ？"),
  });
  expect(JSON.stringify(mail!.headers)).not.toContain("eve@");
});

// https://github.com/localstack/localstack/issues/7310
it.each(["CcAddresses", "BccAddresses"])("sends a mail that has only %s", async (list) => {
  const { client, ses } = await sesStage();
  await client.send(new SendEmailCommand({ ...mailTo(), Destination: { [list]: ["ana@example.com"] } }));
  expect(ses.mailbox.list().map(({ to }) => to)).toEqual(["ana@example.com"]);
});

it.each<[string, SendEmailCommandInput, string]>([
  ["nobody", mailTo(), "BadRequestException"],
  ["51 people", mailTo(...Array.from({ length: 51 }, (_, n) => `p${n}@example.com`)), "BadRequestException"],
  ["an invalid address", mailTo("ana"), "BadRequestException"],
  ["an address beyond ASCII", mailTo("アナ@example.com"), "BadRequestException"],
  ["two addresses as one", mailTo("a@example.com, b@example.com"), "BadRequestException"],
  ["no content", { Content: {} }, "BadRequestException"],
  [
    "no body",
    { ...mailTo("a@example.com"), Content: { Simple: { Subject: { Data: "s" }, Body: {} } } },
    "BadRequestException",
  ],
  [
    "a subject of two lines",
    simpleWith({ Subject: { Data: "s\r\nBcc: eve@example.com" } }),
    "BadRequestException",
  ],
  [
    "a header of two lines",
    simpleWith({ Headers: [{ Name: "X-A", Value: "1\r\nBcc: e@example.com" }] }),
    "BadRequestException",
  ],
  ["16 headers", simpleWith({ Headers: Array(16).fill({ Name: "X-A", Value: "1" }) }), "BadRequestException"],
  [
    "a file without a name",
    simpleWith({ Attachments: [{ RawContent: Buffer.from("x") }] }),
    "BadRequestException",
  ],
  ["a raw mail to nobody", raw("From: desk@example.com", "", "hello"), "BadRequestException"],
  ["a raw mail from nobody", raw("To: ana@example.com", "", "hello"), "BadRequestException"],
  [
    "a missing template",
    { ...mailTo("a@example.com"), Content: { Template: { TemplateName: "t", TemplateData: "{}" } } },
    "NotFoundException",
  ],
  [
    "a missing configuration set",
    { ...mailTo("a@example.com"), ConfigurationSetName: "other" },
    "NotFoundException",
  ],
])("refuses %s with an exception of the SDK", async (_, input, name) => {
  const { client, ses } = await sesStage({ configurationSets: ["own"] });
  await expect(client.send(new SendEmailCommand(input))).rejects.toMatchObject({ name });
  expect(ses.mailbox.list()).toEqual([]);
});

it("accepts a mail of nearly 40 MB, and refuses a larger one", async () => {
  const { Content, ...mail } = mailTo("ana@example.com");
  /** A file with that many characters in base64. */
  const withFile = (RawContent: string) => ({
    ...mail,
    Content: { Simple: { ...Content.Simple, Attachments: [{ FileName: "a.bin", RawContent }] } },
  });
  const nearly = await readSendEmail(withFile("A".repeat(MAX_MAIL_SIZE - 2000)));
  expect(nearly.content.files[0]!.content.byteLength).toBe((MAX_MAIL_SIZE - 2000) * 0.75);
  const tooLong = {
    name: "BadRequestException",
    message: expect.stringContaining("more than 41943040 bytes"),
  };
  await expect(readSendEmail(withFile("A".repeat(MAX_MAIL_SIZE)))).rejects.toMatchObject(tooLong);
  const { ses } = await sesStage();
  const envelope = { from: "a@example.com", to: ["b@example.com"] };
  await expect(ses.sendRaw(Buffer.alloc(MAX_MAIL_SIZE + 1), envelope)).rejects.toMatchObject(tooLong);
});

it("puts SES's events that a mail was sent and delivered", async () => {
  const { client, events } = await sesStage();
  const { MessageId } = await client.send(
    new SendEmailCommand({
      ...mailTo("success@simulator.amazonses.com"),
      ConfigurationSetName: "own",
      EmailTags: [{ Name: "requestId", Value: "req_1" }],
    }),
  );
  const [sent, delivered, ...others] = await events();
  expect(others).toEqual([]);
  expect(sent).toMatchObject({
    Source: "aws.ses",
    type: "Email Sent",
    Resources: ["arn:aws:ses:us-east-1:000000000000:configuration-set/own"],
    detail: { eventType: "Send", send: {} },
  });
  expect(delivered).toMatchObject({
    type: "Email Delivered",
    detail: {
      eventType: "Delivery",
      delivery: { recipients: ["success@simulator.amazonses.com"], timestamp: "2026-01-01T00:00:00.000Z" },
      mail: {
        messageId: MessageId,
        source: "desk@example.com",
        destination: ["success@simulator.amazonses.com"],
        headersTruncated: false,
        commonHeaders: { subject: "A question for you", messageId: MessageId },
        tags: { "ses:configuration-set": ["own"], requestId: ["req_1"] },
      },
    },
  });
});

it.each([
  ["bounce", "Email Bounced", { bounceType: "Permanent", bounceSubType: "General" }, 0],
  ["bounce+label", "Email Bounced", { bounceType: "Permanent", bounceSubType: "General" }, 0],
  ["suppressionlist", "Email Bounced", { bounceType: "Permanent", bounceSubType: "Suppressed" }, 0],
  ["ooto", "Email Bounced", { bounceType: "Transient", bounceSubType: "General" }, 1],
  ["complaint", "Email Complaint Received", { complaintFeedbackType: "abuse", complaintSubType: null }, 1],
])("treats the simulator's %s@ as documented", async (name, type, detail, delivered) => {
  const { client, events, ses } = await sesStage();
  const address = `${name}@simulator.amazonses.com`;
  await client.send(new SendEmailCommand(mailTo(address)));
  const told = (await events()).at(-1)!;
  expect(told.type).toBe(type);
  const { eventType, bounce, complaint } = told.detail;
  expect(told.detail[String(eventType).toLowerCase()]).toMatchObject(detail);
  const recipients = bounce?.bouncedRecipients ?? complaint.complainedRecipients;
  expect(recipients).toEqual([expect.objectContaining({ emailAddress: address })]);
  expect(ses.mailbox.list()).toHaveLength(delivered);
});

it("delivers a mail to the others if it bounces at one address", async () => {
  const { client, events, ses } = await sesStage();
  await client.send(new SendEmailCommand(mailTo("bounce@simulator.amazonses.com", "ana@example.com")));
  expect(ses.mailbox.list().map(({ to }) => to)).toEqual(["ana@example.com"]);
  expect((await events()).map(({ type }) => type)).toEqual([
    "Email Sent",
    "Email Delivered",
    "Email Bounced",
  ]);
});

it("sends nothing to suppressed addresses, in any notation, until they are removed from the list", async () => {
  const { client, events, ses } = await sesStage();
  const EmailAddress = "Ana@Example.com";
  const named = { EmailAddress };
  await expect(client.send(new GetSuppressedDestinationCommand(named))).rejects.toMatchObject({
    name: "NotFoundException",
  });
  await client.send(new PutSuppressedDestinationCommand({ EmailAddress, Reason: "BOUNCE" }));
  await client.send(
    new PutSuppressedDestinationCommand({ EmailAddress: "bo@example.com", Reason: "COMPLAINT" }),
  );
  const { SuppressedDestination } = await client.send(new GetSuppressedDestinationCommand(named));
  expect(SuppressedDestination).toMatchObject({
    EmailAddress,
    Reason: "BOUNCE",
    LastUpdateTime: new Date(NEW_YEAR),
  });
  const list = async (more: object) =>
    (await client.send(new ListSuppressedDestinationsCommand(more))).SuppressedDestinationSummaries!.map(
      (one) => one.EmailAddress,
    );
  expect(await list({})).toEqual([EmailAddress, "bo@example.com"]);
  expect(await list({ Reasons: ["COMPLAINT"] })).toEqual(["bo@example.com"]);
  expect(await list({ PageSize: 1, NextToken: "1" })).toEqual(["bo@example.com"]);

  await client.send(new SendEmailCommand(mailTo("ana@example.com", "bo@example.com")));
  const [, bounced, complained] = await events();
  expect(bounced!.detail.bounce).toMatchObject({ bounceSubType: "OnAccountSuppressionList" });
  expect(complained!.detail.complaint).toMatchObject({ complaintSubType: "OnAccountSuppressionList" });
  expect(ses.mailbox.list()).toEqual([]);

  await client.send(new DeleteSuppressedDestinationCommand(named));
  await expect(client.send(new DeleteSuppressedDestinationCommand(named))).rejects.toMatchObject({
    name: "NotFoundException",
  });
  await client.send(new SendEmailCommand(mailTo("ana@example.com")));
  expect(ses.mailbox.list()).toHaveLength(1);
});

it.each([
  ["throttle", "TooManyRequestsException", 429],
  ["pause", "SendingPausedException", 400],
  ["reject", "MessageRejected", 400],
  ["break", "InternalServiceErrorException", 500],
] as const)(
  "simulates the fault %s as often as requested, and then works again",
  async (how, name, httpStatusCode) => {
    const { client, ses } = await sesStage();
    ses.fail({ how, times: 1 });
    await expect(client.send(new SendEmailCommand(mailTo("ana@example.com")))).rejects.toMatchObject({
      name,
      $metadata: { httpStatusCode },
    });
    expect(ses.mailbox.list()).toEqual([]);
    await client.send(new SendEmailCommand(mailTo("ana@example.com")));
    expect(ses.mailbox.list()).toHaveLength(1);
  },
);

it("loses an answer: the mail is there, but the sender cannot know", async () => {
  const { client, ses } = await sesStage();
  ses.fail({ how: "cut" });
  await expect(client.send(new SendEmailCommand(mailTo("ana@example.com")))).rejects.toThrow();
  expect(ses.mailbox.list()).toHaveLength(1);
});

it("is slow as long as requested", async () => {
  const { clock, ses } = await sesStage();
  ses.fail({ how: "slow", ms: 3_000 });
  const sent = ses.sendRaw(rawMail("Subject: s", "", "t"), { from: "a@example.com", to: ["b@example.com"] });
  await clock.advance(2_999);
  expect(ses.mailbox.list()).toEqual([]);
  await clock.advance(1);
  await sent;
  expect(ses.mailbox.list()).toHaveLength(1);
});

it("returns the account's settings", async () => {
  const { client, ses } = await sesStage();
  await client.send(new SendEmailCommand(mailTo("ana@example.com")));
  expect(await client.send(new GetAccountCommand())).toMatchObject({
    ProductionAccessEnabled: true,
    SendingEnabled: true,
    SendQuota: { SentLast24Hours: 1 },
  });
  ses.fail({ how: "pause" });
  expect((await client.send(new GetAccountCommand())).SendingEnabled).toBe(false);
});

it("refuses unsigned requests, and names what it does not have", async () => {
  const { url } = await sesStage();
  const status = async (path: string, authorization?: string) => {
    const answer = await fetch(url + path, { headers: authorization ? { authorization } : {} });
    return [answer.status, answer.headers.get("x-amzn-errortype")];
  };
  expect(await status("/v2/email/account")).toEqual([403, "MissingAuthenticationTokenException"]);
  expect(await status("/v2/email/templates", "AWS4-HMAC-SHA256 x")).toEqual([
    404,
    "UnknownOperationException",
  ]);
});
