import type { Notice } from "@callboard/core";
import { readDoorLink } from "@callboard/protocol";
import { Window } from "happy-dom";
import PostalMime, { type Email } from "postal-mime";
import { expect, it } from "vitest";
import { smtpServer } from "../testing/smtp-server.ts";
import type { FetchPicture } from "./mail/pictures.ts";
import { noticeOf, questionOf, SENT_AT } from "./mail/testing/notices.ts";
import { mailDoor } from "./mail.ts";
import type { Mail } from "./mailers/mailer.ts";
import { smtpMailer } from "./mailers/smtp.ts";

const png = {
  bytes: new Uint8Array(Buffer.from("\x89PNG\r\n\x1a\n and so on", "latin1")),
  mediaType: "image/png",
} as const;
const settings = {
  fetchPicture: (async () => png) as FetchPicture,
  clock: { now: () => SENT_AT, wait: () => new Promise<void>(() => {}) },
  pagesUrl: "https://board.example/",
  apiUrl: "https://api.example/",
  from: "board@example.com",
};
const target = { address: "ana@example.com" };

/** What somebody may write to break a mail. */
const hostile = [
  "\r\nBcc: eve@evil.test\r\n\r\n<script>alert(1)</script>",
  "</title></style><img src=x onerror=alert(1)>",
  '"><a href="javascript:alert(1)">CLICK</a>',
  "[CLICK](https://evil.test)",
  "\u202egpj.exe\u202c \u2066\u2069",
  "=?UTF-8?B?PGI+?= ]]> <!-- {{constructor}} ${x}",
  "lone \ud83d half \ude00",
  "\0\x07\x1b[31m",
  "👩‍👩‍👧‍👦".repeat(60),
  "W".repeat(5000),
  "a\u0301".repeat(3000),
  "\n".repeat(3000),
];

/** What the door gives to its mailer. */
async function handed(changes: Partial<Notice> = {}, own: Partial<typeof settings> = {}): Promise<Mail> {
  const mails: Mail[] = [];
  const mailer = {
    async send(mail: Mail) {
      mails.push(mail);
      return { outcome: "sent" } as const;
    },
  };
  const outcome = await mailDoor({ ...settings, ...own, mailer }).send(target, noticeOf(changes));
  expect(outcome).toEqual({ outcome: "sent" });
  expect(mails).toHaveLength(1);
  return mails[0]!;
}

/** The mail as it comes over SMTP, read by a parser that is not the builder's. */
async function arrived(changes: Partial<Notice> = {}): Promise<{ mail: Email; message: string }> {
  const { server, taken } = await smtpServer();
  await mailDoor({ ...settings, mailer: smtpMailer({ server }) }).send(target, noticeOf(changes));
  const { message } = taken[0]!;
  return { mail: await PostalMime.parse(message), message };
}

function documentOf(html: string) {
  const window = new Window({ settings: { disableJavaScriptEvaluation: true } });
  window.document.write(html);
  return window.document;
}

const linksOf = (html: string): string[] =>
  [...documentOf(html).querySelectorAll("a")].map((link) => link.getAttribute("href")!);

const headerOf = ({ headers }: Email, key: string) =>
  headers.filter((header) => header.key === key).map(({ value }) => value);

it("arrives with text, HTML and the pictures that it shows", async () => {
  const { mail } = await arrived();
  expect(mail.subject).toBe("talk.mp4: Which title fits this talk?");
  expect(mail.from).toMatchObject({ name: "Callboard", address: "board@example.com" });
  expect(mail.attachments).toHaveLength(1);
  const images = [...documentOf(mail.html!).querySelectorAll("img")].map((image) =>
    image.getAttribute("src"),
  );
  expect(images).toEqual([`cid:${mail.attachments[0]!.contentId!.replace(/[<>]/g, "")}`]);
  for (const text of [mail.text!, documentOf(mail.html!).body.textContent])
    for (const said of [
      "Which title fits this talk?",
      "A night at the Globe",
      "How a company of eight plays twenty parts",
      "Eight actors, twenty parts",
      "Answer by Mon, 1 Jun 2026, 11:30 GMT+9 (2 h 30 min left when this was sent).",
      "If nobody answers by then, “A night at the Globe” is taken.",
      "This mail is for Ana Souza. Anyone you forward it to can answer in your name until Mon, 1 Jun 2026, 11:30 GMT+9.",
      "Nothing is answered until you press a button there.",
    ])
      expect(text).toContain(said);
});

it("links each candidate, the question and the way to get no more mails, and nothing else, in both texts", async () => {
  const { html, text } = await handed();
  const links = [
    "https://board.example/answer.html#token-of-the-question-1/a-1/Model%20A",
    "https://board.example/answer.html#token-of-the-question-1/b-1/Model%20B",
    "https://board.example/answer.html#token-of-the-question-1",
    "https://board.example/answer.html#unsubscribe/token-to-unsubscribe-1",
  ];
  expect(linksOf(html)).toEqual(links);
  expect(text.match(/https?:\/\/\S+/g)).toEqual(links);
  expect(links.map((link) => readDoorLink(new URL(link).hash))).toEqual([
    { opens: "answer", token: "token-of-the-question-1", candidateId: "a-1", source: "Model A" },
    { opens: "answer", token: "token-of-the-question-1", candidateId: "b-1", source: "Model B" },
    { opens: "answer", token: "token-of-the-question-1" },
    { opens: "unsubscribe", token: "token-to-unsubscribe-1" },
  ]);
});

it("names the candidate of each link for people who hear only the links", async () => {
  const { html } = await handed();
  const labels = [...documentOf(html).querySelectorAll("a")].map((link) => link.getAttribute("aria-label"));
  expect(labels).toEqual([
    "Choose this one: A night at the Globe",
    "Choose this one: Eight actors, twenty parts",
    null,
    null,
  ]);
});

it("holds nothing that a mail program loads, runs or sends", async () => {
  const { html } = await handed({ others: 3 });
  const document = documentOf(html);
  expect(document.querySelectorAll("script,form,input,iframe,object,embed,link,base,svg,video").length).toBe(
    0,
  );
  for (const image of document.querySelectorAll("img")) expect(image.getAttribute("src")).toMatch(/^cid:/);
  expect(html).not.toMatch(/url\(|@import|http-equiv|src="http|\son\w+=/);
});

it("can be unsubscribed from by one press, and says that a machine wrote it", async () => {
  const { mail } = await arrived();
  expect(headerOf(mail, "list-unsubscribe")).toEqual([
    "<https://api.example/unsubscribe/token-to-unsubscribe-1>",
  ]);
  expect(headerOf(mail, "list-unsubscribe-post")).toEqual(["List-Unsubscribe=One-Click"]);
  expect(headerOf(mail, "auto-submitted")).toEqual(["auto-generated"]);
});

it("never writes an address to unsubscribe that SES would refuse the mail for", async () => {
  const { headers } = await handed({ unsubscribeToken: "x".repeat(900) });
  expect(headers.map(([name]) => name)).not.toContain("List-Unsubscribe");
});

// https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_MessageHeader.html
it("passes on headers and texts that SES accepts, whatever the notice contains", async () => {
  const own = /^(to|cc|bcc|from|reply-to|subject|date|message-id|mime-version|content-.+|return-path)$/i;
  for (const words of ["plain", ...hostile])
    for (const occasion of ["asked", "reminded"] as const) {
      const { headers, ...mail } = await handed({
        id: words,
        occasion,
        to: { user: words, name: words, lang: "en", zone: words },
        questions: [questionOf({ prompt: words })],
      });
      expect(headers.length).toBeLessThanOrEqual(15);
      expect(new Set(headers.map(([name]) => name.toLowerCase())).size).toBe(headers.length);
      for (const [name, value] of headers) {
        expect(name).not.toMatch(own);
        expect(value).toMatch(/^[ -~]{1,870}$/);
      }
      expect(`${mail.subject}${mail.text}${mail.html}`).not.toMatch(/\p{Cs}/u);
    }
});

// https://github.com/discourse/discourse/pull/4938 and https://github.com/mozilla-bteam/bmo/pull/498: SES writes ids of its own.
it("puts a reminder into the thread of the first mail, whatever ids the mails get", async () => {
  const [first, reminder, other] = await Promise.all([
    handed(),
    handed({ id: "ntc_2", occasion: "reminded" }),
    handed({ to: { ...noticeOf().to, user: "ben" } }),
  ]);
  const of = ({ headers }: Mail, name: string) => headers.find(([one]) => one === name)?.[1];
  const root = of(first, "References");
  expect(root).toMatch(/^<[0-9a-f]{32}@example\.com>$/);
  expect([of(reminder, "References"), of(reminder, "In-Reply-To")]).toEqual([root, root]);
  expect(of(first, "In-Reply-To")).toBeUndefined();
  expect(of(other, "References")).not.toBe(root);
  expect(reminder.subject).toBe(first.subject);
  expect([first.messageId, reminder.messageId]).toEqual(["<ntc_1@example.com>", "<ntc_2@example.com>"]);
  expect(reminder.text).toMatch(/^Reminder: /);
  // https://github.com/freelawproject/courtlistener/issues/1972: with this header Gmail makes no threads.
  for (const mail of [first, reminder]) expect(of(mail, "X-Entity-Ref-ID")).toBeUndefined();
});

it("makes a valid mail id from any notice's id", async () => {
  const ids = await Promise.all(
    ["a b", "<x>", "é", "x\r\nBcc: a@b.c", "y".repeat(500)].map(
      async (id) => (await handed({ id })).messageId,
    ),
  );
  for (const id of ids) expect(id).toMatch(/^<[0-9a-f]{32}@example\.com>$/);
  expect(new Set(ids).size).toBe(ids.length);
  expect((await handed({ id: "a b" })).messageId).toBe(ids[0]);
});

it("sends several questions as a digest that stays apart from threads", async () => {
  const questions = [
    questionOf(),
    questionOf({
      prompt: "May it be released?",
      verbs: ["approve", "reject"],
      candidates: [],
      token: "token-of-the-question-2",
    }),
  ];
  const { subject, text, html, pictures, headers } = await handed({ questions, others: 4 });
  expect(subject).toBe("6 questions wait for your answer");
  expect(text).toMatch(/^Workflows ask you 2 questions:/);
  expect(text).toContain(
    "4 more questions wait for you.\n\nOpen your inbox in Callboard\nhttps://board.example/creator.html\n",
  );
  expect(text).toContain("each question as long as it is open");
  expect(pictures).toEqual([]);
  expect(linksOf(html)).toContain("https://board.example/answer.html#token-of-the-question-2");
  expect(headers.map(([name]) => name)).toContain("X-Entity-Ref-ID");
  expect(headers.map(([name]) => name)).not.toContain("References");
});

it("shows at most twenty questions, counts the others, and is small enough for Gmail to show it whole", async () => {
  const candidates = Array.from({ length: 20 }, (_, i) => ({
    id: `c-${i}`,
    source: "M".repeat(100),
    title: `${i}: ${"劇".repeat(280)}`,
    description: "説明".repeat(2000),
  }));
  const long = (i: number) =>
    questionOf({
      prompt: "問".repeat(1000),
      candidates,
      token: `${i}${"t".repeat(120)}`,
      title: "題".repeat(300),
    });
  const digest = await handed({ questions: Array.from({ length: 25 }, (_, i) => long(i)), others: 7 });
  expect(digest.subject).toBe("32 questions wait for your answer");
  expect(digest.text).toContain("12 more questions wait for you.");
  const single = await handed({ questions: [long(0)] });
  expect(Buffer.byteLength(single.html)).toBeLessThan(102 * 1024);
  expect(Buffer.byteLength(digest.html)).toBeLessThan(512 * 1024);
  expect(Buffer.byteLength(digest.text)).toBeLessThan(256 * 1024);
});

it("is in Japanese for a person whose language it is, and keeps the question's language", async () => {
  const to = { user: "aoi", name: "佐藤 葵", lang: "ja", zone: "Asia/Tokyo" } as const;
  const { html, text, subject } = await handed({ to, questions: [questionOf({ lang: "en" })] });
  const document = documentOf(html);
  expect(document.documentElement.getAttribute("lang")).toBe("ja");
  expect(document.querySelector("h1")!.closest("[lang]")!.getAttribute("lang")).toBe("en");
  expect(text).toContain("期限：2026年6月1日(月) 11:30 JST（送信時点で残り2時間30分）。");
  expect(text).toContain("このメールは佐藤 葵さん宛てです。");
  expect(subject).toBe("talk.mp4: Which title fits this talk?");
});

it("shows right-to-left text from the right, but not our own sentences", async () => {
  const candidates = [{ id: "a-1", title: "ليلة في مسرح الغلوب" }];
  const { html, text } = await handed({
    questions: [questionOf({ lang: "ar", prompt: "أي عنوان؟", candidates })],
  });
  const document = documentOf(html);
  expect(document.documentElement.getAttribute("dir")).toBe("ltr");
  expect(document.querySelector("h1")!.closest("[dir]")!.getAttribute("dir")).toBe("rtl");
  expect(text).toContain("If nobody answers by then, “\u2068ليلة في مسرح الغلوب\u2069” is taken.");
});

// https://github.com/distribution/distribution/pull/4900, https://github.com/flarum/framework/issues/4399,
// https://github.com/MuckRock/muckrock/issues/2098
it.each(hostile)("contains %j only as text, everywhere", async (words) => {
  const questions = [
    questionOf({
      title: words,
      prompt: words,
      lang: words,
      labels: { pick: words, reject: words },
      default: { verb: "edit", value: { title: words } },
      candidates: [{ id: "a-1", title: words, source: words, description: words, picture: words }],
    }),
  ];
  const { mail, message } = await arrived({ questions, to: { ...noticeOf().to, name: words, user: "ana" } });
  expect(mail.bcc ?? []).toEqual([]);
  expect(mail.to).toEqual([{ name: "", address: "ana@example.com" }]);
  expect(mail.subject!.length).toBeLessThanOrEqual(150);
  expect(mail.subject).not.toMatch(/[\p{Cc}\p{Cs}\u202a-\u202e]/u);
  for (const line of message.split("\r\n")) expect(line.length).toBeLessThanOrEqual(998);
  for (const link of linksOf(mail.html!))
    expect(link).toMatch(/^https:\/\/board\.example\/answer\.html#(unsubscribe\/)?token-/);
  const document = documentOf(mail.html!);
  expect(document.querySelectorAll("script,img,[onerror]").length).toBe(0);
  expect(document.querySelectorAll("a").length).toBe(3);
  expect(`${mail.text}${mail.html}`).not.toMatch(/[\u202a-\u202e\p{Cs}\0]/u);
});

// https://github.com/calcom/cal.diy/issues/1961, https://github.com/sct/overseerr/issues/927
it("writes & and < unescaped in the subject and the plain text", async () => {
  const { subject, text, html } = await handed({
    questions: [
      questionOf({ title: "Q & A", prompt: "Is 'a' < \"b\"?", candidates: [], default: { verb: "reject" } }),
    ],
  });
  expect(subject).toBe("Q & A: Is 'a' < \"b\"?");
  expect(text).toContain("    Q & A\n    Is 'a' < \"b\"?");
  expect(documentOf(html).querySelector("title")!.textContent).toBe(subject);
});

// https://github.com/mailwatch/MailWatch/issues/1007, https://github.com/python/cpython/pull/131411
it.each([
  ["a word that mail programs decode", "=?utf-8?B?4oCuZ3Bq?=", "= ?utf-8?B?4oCuZ3Bq?="],
  ["one beside others", "Is =?UTF-8?Q?=0D=0ABcc:x?= it?", "Is = ?UTF-8?Q?=0D=0ABcc:x?= it?"],
])("has no subject that mail programs would change: %s", async (_, prompt, subject) => {
  const questions = [questionOf({ prompt, title: "" })];
  const { mail } = await arrived({ questions });
  expect(mail.subject).toBe(`video/v_1: ${subject}`);
  expect((await handed({ questions })).subject).toBe(`video/v_1: ${subject}`);
});

it("leaves no gap for a picture that could not be fetched", async () => {
  const { html, pictures } = await handed({}, { fetchPicture: async () => undefined });
  expect(pictures).toEqual([]);
  expect(html).not.toContain("<img");
});

it("sends nothing to an invalid address, and passes on the mailer's refusal of one", async () => {
  const mails: Mail[] = [];
  const mailer = {
    async send(mail: Mail) {
      mails.push(mail);
      return { outcome: "again", reason: "throttled" } as const;
    },
  };
  const door = mailDoor({ ...settings, mailer });
  const address = '"x@gmail.com x"@internal.domain';
  expect(await door.send({ address }, noticeOf())).toEqual({ outcome: "refused", reason: "bad_address" });
  expect(mails).toEqual([]);
  expect(await door.send({ address: "ana@bücher.example" }, noticeOf())).toEqual({
    outcome: "again",
    reason: "throttled",
  });
  expect(mails[0]!.to).toBe("ana@xn--bcher-kva.example");
});

it.each([
  ["en", "Is this your address?", "If you did not ask for it"],
  ["ja", "メールアドレスの確認", "心当たりがない場合"],
] as const)("asks a person in %s to confirm an address by a code", async (lang, subject, notYou) => {
  const { server, taken } = await smtpServer();
  const door = mailDoor({ ...settings, mailer: smtpMailer({ server }) });
  expect(await door.confirm(target, { ...noticeOf().to, lang }, "042137")).toEqual({ outcome: "sent" });
  const mail = await PostalMime.parse(taken[0]!.message);
  expect(mail.subject).toContain(subject);
  expect(mail.subject).not.toContain("042137");
  for (const text of [mail.text!, documentOf(mail.html!).body.textContent]) {
    expect(text).toContain("042137");
    expect(text).toContain("Ana Souza");
    expect(text).toContain(notYou);
  }
  expect(linksOf(mail.html!)).toEqual([]);
  expect(headerOf(mail, "list-unsubscribe")).toEqual([]);
  await expect(door.confirm(target, noticeOf().to, "12345")).rejects.toThrow("six digits");
});

it("cannot be created with an invalid sender or address", () => {
  const mailer = { send: async () => ({ outcome: "sent" }) as const };
  for (const bad of [{ from: "Callboard" }, { pagesUrl: "board.example" }, { apiUrl: "javascript:alert(1)" }])
    expect(() => mailDoor({ ...settings, mailer, ...bad })).toThrow();
});
