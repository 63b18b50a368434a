import { describe, expect, it } from "vitest";
import { readRawMail } from "./raw-mail.ts";
import { rawMail } from "./testing/ses.ts";

const related = (...parts: string[][]) =>
  rawMail(
    "From: a@example.com",
    "MIME-Version: 1.0",
    'Content-Type: multipart/related; boundary="x"',
    "",
    ...parts.flatMap((part) => ["--x", ...part]),
    "--x--",
  );
const picture = (...headers: string[]) => [
  "Content-Type: image/png",
  "Content-Transfer-Encoding: base64",
  ...headers,
  "",
  "iVBORw0KGgo=",
];
const html = ["Content-Type: text/html; charset=utf-8", "", '<img src="cid:logo">'];

describe("a mail that other projects' mailboxes have read wrongly", () => {
  // https://github.com/maildev/maildev/issues/148
  it("is kept with an invalid From", async () => {
    const { content } = await readRawMail(
      rawMail("From: <John Do>noreply@example.com", "Subject: s", "", "t"),
    );
    expect(content).toMatchObject({ subject: "s", from: expect.stringContaining("John Do") });
  });

  // https://github.com/rnwood/smtp4dev/issues/25
  it.each([
    ["without any header", "hello"],
    ["of nothing", ""],
    ["whose header has no colon", "Subject\r\n\r\nhello"],
    ["whose multipart has no parts", "Content-Type: multipart/mixed; boundary=b\r\n\r\nhello"],
    ["whose multipart has no boundary", "Content-Type: multipart/mixed\r\n\r\nhello"],
  ])("is read %s", async (_, text) => {
    const { content, recipients } = await readRawMail(Buffer.from(text));
    expect([content.from, recipients]).toEqual(["", []]);
  });

  // https://github.com/tweedegolf/mailcrab/issues/105
  it("has its text and its picture in either order", async () => {
    for (const parts of [
      [html, picture("Content-ID: <logo>")],
      [picture("Content-ID: <logo>"), html],
    ]) {
      const { content } = await readRawMail(related(...parts));
      expect(content.html).toContain('src="cid:logo"');
      expect(content.files).toEqual([
        {
          contentId: "logo",
          contentType: "image/png",
          content: new Uint8Array([137, 80, 78, 71, 13, 10, 26, 10]),
        },
      ]);
    }
  });

  // https://github.com/axllent/mailpit/issues/589, https://github.com/PHPMailer/PHPMailer/issues/1875
  it.each([
    ["with an equals sign", "<8547-fbdb@834353be=>", "8547-fbdb@834353be="],
    [
      "in encoded parts",
      "<=?us-ascii?Q?795d06e8bc68?=\r\n =?us-ascii?Q?2357@phpmailer.0?=>",
      "795d06e8bc682357@phpmailer.0",
    ],
    ["without brackets", "logo@x", "logo@x"],
  ])("has a content id %s", async (_, written, read) => {
    for (const disposition of ["inline", "attachment"]) {
      const part = picture(`Content-ID: ${written}`, `Content-Disposition: ${disposition}; filename=a.png`);
      const { content } = await readRawMail(related(html, part));
      expect(content.files).toEqual([expect.objectContaining({ contentId: read, filename: "a.png" })]);
    }
  });

  // https://github.com/postalsys/postal-mime/issues/77
  it("is refused when it nests deeper than SES allows, and does not end the process", async () => {
    const levels = Array.from({ length: 3000 }, (_, n) => [
      `Content-Type: multipart/mixed; boundary=b${n}`,
      "",
      `--b${n}`,
    ]);
    await expect(readRawMail(rawMail(...levels.flat()))).rejects.toMatchObject({
      name: "BadRequestException",
    });
  });

  // https://github.com/maildev/maildev/issues/270, https://github.com/sj26/mailcatcher/issues/181
  it("is read in any charset, with its files' names", async () => {
    const arabic = await readRawMail(rawMail("Subject: مرحبا", "Content-Type: text/plain", "", "مرحبا"));
    expect([arabic.content.subject, arabic.content.text.trim()]).toEqual(["مرحبا", "مرحبا"]);
    const shiftJis = Buffer.concat([
      rawMail("Subject: =?shift_jis?B?k/qWe4zq?=", "Content-Type: text/plain; charset=shift_jis", "", ""),
      Buffer.from([0x93, 0xfa, 0x96, 0x7b]),
    ]);
    const japanese = await readRawMail(shiftJis);
    expect([japanese.content.subject, japanese.content.text.trim()]).toEqual(["日本語", "日本"]);
    const unknown = await readRawMail(rawMail("Subject: =?x-none?B?YQ?= =?utf-8?B?A?=", "", "t"));
    expect(unknown.content.text.trim()).toBe("t");
    const named = picture("Content-Disposition: attachment; filename*=utf-8''r%C3%A9sum%C3%A9.png");
    expect((await readRawMail(related(html, named))).content.files[0]!.filename).toBe("résumé.png");
  });
});
