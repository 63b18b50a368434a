import { connect } from "node:net";
import { createTransport } from "nodemailer";
import { expect, it } from "vitest";
import { listenSmtp } from "./smtp.ts";
import { rawMail, sesStage, speakSmtp } from "./testing/ses.ts";

const transport = (port: number, more: object = {}) =>
  createTransport({ host: "127.0.0.1", port, secure: false, ignoreTLS: true, ...more });

const mail = {
  from: "Desk <desk@example.com>",
  to: "ana@example.com",
  subject: "題名",
  text: "本文",
  html: "<p>本文</p>",
};

it.each([
  ["without a name", {}],
  ["with any name and password", { auth: { user: "me", pass: "secret" } }],
])("accepts a mail over SMTP %s, from a widely used client", async (_, more) => {
  const { smtp, ses } = await sesStage();
  const attachments = [{ filename: "a.png", content: Buffer.from([1, 2, 3]), cid: "a@x" }];
  const sent = await transport(smtp.port, more).sendMail({ ...mail, attachments });
  const [got] = ses.mailbox.list();
  expect(sent.response).toContain(got!.id);
  expect(got).toMatchObject({
    from: "Desk <desk@example.com>",
    to: "ana@example.com",
    subject: "題名",
    html: "<p>本文</p>",
    attachments: [{ contentId: "a@x", contentType: "image/png", filename: "a.png", bytes: 3 }],
  });
  expect(got!.text.trim()).toBe("本文");
  expect([...ses.mailbox.file(got!.id, "a@x")!.content]).toEqual([1, 2, 3]);
});

it("delivers to the envelope's recipients, also hidden ones, and to the simulator", async () => {
  const { smtp, ses, events } = await sesStage();
  await transport(smtp.port).sendMail({
    ...mail,
    bcc: ["eve@example.com", "bounce@simulator.amazonses.com"],
  });
  const [got] = ses.mailbox.list();
  expect(got!.to).toBe("ana@example.com, eve@example.com");
  expect(JSON.stringify(got!.headers)).not.toContain("eve@");
  expect((await events()).map(({ type }) => type)).toEqual([
    "Email Sent",
    "Email Delivered",
    "Email Bounced",
  ]);
});

it.each([
  ["throttle", 454],
  ["break", 451],
  ["reject", 554],
  ["pause", 554],
  ["cut", 451],
] as const)("answers as SES does for the fault %s", async (how, responseCode) => {
  const { smtp, ses } = await sesStage();
  ses.fail({ how, times: 1 });
  await expect(transport(smtp.port).sendMail(mail)).rejects.toMatchObject({ responseCode });
  await transport(smtp.port).sendMail(mail);
  expect(ses.mailbox.list()).toHaveLength(how === "cut" ? 2 : 1);
});

it("says that it could not store a mail, so that it is sent again", async () => {
  const { smtp, ses, store } = await sesStage();
  store.fail("the disk is full");
  await expect(transport(smtp.port).sendMail(mail)).rejects.toMatchObject({ responseCode: 451 });
  store.fail(undefined);
  await transport(smtp.port).sendMail(mail);
  expect(ses.mailbox.list()).toHaveLength(1);
});

it("refuses a mail that says it is too large, and one to more than 50", async () => {
  const { smtp } = await sesStage();
  const [, , size] = await speakSmtp(smtp.port, "EHLO me", "MAIL FROM:<a@example.com> SIZE=41943041", "QUIT");
  expect(size).toMatch(/^552 /);
  const to = Array.from({ length: 51 }, (_, n) => `RCPT TO:<p${n}@example.com>`);
  const answers = await speakSmtp(smtp.port, "EHLO me", "MAIL FROM:<a@example.com>", ...to, "QUIT");
  expect(answers.slice(3).map((answer) => answer.slice(0, 3))).toEqual([
    ...Array(50).fill("250"),
    "452",
    "221",
  ]);
});

it("serves no pages of other sites, which can send lines to any port", async () => {
  const { smtp, ses } = await sesStage();
  const mail = ["EHLO me", "MAIL FROM:<a@example.com>", "RCPT TO:<b@example.com>", "DATA", "hello\r\n."];
  const [, refused, ...others] = await speakSmtp(smtp.port, "POST / HTTP/1.1", ...mail);
  expect([refused, others]).toEqual([expect.stringMatching(/^421 /), []]);
  expect(ses.mailbox.list()).toEqual([]);
});

it("continues after clients that disconnect, and stops with open connections", async () => {
  const { ses } = await sesStage();
  const smtp = await listenSmtp(ses, 0);
  await expect(listenSmtp(ses, smtp.port)).rejects.toMatchObject({ code: "EADDRINUSE" });
  const broken = connect(smtp.port, "127.0.0.1");
  broken.write("EHLO me\r\nMAIL FROM:<a@example.com>\r\nRCPT TO:<b@example.com>\r\nDATA\r\nhalf of");
  await new Promise((heard) => broken.once("data", heard));
  broken.resetAndDestroy();
  await transport(smtp.port).sendMail(mail);
  expect(ses.mailbox.list().map(({ subject }) => subject)).toEqual(["題名"]);
  const idle = connect(smtp.port, "127.0.0.1");
  await new Promise((connected) => idle.once("data", connected));
  const ended = new Promise((done) => idle.once("close", done));
  await Promise.all([smtp.close(), ended]);
});

it("accepts an empty mail", async () => {
  const { ses } = await sesStage();
  await ses.sendRaw(rawMail(""), { from: "", to: ["ana@example.com"] });
  expect(ses.mailbox.list()).toMatchObject([
    { from: "", to: "ana@example.com", subject: "", text: "", html: "" },
  ]);
});
