// @vitest-environment happy-dom
import type { ChannelView } from "@callboard/client";
import { CallboardProvider } from "@callboard/client/react";
import type { HistoryEntry } from "@callboard/protocol";
import { afterEach, expect, it, vi } from "vitest";
import { type ReadHttp, ReadingContext } from "../http/reading.ts";
import { act } from "../testing/act.ts";
import { fakeClient } from "../testing/fake-client.ts";
import { halfPastTwo } from "../testing/items.ts";
import { closeDrawn, draw } from "../testing/viewer-stage.tsx";
import { japaneseForTests } from "../testing/words.ts";
import { History } from "./history.tsx";

afterEach(async () => {
  await closeDrawn();
  vi.useRealTimers();
  vi.restoreAllMocks();
});

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
      await new Promise((done) => setImmediate(done));
    });
  const rows = () =>
    [...stage.page.querySelectorAll("li")].map((row) =>
      [...row.children].map(({ textContent }) => textContent?.replace(/[\u2068\u2069]/g, "")),
    );
  const status = () => stage.page.querySelector("[role=status]")?.textContent;
  return { ...stage, asked, button, press, answer, rows, status };
}

it("reads nothing until it is opened, and then shows what happened and when", async () => {
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
    ["14:29:56", "It was asked: “Which?”", "Assigned to you and the role editors.", "title, round 2"],
    ["14:29:55", "1 proposal came from A model.", "title, round 2"],
    ["14:29:54", "Facts: Tags and live (removed) and 3 more"],
    ["14:29:53", "Mp4, attempt 2: failed.", "No space", "Cause: ENOSPC"],
    ["14:29:52", "As a whole: under way."],
  ]);
  expect(page.querySelector("time")?.dateTime).toBe(new Date(halfPastTwo).toISOString());
  expect(status()).toBe("9 entries shown. There are no earlier entries.");
});

it("shows it in Japanese too", async () => {
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

it("shows earlier entries on request, each once, and moves the focus to their end", async () => {
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
  expect(status()).toBe("3 entries shown. There are no earlier entries.");
  expect(button("Show earlier")).toBeUndefined();
  expect(document.activeElement).toBe(page.querySelector("[role=status]"));
});

it("keeps the shown entries if the rest cannot be read, and reads again on request", async () => {
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
  expect([rows().length, status()]).toEqual([1, "The history cannot be read right now."]);
  await press("Refresh");
  await answer();
  expect([rows().map(([, text]) => text), status()]).toEqual([
    ["The workflow has the answer."],
    "1 entry shown. There are no earlier entries.",
  ]);
  await press("Refresh");
  await answer();
  expect(status()).toBe("The history cannot be read right now.");
  await press("Refresh");
  await answer();
  expect([rows(), status()]).toEqual([[], "There is no history."]);
});

it("collapses, and drops a pending load", async () => {
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

/** A history that is open while time stands still, and how its subject moves on. */
async function followed(pages: readonly unknown[]) {
  const stage = await opened(pages);
  await stage.press("Show what happened");
  await stage.answer();
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  const moves = async (step: string) => {
    await stage.put("work:video/v_1", { [`step/-/${step}`]: { step, state: "started", at: halfPastTwo } });
    await act(async () => void vi.advanceTimersByTime(3000));
  };
  return { ...stage, moves, texts: () => stage.rows().map(([, text]) => text) };
}

const [third, second, first] = ["third", "second", "first"].map((step, n) =>
  entryAt(halfPastTwo - n * 1000, { what: "progress", step, state: "started" }),
);

it("shows new entries by itself when its subject changes, and announces their number", async () => {
  const { asked, answer, moves, texts, status, button, page } = await followed([
    { entries: [second, first] },
    { entries: [third, second, first] },
  ]);
  button("Refresh")!.focus();
  await moves("third");
  // Nobody has pressed anything: nothing is held up, and no focus is led away.
  expect([asked.length, status(), button("Refresh")!.disabled]).toEqual([
    2,
    "2 entries shown. There are no earlier entries.",
    false,
  ]);
  (document.activeElement as HTMLElement).blur();
  await answer();
  expect(texts()).toEqual(["Third: under way.", "Second: under way.", "First: under way."]);
  expect(status()).toBe("3 entries shown. There are no earlier entries.");
  expect(document.activeElement).not.toBe(page.querySelector("[role=status]"));
});

it("reads once for many changes, and nothing while the page is hidden", async () => {
  const { asked, put, moves, answer } = await followed([
    { entries: [first] },
    { entries: [first] },
    { entries: [second, first] },
  ]);
  for (let n = 0; n < 20; n++) await put("work:video/v_1", { [`fact/${n}`]: { name: "n", value: n, at: 1 } });
  await moves("second");
  await answer();
  expect(asked).toHaveLength(2);
  const seen = vi.spyOn(document, "visibilityState", "get").mockReturnValue("hidden");
  await moves("third");
  await moves("fourth");
  expect(asked).toHaveLength(2);
  seen.mockReturnValue("visible");
  await act(async () => void document.dispatchEvent(new Event("visibilitychange")));
  expect(asked).toHaveLength(3);
  await act(async () => void document.dispatchEvent(new Event("visibilitychange")));
  expect(asked).toHaveLength(3);
});

it("keeps shown earlier entries when new ones arrive", async () => {
  const { press, answer, moves, texts, asked } = await followed([
    { entries: [second], next: second!.id },
    { entries: [first] },
    { entries: [third], next: third!.id },
    { entries: [third, second], next: second!.id },
  ]);
  await press("Show earlier");
  await answer();
  expect(texts()).toEqual(["Second: under way.", "First: under way."]);
  // More than a page is new: the shown entries continue where the page ends.
  await moves("third");
  await answer();
  expect(texts()).toEqual(["Third: under way."]);
  await press("Show earlier");
  expect(asked.at(-1)).toContain(`before=${third!.id}`);
});

it("keeps shown earlier entries if new ones overlap", async () => {
  const { press, answer, moves, texts, button } = await followed([
    { entries: [second], next: second!.id },
    { entries: [first] },
    { entries: [third, second], next: second!.id },
  ]);
  await press("Show earlier");
  await answer();
  await moves("third");
  await answer();
  expect(texts()).toEqual(["Third: under way.", "Second: under way.", "First: under way."]);
  expect(button("Show earlier")).toBeUndefined();
});

it("reads once more when the connection is back, though nothing came on the channel", async () => {
  const { client } = fakeClient({ me: "vic", now: halfPastTwo });
  const listeners = new Set<() => void>();
  const view = {
    status: "following",
    items: new Map(),
    follow(listener: () => void) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
  const asked: string[] = [];
  const read: ReadHttp = async (path) => {
    asked.push(path);
    return undefined;
  };
  const given = { ...client, channel: () => view as unknown as ChannelView } as typeof client;
  const { page } = await draw(
    <CallboardProvider client={given}>
      <ReadingContext value={read}>
        <History subject="video/v_1" />
      </ReadingContext>
    </CallboardProvider>,
  );
  await act(async () => page.querySelector("button")!.click());
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  const stands = async (status: string) => {
    view.status = status;
    await act(async () => {
      for (const told of listeners) told();
      vi.advanceTimersByTime(3000);
    });
  };
  await stands("following");
  await stands("catching_up");
  expect(asked).toHaveLength(1);
  await stands("following");
  expect(asked).toHaveLength(2);
  await stands("following");
  expect(asked).toHaveLength(2);
});
