// @vitest-environment happy-dom
import type { HistoryEntry } from "@callboard/protocol";
import { afterEach, expect, it } from "vitest";
import { type ReadHttp, ReadingContext } from "../http/reading.ts";
import { act } from "../testing/act.ts";
import { halfPastTwo } from "../testing/items.ts";
import { closeDrawn, draw } from "../testing/viewer-stage.tsx";
import { japaneseForTests } from "../testing/words.ts";
import { History } from "./history.tsx";

afterEach(closeDrawn);

const idAt = (at: number, own = "a") => `${String(at).padStart(16, "0")}.${own}`;
const entryAt = (at: number, entry: object): HistoryEntry => ({ id: idAt(at), at, ...entry }) as HistoryEntry;
const about = { requestId: "req_0123456789", thread: "title", round: 2 };

/** All that can happen, the newest first. */
const everything: HistoryEntry[] = [
  { what: "execution", execution: "pp:v_1", state: "aborted", redrive: 1, cause: "By Bo" },
  { what: "question", happened: "relayed", ...about },
  {
    ...{ what: "question", happened: "answered", ...about, by: { id: "vic", name: "Vic" } },
    ...{ verb: "pick", candidate: "Queues", comment: "Short\nand true" },
  },
  { what: "question", happened: "seen", ...about, by: { id: "erased-1", name: "erased" } },
  {
    what: "question",
    happened: "asked",
    ...about,
    prompt: "Which?",
    assignees: ["user/vic", "role/editors"],
  },
  { what: "candidates", thread: "title", round: 2, source: "A model", count: 1 },
  {
    what: "facts",
    facts: [
      { name: "tags", label: "Tags" },
      { name: "live", removed: true },
    ],
    more: 3,
  },
  { what: "progress", step: "mp4", state: "failed", attempt: 2, message: "No space", cause: "ENOSPC" },
  { what: "progress", step: "execution", state: "started", attempt: 1001 },
].map((entry, n) => entryAt(halfPastTwo - n * 1000, entry));

/** A history that is read over HTTP as the pages say; each is given when the test says so. */
async function opened(pages: readonly unknown[], options: Parameters<typeof draw>[1] = {}) {
  const asked: string[] = [];
  const waiting: (() => void)[] = [];
  const left = [...pages];
  const read: ReadHttp = (path) => {
    asked.push(path);
    return new Promise((resolve) => {
      const page = left.shift();
      waiting.push(() => resolve(page === undefined ? { status: 503 } : { status: 200, body: page }));
    });
  };
  const stage = await draw(
    <ReadingContext value={read}>
      <History subject="video/v_1" />
    </ReadingContext>,
    options,
  );
  const button = (words: string) =>
    [...stage.page.querySelectorAll("button")].find(({ textContent }) => textContent === words);
  const press = (words: string) => act(async () => button(words)!.click());
  const answer = () =>
    act(async () => {
      waiting.shift()!();
      await import("../http/calls.ts");
      await new Promise((done) => setTimeout(done));
    });
  const rows = () =>
    [...stage.page.querySelectorAll("li")].map((row) =>
      [...row.children].map(({ textContent }) => textContent?.replace(/[\u2068\u2069]/g, "")),
    );
  const status = () => stage.page.querySelector("[role=status]")?.textContent;
  return { ...stage, asked, button, press, answer, rows, status };
}

it("reads nothing until somebody wants to see it, and then says what happened and when", async () => {
  const { asked, press, answer, rows, status, page } = await opened([{ entries: everything }]);
  expect(asked).toEqual([]);
  await press("Show what happened");
  expect([asked, status()]).toEqual([["/history?subject=video%2Fv_1&limit=50"], "Looking…"]);
  await answer();
  expect(rows()).toEqual([
    ["14:30:00", "The run was stopped by hand.", "pp · v_1", "Cause: By Bo"],
    ["14:29:59", "The workflow has the answer.", "title, round 2"],
    ["14:29:58", "You chose “Queues”.", "“Short\nand true”", "title, round 2"],
    ["14:29:57", "erased opened the question.", "title, round 2"],
    ["14:29:56", "It was asked: “Which?”", "Put to you and the role editors.", "title, round 2"],
    ["14:29:55", "1 proposal came from A model.", "title, round 2"],
    ["14:29:54", "Facts: Tags and live (taken away) and 3 more"],
    ["14:29:53", "Mp4, attempt 2: failed.", "No space", "Cause: ENOSPC"],
    ["14:29:52", "As a whole: under way."],
  ]);
  expect(page.querySelector("time")?.dateTime).toBe(new Date(halfPastTwo).toISOString());
  expect(status()).toBe("9 entries shown. That is all that is kept.");
});

it("says it in Japanese too", async () => {
  const { press, answer, rows } = await opened([{ entries: everything }], { words: japaneseForTests });
  await press("履歴を表示");
  await answer();
  expect(rows().map(([, text]) => text)).toEqual([
    "実行が手動で停止されました。",
    "ワークフローに届きました。",
    "あなたが「Queues」を選びました。",
    "erasedさんが質問を開きました。",
    "質問：「Which?」",
    "A modelから候補が1件届きました。",
    "情報：Tags、live（削除）、ほか3件",
    "Mp4（2回目の試行）：失敗。",
    "全体：実行中。",
  ]);
});

it("shows what was before when it is asked for, each once, and leads the focus to the end of it", async () => {
  const [first, second, third] = everything;
  const { asked, press, answer, rows, status, button, page } = await opened([
    { entries: [first, second], next: second!.id },
    { entries: [second, third] },
  ]);
  await press("Show what happened");
  await answer();
  button("Show earlier")!.focus();
  await press("Show earlier");
  expect(button("Show earlier")!.disabled).toBe(true);
  await answer();
  expect(asked[1]).toBe(`/history?subject=video%2Fv_1&limit=50&before=${second!.id}`);
  expect(rows()).toHaveLength(3);
  expect(status()).toBe("1 entry shown. That is all that is kept.");
  expect(button("Show earlier")).toBeUndefined();
  expect(document.activeElement).toBe(page.querySelector("[role=status]"));
});

it("keeps what is shown where the rest cannot be read, and reads again when it is told to", async () => {
  const [first, second] = everything;
  const { press, answer, rows, status } = await opened([
    { entries: [first], next: first!.id },
    undefined,
    { entries: [second, { what: "something new", id: idAt(1), at: 1 }, "x"], next: "not one" },
    { entries: "none" },
    { entries: [] },
  ]);
  await press("Show what happened");
  await answer();
  await press("Show earlier");
  await answer();
  expect([rows().length, status()]).toEqual([1, "The history cannot be read just now."]);
  await press("Look again");
  await answer();
  expect([rows().map(([, text]) => text), status()]).toEqual([
    ["The workflow has the answer."],
    "1 entry shown. That is all that is kept.",
  ]);
  await press("Look again");
  await answer();
  expect(status()).toBe("The history cannot be read just now.");
  await press("Look again");
  await answer();
  expect([rows(), status()]).toEqual([[], "Nothing is kept of it."]);
});

it("folds away, and forgets what it was about to show", async () => {
  const { press, answer, rows, page } = await opened([{ entries: everything }]);
  await press("Show what happened");
  expect(page.querySelector("[aria-expanded]")?.getAttribute("aria-expanded")).toBe("true");
  await press("Hide what happened");
  await answer();
  expect([rows(), page.querySelector("[aria-expanded]")?.getAttribute("aria-expanded")]).toEqual([
    [],
    "false",
  ]);
});
