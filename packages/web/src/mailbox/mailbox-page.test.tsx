// @vitest-environment happy-dom
import { createRoot } from "react-dom/client";
import { expect, it, onTestFinished } from "vitest";
import { act } from "../testing/act.ts";
import { halfPastTwo } from "../testing/items.ts";
import { englishForTests, japaneseForTests } from "../testing/words.ts";
import { WordsProvider } from "../words/use-words.ts";
import type { Mail } from "./mail-api.ts";
import { MailboxPage } from "./mailbox-page.tsx";
import { openMailboxStore } from "./mailbox-store.ts";

const mail = (n: number, more: Partial<Mail> = {}): Mail => ({
  id: `m${n}`,
  from: "Callboard <desk@example.com>",
  to: `p${n}@example.com`,
  subject: `Question ${n}`,
  text: `Answer at https://example.com/answer?t=${n}.`,
  html: `<p>Question ${n}</p>`,
  at: halfPastTwo - 60_000 + n,
  attachments: [],
  ...more,
});

/** The page before a mailbox that holds these mails, whose time passes by hand. */
async function draw(mails: Mail[] = [], words = englishForTests, mailServer?: string) {
  window.history.replaceState(null, "", "/mail.html");
  let isUp = true;
  let isSeen = true;
  let seenChanged = () => {};
  const timers: (() => void)[] = [];
  const asked: (string | undefined)[] = [];
  const store = openMailboxStore({
    api: {
      async after(id) {
        asked.push(id);
        if (!isUp) throw new Error("down");
        const at = mails.findIndex((one) => one.id === id);
        return mails.slice(at + 1);
      },
    },
    later(run) {
      timers.push(run);
      return () => void timers.splice(timers.indexOf(run) >>> 0, 1);
    },
    isSeen: () => isSeen,
    onSeen(changed) {
      seenChanged = changed;
      return () => {};
    },
  });
  // Apart from the document, since nobody serves here what its frames would load.
  const page = document.createElement("div");
  const root = createRoot(page);
  onTestFinished(() => act(async () => root.unmount()));
  await act(async () =>
    root.render(
      <WordsProvider value={words}>
        <MailboxPage store={store} now={() => halfPastTwo} mailServer={mailServer} />
      </WordsProvider>,
    ),
  );
  return {
    page,
    asked,
    timers,
    rows: () => [...page.querySelectorAll(".mails .row")].map(({ textContent }) => textContent),
    current: () => page.querySelector('.row[aria-current="true"] strong')?.textContent,
    press: (text: string) =>
      act(async () =>
        [...page.querySelectorAll("button")].find(({ textContent }) => textContent!.includes(text))!.click(),
      ),
    /** Two seconds later. */
    poll: (...come: Mail[]) =>
      act(async () => {
        mails.push(...come);
        timers.shift()?.();
      }),
    setUp: (up: boolean) => {
      isUp = up;
    },
    wipe: (...left: Mail[]) => mails.splice(0, mails.length, ...left),
    look: (seen: boolean) =>
      act(async () => {
        isSeen = seen;
        seenChanged();
      }),
  };
}

it("lists the mails, the newest first, with recipient, subject and time, and shows the newest", async () => {
  const { rows, page, current } = await draw([mail(1), mail(2, { subject: "" })]);
  expect(rows()).toEqual(["p2@example.comNo subject14:29", "p1@example.comQuestion 114:29"]);
  expect(current()).toBe("p2@example.com");
  expect(page.querySelector('[role="status"]')?.textContent).toBe("2 mails");
});

it("shows where Callboard's own mails go, only if they do not come here", async () => {
  const note = ({ page }: { page: HTMLElement }) => page.querySelector(".mails-elsewhere")?.textContent;
  expect(note(await draw([mail(1)]))).toBeUndefined();
  const server = "mail.example.com:587";
  expect(note(await draw([], englishForTests, server))).toBe(
    `Callboard's own mails go through ${server} and are not shown here.`,
  );
  expect(note(await draw([mail(1)], japaneseForTests, server))).toContain(server);
});

it("shows a mail in a frame of its own, in which no script may run and links open elsewhere", async () => {
  const { page } = await draw([mail(1)]);
  const frame = page.querySelector("iframe")!;
  expect(frame.getAttribute("src")).toBe("./dev/mail/m1");
  const allowed = frame.getAttribute("sandbox")!.split(" ");
  expect(allowed).toContain("allow-popups-to-escape-sandbox");
  expect(allowed.filter((one) => /script|same-origin|forms/.test(one))).toEqual([]);
});

it("shows its text too, with links", async () => {
  const { page, press } = await draw([mail(1)]);
  await press("Text");
  expect(page.querySelector("iframe")).toBeNull();
  expect(page.querySelector(".mail-text")?.textContent).toBe("Answer at https://example.com/answer?t=1.");
  const link = page.querySelector<HTMLAnchorElement>(".mail-text a")!;
  expect([link.getAttribute("href"), link.target, link.rel]).toEqual([
    "https://example.com/answer?t=1",
    "_blank",
    "noreferrer",
  ]);
});

it.each([
  ["HTML", { text: "" }, "iframe", ".mail-text"],
  ["text", { html: "" }, ".mail-text", "iframe"],
])("has no switch for a mail that is only %s", async (_, more, shown, other) => {
  const { page } = await draw([mail(1, more)]);
  expect([page.querySelector(shown), page.querySelector(other)]).toEqual([expect.anything(), null]);
  expect(page.querySelector(".pane-tabs")).toBeNull();
});

it("lists the files that are not shown inside the mail, to download", async () => {
  const attachments = [
    { contentId: "logo@x", contentType: "image/png", bytes: 10 },
    { contentType: "application/pdf", filename: "a.pdf", bytes: 2048 },
  ];
  const { page } = await draw([mail(1, { html: '<img src="cid:logo@x">', attachments })]);
  const links = [...page.querySelectorAll<HTMLAnchorElement>(".mail-files a")];
  expect(links.map((link) => [link.textContent, link.getAttribute("href"), link.download])).toEqual([
    ["a.pdf (2 KB)", "./dev/mail/m1/1", "a.pdf"],
  ]);
});

it("updates by itself: new mails are on top, and the shown one stays", async () => {
  const { poll, rows, current, asked } = await draw([mail(1)]);
  await poll(mail(2));
  expect(rows()).toHaveLength(2);
  expect(rows()[0]).toContain("p2@");
  expect(current()).toBe("p1@example.com");
  await poll();
  expect(asked).toEqual([undefined, "m1", "m2"]);
});

it("has an address for the chosen mail, and goes back to the list", async () => {
  const { press, current, page } = await draw([mail(1), mail(2)]);
  const at = () => page.querySelector("main")!.dataset.at;
  expect(at()).toBe("list");
  await press("p1@example.com");
  expect([window.location.hash, at(), current()]).toEqual(["#/m1", "mail", "p1@example.com"]);
  await press("All mails");
  expect(at()).toBe("list");
});

it("loads nothing while it is hidden, and at once when it is visible", async () => {
  const { look, poll, asked, timers } = await draw([mail(1)]);
  await look(false);
  await poll();
  expect([asked.length, timers.length]).toEqual([1, 0]);
  await look(true);
  expect(asked.length).toBe(2);
});

it("shows that the server does not answer, keeps its mails, and continues", async () => {
  const { setUp, poll, page, rows } = await draw([mail(1)]);
  const alert = () => page.querySelector('[role="alert"]')!.textContent;
  setUp(false);
  await poll();
  expect([alert(), rows().length]).toEqual(["The server does not answer; trying again.", 1]);
  setUp(true);
  await poll(mail(2));
  expect([alert(), rows().length]).toEqual(["", 2]);
});

it("shows no mail twice after the server's data were deleted", async () => {
  const { wipe, poll, rows } = await draw([mail(1), mail(2)]);
  wipe(mail(1));
  await poll(mail(3));
  expect(rows().map((row) => row!.slice(0, 2))).toEqual(["p3", "p1", "p2"]);
});

it.each([
  [englishForTests, "No mail yet", "0 mails"],
  [japaneseForTests, "メールはまだありません", "メール0件"],
])("explains the mailbox while it is empty", async (words, none, count) => {
  const { page } = await draw([], words);
  expect(page.querySelector("h1")?.textContent).toBe(none);
  expect(page.querySelector('[role="status"]')?.textContent).toBe(count);
});
