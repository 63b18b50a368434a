import { createDrafts } from "@callboard/client/headless";
import { DraftsProvider, loadForms } from "@callboard/client/react";
import { createRoot } from "react-dom/client";
import { onTestFinished } from "vitest";
import { answerApi } from "../answer/answer-api.ts";
import { AnswerPage } from "../answer/answer-page.tsx";
import { openAnswerPage } from "../answer/answer-page-state.ts";
import { type OpenedLink, storageOfLink, takeLink } from "../answer/kept-link.ts";
import { laterQuestion } from "../creator/later-question.ts";
import { PlainQuestion } from "../creator/whole-question.tsx";
import type { PageStorage } from "../session/tab-storage.ts";
import { WordsProvider } from "../words/use-words.ts";
import type { Words } from "../words/words.ts";
import { act } from "./act.ts";
import { type FakeAnswers, linkToken } from "./fake-answers.ts";
import { halfPastTwo } from "./items.ts";
import { englishAnswering } from "./words.ts";

/** A tab's storage. */
export function fakeStorage(): PageStorage & { readonly kept: Map<string, string> } {
  const kept = new Map<string, string>();
  return {
    kept,
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => void kept.set(key, value),
    removeItem: (key) => void kept.delete(key),
  };
}

interface Options {
  /** The fragment of the address. */
  fragment?: string;
  storage?: ReturnType<typeof fakeStorage>;
  words?: Words;
}

/** The page of a link, with a fake server; closed at the end of the test at the latest. */
export async function openLink(server: FakeAnswers, options: Options = {}) {
  const { fragment = `#${linkToken}`, storage = fakeStorage(), words = englishAnswering } = options;
  await Promise.all([loadForms(), ...[PlainQuestion, ...laterQuestion].map(({ load }) => load())]);
  const link = takeLink(fragment, storage) as Extract<OpenedLink, { opens: "answer" }>;
  let isOnline = true;
  const api = answerApi({
    token: link.token,
    httpUrl: async () => "https://api.example/api",
    fetch: server.fetch,
    isOnline: () => isOnline,
  });
  const timers: { at: number; work: () => void }[] = [];
  let now = halfPastTwo;
  let replies = 0;
  const own = storageOfLink(storage, link);
  const drafts = createDrafts(own);
  const page = openAnswerPage({
    link,
    api,
    storage: own,
    drafts,
    clock: {
      now: () => now,
      after(ms, work) {
        const timer = { at: now + ms, work };
        timers.push(timer);
        return () => void (timers.includes(timer) && timers.splice(timers.indexOf(timer), 1));
      },
    },
    newReplyId: () => `rpl_${++replies}`,
  });
  const element = document.createElement("div");
  document.body.append(element);
  const root = createRoot(element);
  await act(async () =>
    root.render(
      <WordsProvider value={words}>
        <DraftsProvider drafts={drafts}>
          <AnswerPage page={page} />
        </DraftsProvider>
      </WordsProvider>,
    ),
  );
  const all = (selector: string) => [...element.querySelectorAll<HTMLElement>(selector)];
  async function close() {
    page.close();
    await act(async () => root.unmount());
    element.remove();
  }
  onTestFinished(close);
  async function click(target: HTMLElement | undefined | null) {
    if (!target) throw new Error("there is nothing to press");
    await act(async () => target.click());
  }
  return {
    storage,
    all,
    text: () => element.textContent ?? "",
    one: (selector: string) => element.querySelector<HTMLElement>(selector),
    marked: () => all('input[type="radio"]').filter((one) => (one as HTMLInputElement).checked).length,
    /** The title of the selected candidate. */
    markedTitle: () =>
      element.querySelector("input:checked")?.closest("li")?.querySelector("strong")?.textContent,
    pressVerb: (verb: string) => click(element.querySelector<HTMLElement>(`[data-verb=${verb}]`)),
    press: (label: string) => click(all("button").find((one) => one.textContent?.trim() === label)),
    mark: (id: string) => click(element.querySelector<HTMLElement>(`[data-candidate=${id}] input`)),
    load: () => act(() => page.load()),
    setOnline(online: boolean) {
      isOnline = online;
    },
    /** Moves the time on, and waits for what becomes due. */
    async pass(ms: number) {
      const until = now + ms;
      for (;;) {
        const next = timers.filter(({ at }) => at <= until).sort((a, b) => a.at - b.at)[0];
        if (!next) break;
        timers.splice(timers.indexOf(next), 1);
        now = next.at;
        await act(async () => next.work());
      }
      now = until;
    },
    waits: () => timers.length,
    close,
  };
}
