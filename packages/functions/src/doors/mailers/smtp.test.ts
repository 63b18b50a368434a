import type { DoorOutcome } from "@callboard/core";
import PostalMime from "postal-mime";
import { expect, it } from "vitest";
import { ServiceError } from "../../aws/json/service.ts";
import { NotAnswered } from "../../aws/json/transport.ts";
import type { Secret } from "../../aws/ssm-secret.ts";
import { smtpServer } from "../../testing/smtp-server.ts";
import { keptLog } from "../../testing/spies.ts";
import { smtpMailer } from "./smtp.ts";
import { mailOf } from "./testing/mails.ts";

it("sends a mail whole: envelope, headers, both texts and the pictures", async () => {
  const { server, taken } = await smtpServer();
  const bytes = new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0, 255]);
  const picture = { cid: "p1@callboard", mediaType: "image/png", fileName: "p1.png", bytes } as const;
  const html = '<p>ご質問</p><img src="cid:p1@callboard">';
  const outcome = await smtpMailer({ server }).send(
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

it("writes lines that every server accepts, whatever the subject's length and script", async () => {
  const { server, taken } = await smtpServer();
  const subject = `${"劇".repeat(120)} ${"x".repeat(120)}`;
  await smtpMailer({ server }).send(mailOf({ subject, text: `${"長".repeat(3000)}\n` }));
  const { message } = taken[0]!;
  expect(message).not.toMatch(/[\u0080-\uffff]/);
  for (const line of message.split("\r\n")) expect(line.length).toBeLessThanOrEqual(998);
  expect((await PostalMime.parse(message)).subject).toBe(subject);
});

const gone: DoorOutcome = { outcome: "refused", reason: "no_such_address" };
const notAllowed: DoorOutcome = { outcome: "again", reason: "not_allowed", afterMs: 900_000 };
const full: DoorOutcome = { outcome: "again", reason: "mailbox_full", afterMs: 14_400_000 };
const deferred: DoorOutcome = { outcome: "again", reason: "deferred" };
const tooLarge: DoorOutcome = { outcome: "unfit", reason: "too_large" };

it.each<[string, Record<string, string>, DoorOutcome]>([
  ["no such mailbox", { RCPT: "550 5.1.1 User unknown" }, gone],
  ["a domain that takes no mail", { RCPT: "556 5.1.10 Null MX" }, gone],
  ["a mailbox that is disabled", { RCPT: "550 5.2.1 Disabled" }, gone],
  ["a refusal without a reason", { RCPT: "553 no" }, gone],
  ["no such mailbox, without an enhanced code", { RCPT: "550 <relay@example.com>: unknown user" }, gone],
  ["no such mailbox, by a code that says nothing", { RCPT: "550 5.1.0 Address unknown" }, gone],
  ["a sender, by a code that says nothing", { RCPT: "550 5.1.0 Sender denied" }, notAllowed],
  ["no rights to send there", { RCPT: "554 5.7.1 Relay access denied" }, notAllowed],
  ["no rights to send there, without an enhanced code", { RCPT: "550 relay not permitted" }, notAllowed],
  // Postfix refuses a sender only at RCPT, unless it is told otherwise.
  ["a refused sender, late", { RCPT: "550 5.1.8 Sender address rejected" }, notAllowed],
  ["a sender's syntax, late", { RCPT: "553 5.1.7 Bad sender address syntax" }, notAllowed],
  ["a sender that is not one's own, late", { RCPT: "553 Sender address rejected: not owned" }, notAllowed],
  ["a sign-in that is missing", { RCPT: "530 5.7.0 Authentication required" }, notAllowed],
  ["a missing route", { RCPT: "550 5.4.4 Unable to route" }, notAllowed],
  ["a full mailbox that is refused", { RCPT: "552 5.2.2 Mailbox full" }, full],
  ["a full mailbox, without an enhanced code", { RCPT: "552 Exceeded storage allocation" }, full],
  ["a full mailbox by another code", { RCPT: "550 5.2.2 Over quota" }, full],
  [
    "a full mailbox, in several lines",
    { RCPT: "552-5.2.2 The account that you tried to reach\r\n552 5.2.2 is over quota." },
    full,
  ],
  ["a full mailbox for now", { RCPT: "452 4.2.2 Over quota" }, full],
  // https://github.com/docker-mailserver/docker-mailserver/issues/1508
  ["a full mailbox after the message", { DOT: "552 5.2.2 <a@b.example> Quota exceeded" }, full],
  ["a full mailbox after the message, without an enhanced code", { DOT: "552 Mailbox full" }, full],
  ["a server without room", { RCPT: "452 4.3.1 Insufficient system storage" }, deferred],
  ["greylisting", { RCPT: "451 4.7.1 Please come back" }, deferred],
  ["an unknown mailbox for now", { RCPT: "450 4.1.1 User unknown" }, deferred],
  ["a sender that cannot be looked up for now", { RCPT: "450 4.1.8 Domain not found" }, deferred],
  [
    "too many messages at once",
    { RCPT: "421 4.7.0 Too many messages" },
    { outcome: "again", reason: "throttled" },
  ],
  // https://github.com/nodemailer/nodemailer/issues/436
  [
    "throttling by SES",
    { DOT: "454 Throttling failure: Maximum sending rate exceeded." },
    { outcome: "again", reason: "throttled" },
  ],
  ["refused content", { DOT: "554 5.6.0 Message rejected" }, { outcome: "unfit", reason: "rejected" }],
  ["content that looks bad", { DOT: "552 5.7.0 Message blocked" }, { outcome: "unfit", reason: "rejected" }],
  ["a mail that is too large", { DOT: "552 5.3.4 Message size exceeds the limit" }, tooLarge],
  ["a mail that is too large for a mailbox", { RCPT: "550 5.2.3 Too large" }, tooLarge],
  ["a mail that is too large by what it says", { MAIL: "552 Too large" }, tooLarge],
  ["a refused sender", { MAIL: "553 5.1.8 Sender" }, notAllowed],
  ["a server that is closing", { CONNECT: "421 4.3.2 closing" }, deferred],
  [
    "a server that speaks something else",
    { CONNECT: "SSH-2.0-OpenSSH" },
    { outcome: "again", reason: "unreachable" },
  ],
])("recognizes %s", async (_, answers, outcome) => {
  const { server } = await smtpServer(answers);
  expect(await smtpMailer({ server }).send(mailOf())).toEqual(outcome);
});

const signsIn = { EHLO: "250-mx.test\r\n250 AUTH PLAIN", AUTH: "235 2.7.0 welcome" };
const begins = { STARTTLS: "220 2.0.0 begin" };
const ana = { user: "ana", password: "s3cret" };
/** An address of this machine that does not look like one. */
const far = { host: "0.0.0.0" };

it("gives a password only over TLS, but to a server on this machine", async () => {
  const { server, commands, passwords, taken } = await smtpServer(signsIn);
  expect(await smtpMailer({ server: { ...server, ...ana, ...far } }).send(mailOf())).toEqual(deferred);
  expect(commands()).toEqual(["clear EHLO", "clear STARTTLS"]);
  expect(await smtpMailer({ server: { ...server, ...ana } }).send(mailOf())).toEqual({ outcome: "sent" });
  expect(passwords()).toEqual(["s3cret"]);
  expect(taken).toHaveLength(1);
});

// https://github.com/Chocobozzz/PeerTube/issues/373
it.each([["by STARTTLS", false] as const, ["at once", true] as const])(
  "uses TLS %s with a server on this machine, whatever its certificate, and otherwise only with a trusted one",
  async (_, secure) => {
    const { server, commands, passwords } = await smtpServer(
      { ...signsIn, ...begins, EHLO: `${signsIn.EHLO}\r\n250 STARTTLS`.replace("250 AUTH", "250-AUTH") },
      { secure },
    );
    for (const host of ["127.0.0.1", "localhost"])
      expect(await smtpMailer({ server: { ...server, ...ana, host } }).send(mailOf())).toEqual({
        outcome: "sent",
      });
    expect(commands()).not.toContain("clear AUTH");
    expect(passwords()).toEqual(["s3cret", "s3cret"]);
    expect(await smtpMailer({ server: { ...server, ...ana, ...far } }).send(mailOf())).toEqual({
      outcome: "again",
      reason: "no_tls",
      afterMs: 900_000,
    });
    expect(passwords()).toHaveLength(2);
  },
);

it("reports a server without STARTTLS, or with TLS at once where it should not be, as something to fix", async () => {
  const none = { outcome: "again", reason: "no_tls", afterMs: 900_000 };
  const { server } = await smtpServer({ ...signsIn, STARTTLS: "502 5.5.1 not here" });
  expect(await smtpMailer({ server: { ...server, ...ana, ...far } }).send(mailOf())).toEqual(none);
  const clear = await smtpServer();
  expect(await smtpMailer({ server: { ...clear.server, secure: true } }).send(mailOf())).toEqual(none);
});

it("reports a refused sign-in as something to fix, and a temporary failure as transient", async () => {
  const { server } = await smtpServer({ ...signsIn, AUTH: ["535 5.7.8 no", "454 4.7.0 not now"] });
  const mailer = smtpMailer({ server: { ...server, ...ana } });
  expect(await mailer.send(mailOf())).toEqual({
    outcome: "again",
    reason: "sign_in_refused",
    afterMs: 900_000,
  });
  expect(await mailer.send(mailOf())).toEqual(deferred);
});

/** A password that changes each time it is read again. */
function changing(...passwords: string[]) {
  const looked: (string | undefined)[] = [];
  let known = passwords[0]!;
  const secret: Secret = async (refused) => {
    looked.push(refused);
    if (refused === known) known = passwords[passwords.indexOf(known) + 1] ?? known;
    return known;
  };
  return { secret, looked };
}

it("reads a password again once it is refused, and sends with the new one at once", async () => {
  const { server, passwords, taken } = await smtpServer({
    ...signsIn,
    AUTH: ["535 5.7.8 no", "235 2.7.0 welcome"],
  });
  const { secret, looked } = changing("old", "new");
  const mailer = smtpMailer({ server: { ...server, user: "ana" }, password: secret });
  expect(await mailer.send(mailOf())).toEqual({ outcome: "sent" });
  expect([passwords(), looked, taken.length]).toEqual([["old", "new"], [undefined, "old"], 1]);
  expect(await mailer.send(mailOf())).toEqual({ outcome: "sent" });
  expect(passwords()).toEqual(["old", "new", "new"]);
});

it("tries no refused password twice, and stops after a new one that is refused", async () => {
  const refusing = { ...signsIn, AUTH: "535 5.7.8 no" };
  for (const [known, tried] of [
    [["same"], ["same"]],
    [
      ["old", "new", "newest"],
      ["old", "new"],
    ],
  ] as const) {
    const { server, passwords } = await smtpServer(refusing);
    const mailer = smtpMailer({ server: { ...server, user: "ana" }, password: changing(...known).secret });
    expect(await mailer.send(mailOf())).toMatchObject({ outcome: "again", reason: "sign_in_refused" });
    expect(passwords()).toEqual(tried);
  }
});

it("does not read a password again that was not refused", async () => {
  const { server } = await smtpServer({ ...signsIn, AUTH: "454 4.7.0 not now" });
  const { secret, looked } = changing("s3cret");
  expect(await smtpMailer({ server: { ...server, user: "ana" }, password: secret }).send(mailOf())).toEqual(
    deferred,
  );
  expect(looked).toEqual([undefined]);
});

it.each([
  [
    "it is not there",
    new ServiceError("ParameterNotFound", "", 400, {}),
    { reason: "not_configured", afterMs: 900_000 },
  ],
  [
    "it may not be read",
    new ServiceError("AccessDeniedException", "", 400, {}),
    { reason: "not_configured", afterMs: 900_000 },
  ],
  ["it is held back", new ServiceError("ThrottlingException", "", 400, {}), { reason: "down" }],
  ["nobody answers", new NotAnswered("AmazonSSM.GetParameter", "TimeoutError"), { reason: "down" }],
])("sends nothing without the password, when %s", async (_, error, outcome) => {
  const { server, commands } = await smtpServer(signsIn);
  const password = async () => {
    throw error;
  };
  const mailer = smtpMailer({ server: { ...server, user: "ana" }, password });
  expect(await mailer.send(mailOf())).toEqual({ outcome: "again", ...outcome });
  expect(commands()).toEqual([]);
});

it("waits for a password no longer than for the server", async () => {
  const { server } = await smtpServer({ ...signsIn, AUTH: "535 5.7.8 no" });
  const slow = { outcome: "again", reason: "slow" };
  const never: Secret = async (refused) => (refused === undefined ? "s3cret" : new Promise<string>(() => {}));
  const options = { server: { ...server, user: "ana" }, timeoutMs: 300 };
  expect(await smtpMailer({ ...options, password: never }).send(mailOf())).toEqual(slow);
  expect(await smtpMailer({ ...options, password: () => never("") }).send(mailOf())).toEqual(slow);
});

it("reports what must be fixed, without the recipient or the server's words", async () => {
  const { lines, log } = keptLog();
  const refuses = await smtpServer({ ...signsIn, AUTH: "535 5.7.8 ana s3cret <ana@example.com>" });
  await smtpMailer({ server: { ...refuses.server, ...ana }, log }).send(mailOf());
  const gone = await smtpServer();
  await gone.close();
  await smtpMailer({ server: gone.server, log }).send(mailOf());
  for (const RCPT of ["550 5.1.1 ana@example.com", "452 4.2.2 ana@example.com"]) {
    const { server } = await smtpServer({ RCPT });
    await smtpMailer({ server, log }).send(mailOf());
  }
  expect(lines).toEqual(
    ["sign_in_refused", "unreachable"].map((reason) => ({
      message: "the SMTP server takes no mail",
      reason,
    })),
  );
});

it("recognizes a server that is not there, and one that takes too long", async () => {
  const gone = await smtpServer();
  await gone.close();
  expect(await smtpMailer({ server: gone.server }).send(mailOf())).toEqual({
    outcome: "again",
    reason: "unreachable",
  });
  for (const answers of [{ CONNECT: "" }, { RCPT: "" }, { DOT: "" }]) {
    const { server } = await smtpServer(answers);
    expect(await smtpMailer({ server, timeoutMs: 200 }).send(mailOf())).toEqual({
      outcome: "again",
      reason: "slow",
    });
  }
});
