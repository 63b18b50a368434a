import { expect, it } from "vitest";
import { readSmtpUrl, smtpPlace } from "./smtp-url.ts";

const problemOf = (text: string): string => {
  const read = readSmtpUrl(text);
  expect(read).toHaveProperty("problem");
  return read.problem!;
};

it.each([
  ["smtp://mail.example.com", { host: "mail.example.com", port: 587, secure: false }],
  ["smtps://mail.example.com/", { host: "mail.example.com", port: 465, secure: true }],
  ["smtp://127.0.0.1:1025", { host: "127.0.0.1", port: 1025, secure: false }],
  ["SMTPS://Mail.Example.com:2465", { host: "mail.example.com", port: 2465, secure: true }],
  ["smtp://mailpit_1:1025", { host: "mailpit_1", port: 1025, secure: false }],
  // https://github.com/pocketbase/pocketbase/issues/7659
  ["smtp://[2001:db8::25]:2525", { host: "2001:db8::25", port: 2525, secure: false }],
  ["smtps://[::1]", { host: "::1", port: 465, secure: true }],
])("takes %s", (text, server) => {
  expect(readSmtpUrl(text)).toEqual({ server });
});

it.each([
  ["smtp://ana:s3cret@mail.example.com:587", "ana", "s3cret"],
  ["smtp://ana@mail.example.com", "ana", undefined],
  // https://github.com/nodemailer/nodemailer/issues/1723
  ["smtp://ana@corp.example:s3cret@mail.example.com:587", "ana@corp.example", "s3cret"],
  ["smtp://ana%40corp.example:p%40ss%3Aw%25rd@mail.example.com", "ana@corp.example", "p@ss:w%rd"],
  ["smtp://ana:p@ss:word@mail.example.com", "ana", "p@ss:word"],
  // https://github.com/wekan/wekan/issues/1845: what SES makes up has + and /.
  ["smtp://AKIA1:Aq+Amk%2FU8@email-smtp.us-east-1.amazonaws.com", "AKIA1", "Aq+Amk/U8"],
  // https://github.com/PHPMailer/PHPMailer/issues/3039
  ["smtp://ana:6Xcf§5c@mail.example.com", "ana", "6Xcf§5c"],
  ["smtp://ana:abcd efgh@mail.example.com", "ana", "abcd efgh"],
])("reads the user from %s", (text, user, password) => {
  const { server } = readSmtpUrl(text);
  expect(server).toMatchObject({ host: expect.stringMatching(/^(mail|email-smtp)\./), port: 587 });
  expect([server?.user, server?.password]).toEqual([user, password]);
});

it.each([
  ["mail.example.com:587"],
  ["https://mail.example.com"],
  ["smtp://"],
  ["smtp://:587"],
  ["smtp://mail.example.com:0"],
  ["smtp://mail.example.com:99999"],
  ["smtp://mail example.com"],
  ["smtp://mail.example.com."],
  ["smtp://-mail.example.com"],
  ["smtp://mäil.example.com"],
  ["smtp://%31.example.com"],
  ["smtp://[fe80::1%25eth0]"],
  ["smtp://:s3cret@mail.example.com"],
  ["smtp://ana:s3cret@mail.example.com/inbox"],
  ["smtp://ana:s3cret@mail.example.com#now"],
  ["smtp://ana:s3%00cret@mail.example.com"],
  ["smtp://ana:s3cret\n@mail.example.com"],
  [`smtp://ana:s3cret${"x".repeat(1000)}@mail.example.com`],
  // https://github.com/nodemailer/nodemailer/issues/572: the host would be the user.
  ["smtps://ana:s3c/ret@mail.example.com"],
  ["smtps://ana:12/s3cret@mail.example.com"],
  // https://github.com/langfuse/langfuse/issues/1517
  ["smtps://ana@ciao.example:s3cret#2@cloud.example"],
  ["smtp://ana:12#s3cret@mail.example.com"],
])("says how to write an address for %s, without its content", (text) => {
  const problem = problemOf(text);
  expect(problem).toMatch(/^is not an address such as smtp:\/\/user@host:587 or smtps:.*%40/);
  expect(problem).not.toMatch(/s3|ana|example/);
});

it.each([
  // https://github.com/firebase/extensions/issues/992: it would end in “URI malformed”.
  ["smtp://ana:100%s3cret@mail.example.com", /^has a %.* that is to be written as %25$/],
  ["smtp://100%:s3cret@mail.example.com", /^has a %.* that is to be written as %25$/],
  ["smtp://ana:s3%FFcret@mail.example.com", /^has a %.* that is to be written as %25$/],
  ["smtp://ana:s3cret@mail.example.com?pool=true", /^has a \?: .*%3F/],
  ["smtp://ana:12?s3cret@mail.example.com", /^has a \?: .*%3F/],
  ["smtps://mail.example.com?tls.rejectUnauthorized=false", /^has a \?: there are no options/],
  // https://github.com/meteor/meteor/issues/8612
  ["smtp://ana:s3cret@mail.example.com:465", /^names port 465, .* smtps:/],
  // https://github.com/titraio/titra/issues/156
  ["smtps://ana:s3cret@mail.example.com:587", /^names port 587, .* smtp:/],
  ["smtps://mail.example.com:25", /^names port 25, .* smtp:/],
])("says what is wrong with %s", (text, what) => {
  expect(problemOf(text)).toMatch(what);
  expect(problemOf(text)).not.toMatch(/s3|ana|example/);
});

it("names a server without its user", () => {
  const place = (text: string) => smtpPlace(readSmtpUrl(text).server!);
  expect(place("smtp://ana:s3cret@mail.example.com")).toBe("mail.example.com:587");
  expect(place("smtps://ana:s3cret@[::1]")).toBe("[::1]:465");
});
