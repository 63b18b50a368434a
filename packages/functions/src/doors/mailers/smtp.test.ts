import PostalMime from "postal-mime";
import { expect, it } from "vitest";
import { mailOf } from "./mails.fixture.ts";
import { smtpMailer } from "./smtp.ts";
import { smtpServer } from "./smtp-server.fixture.ts";

it("sends a mail whole: envelope, headers, both texts and the pictures", async () => {
  const { url, taken } = await smtpServer();
  const bytes = new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0, 255]);
  const picture = { cid: "p1@callboard", mediaType: "image/png", fileName: "p1.png", bytes } as const;
  const html = '<p>ご質問</p><img src="cid:p1@callboard">';
  const outcome = await smtpMailer({ url }).send(
    mailOf({ subject: "どのタイトル？ 🎭", text: "ご質問\n.\n..\nFrom here\n", html, pictures: [picture] }),
  );
  expect(outcome).toEqual({ outcome: "sent" });
  expect(taken).toHaveLength(1);
  expect(taken[0]).toMatchObject({ from: "board@example.com", to: ["ana@example.com"] });
  const mail = await PostalMime.parse(taken[0]!.message);
  expect(mail).toMatchObject({
    from: { name: "Callboard", address: "board@example.com" },
    to: [{ name: "", address: "ana@example.com" }],
    subject: "どのタイトル？ 🎭",
    messageId: "<ntc_1@example.com>",
  });
  expect(mail.text?.trimEnd()).toBe("ご質問\n.\n..\nFrom here");
  expect(mail.html).toContain(html);
  expect(mail.headers).toContainEqual(
    expect.objectContaining({ key: "auto-submitted", value: "auto-generated" }),
  );
  expect(mail.attachments).toHaveLength(1);
  expect(mail.attachments[0]).toMatchObject({
    contentId: "<p1@callboard>",
    disposition: "inline",
    mimeType: "image/png",
    related: true,
  });
  expect(new Uint8Array(mail.attachments[0]!.content as ArrayBuffer)).toEqual(bytes);
});

it("writes lines that every server takes, whatever the subject's length and script", async () => {
  const { url, taken } = await smtpServer();
  const subject = `${"劇".repeat(120)} ${"x".repeat(120)}`;
  await smtpMailer({ url }).send(mailOf({ subject, text: `${"長".repeat(3000)}\n` }));
  const { message } = taken[0]!;
  expect(message).not.toMatch(/[\u0080-\uffff]/);
  for (const line of message.split("\r\n")) expect(line.length).toBeLessThanOrEqual(998);
  expect((await PostalMime.parse(message)).subject).toBe(subject);
});

it.each([
  ["no such mailbox", { RCPT: "550 5.1.1 User unknown" }, { outcome: "refused", reason: "no_such_address" }],
  [
    "a mailbox that is disabled",
    { RCPT: "550 5.2.1 Disabled" },
    { outcome: "refused", reason: "no_such_address" },
  ],
  ["a refusal without a reason", { RCPT: "553 no" }, { outcome: "refused", reason: "no_such_address" }],
  [
    "no rights to send there",
    { RCPT: "554 5.7.1 Relay access denied" },
    { outcome: "again", reason: "not_allowed" },
  ],
  ["a full mailbox", { RCPT: "452 4.2.2 Over quota" }, { outcome: "again", reason: "throttled" }],
  ["greylisting", { RCPT: "451 4.7.1 Please come back" }, { outcome: "again", reason: "deferred" }],
  // https://github.com/nodemailer/nodemailer/issues/436
  [
    "throttling by SES",
    { DOT: "454 Throttling failure: Maximum sending rate exceeded." },
    { outcome: "again", reason: "throttled" },
  ],
  [
    "content that is not taken",
    { DOT: "554 5.6.0 Message rejected" },
    { outcome: "unfit", reason: "rejected" },
  ],
  ["a sender that is not taken", { MAIL: "553 5.1.8 Sender" }, { outcome: "again", reason: "not_allowed" }],
  ["a server that is closing", { CONNECT: "421 4.3.2 closing" }, { outcome: "again", reason: "deferred" }],
  [
    "a server that speaks something else",
    { CONNECT: "SSH-2.0-OpenSSH" },
    { outcome: "again", reason: "unreachable" },
  ],
] as const)("tells %s", async (_, answers, outcome) => {
  const { url } = await smtpServer(answers);
  expect(await smtpMailer({ url }).send(mailOf())).toMatchObject(outcome);
});

it("gives a password only over TLS, but to a server on this machine", async () => {
  const { url, commands, taken } = await smtpServer({
    EHLO: "250-mx.test\r\n250 AUTH PLAIN",
    AUTH: "235 2.7.0 welcome",
  });
  const near = url.replace("smtp://", "smtp://user:secret@");
  // An address of this machine that does not look like one.
  const far = near.replace("127.0.0.1", "0.0.0.0");
  expect(await smtpMailer({ url: far }).send(mailOf())).toMatchObject({ outcome: "again" });
  expect(commands.map((command) => command.split(" ")[0])).toEqual(["EHLO", "STARTTLS"]);
  expect(await smtpMailer({ url: near }).send(mailOf())).toEqual({ outcome: "sent" });
  expect(commands.join("\n")).toContain("AUTH PLAIN");
  expect(taken).toHaveLength(1);
});

it("takes a refused sign-in for something to mend", async () => {
  const { url } = await smtpServer({ EHLO: "250-mx.test\r\n250 AUTH PLAIN", AUTH: "535 5.7.8 no" });
  const outcome = await smtpMailer({ url: url.replace("smtp://", "smtp://user:secret@") }).send(mailOf());
  expect(outcome).toEqual({ outcome: "again", reason: "not_allowed", afterMs: 900_000 });
});

it("tells a server that is not there, and one that takes too long", async () => {
  const gone = await smtpServer();
  await gone.close();
  expect(await smtpMailer({ url: gone.url }).send(mailOf())).toEqual({
    outcome: "again",
    reason: "unreachable",
  });
  for (const answers of [{ CONNECT: "" }, { RCPT: "" }, { DOT: "" }]) {
    const { url } = await smtpServer(answers);
    expect(await smtpMailer({ url, timeoutMs: 200 }).send(mailOf())).toEqual({
      outcome: "again",
      reason: "slow",
    });
  }
});
