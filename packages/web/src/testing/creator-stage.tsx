import { createDrafts } from "@callboard/client/headless";
import { CallboardProvider, DraftsProvider } from "@callboard/client/react";
import { createRoot } from "react-dom/client";
import { CreatorPage } from "../creator/creator-page.tsx";
import { laterParts } from "../creator/later-parts.ts";
import { laterQuestion } from "../creator/later-question.ts";
import { PlainQuestion } from "../creator/whole-question.tsx";
import { type ReadHttp, ReadingContext } from "../http/reading.ts";
import type { Found } from "../session/find-request.ts";
import type { Video, VideosApi } from "../videos/videos-api.ts";
import { WordsProvider } from "../words/use-words.ts";
import { act } from "./act.ts";
import { fakeClient } from "./fake-client.ts";
import { halfPastTwo } from "./items.ts";
import { englishForTests } from "./words.ts";

const refused = { ok: false, error: { code: "none" } } as const;

interface CreatorOptions {
  /** The HTTP API's answer about a question that is not in the inbox. */
  found?: Found;
  sample?: (...wished: Parameters<VideosApi["playSample"]>) => Awaited<ReturnType<VideosApi["playSample"]>>;
}

/** Ana's creator page at an address, with a client without a server; `null` means no video application. */
export async function openCreator(
  hash: string,
  videos: readonly Video[] | null = [],
  words = englishForTests,
  { found = { kind: "unknown" }, sample = () => refused }: CreatorOptions = {},
) {
  // From then on each of these is drawn at once.
  await Promise.all([PlainQuestion, ...laterQuestion, ...laterParts].map(({ load }) => load()));
  window.history.replaceState(null, "", hash === "" ? window.location.pathname : hash);
  const { client, put, sent } = fakeClient({ me: "ana", now: halfPastTwo });
  const asked: string[] = [];
  const read: ReadHttp = async (path) => {
    asked.push(path.replace("/requests/", ""));
    if (found.kind === "unreachable") return undefined;
    return found.kind === "unknown" ? { status: 404 } : { status: 200, body: { request: found } };
  };
  const none = () => Promise.resolve(refused);
  const api: VideosApi = {
    newUploadId: () => "upload",
    list: () => Promise.resolve({ ok: true, value: [...(videos ?? [])] }),
    prepare: none,
    start: none,
    playSample: async (...wished) => sample(...wished),
    stop: none,
    retry: none,
  };
  const page = document.createElement("div");
  document.body.append(page);
  const root = createRoot(page, { onCaughtError: () => {} });
  const config = { socketUrl: "ws://x/", devTokens: true, maxUploadBytes: 1e9, sampleAvailable: true };
  await act(async () =>
    root.render(
      <WordsProvider value={words}>
        <DraftsProvider drafts={createDrafts()}>
          <CallboardProvider client={client}>
            <ReadingContext value={read}>
              <CreatorPage config={config as never} videos={videos === null ? undefined : api} />
            </ReadingContext>
          </CallboardProvider>
        </DraftsProvider>
      </WordsProvider>,
    ),
  );
  const all = (selector: string) => [...page.querySelectorAll<HTMLElement>(selector)];
  const one = (selector: string) => {
    const found = page.querySelector<HTMLElement>(selector);
    if (!found) throw new Error(`there is no ${selector}`);
    return found;
  };
  /** Presses the button whose text starts with `words`, within `within`. */
  async function press(words: string, within: HTMLElement = page) {
    const button = [...within.querySelectorAll("button")].find((one) =>
      one.textContent?.trim().startsWith(words),
    );
    if (!button) throw new Error(`no button says ${words}`);
    await act(async () => button.click());
  }
  return {
    page,
    sent,
    /** The questions that were looked up over HTTP. */
    asked,
    all,
    one,
    put: (...what: Parameters<typeof put>) => act(async () => put(...what)),
    press,
    /** Presses an answer button, and then “Send now” instead of waiting. */
    async send(words: string, within: HTMLElement = page) {
      await press(words, within);
      await press("Send now", within);
    },
    click: (element: HTMLElement) => act(async () => element.click()),
    /** Presses a key at the focus, with the browser's reaction: Enter presses a button. */
    key: (key: string, more: KeyboardEventInit = {}) =>
      act(async () => {
        const target = document.activeElement ?? document.body;
        const event = new KeyboardEvent("keydown", {
          key,
          bubbles: true,
          cancelable: true,
          composed: true,
          ...more,
        });
        if (target.dispatchEvent(event) && key === "Enter" && target instanceof HTMLButtonElement)
          target.click();
      }),
    type: (field: HTMLInputElement | HTMLTextAreaElement, text: string) =>
      act(async () => {
        const prototype = field instanceof HTMLInputElement ? HTMLInputElement : HTMLTextAreaElement;
        Object.getOwnPropertyDescriptor(prototype.prototype, "value")!.set!.call(field, text);
        field.dispatchEvent(new Event("input", { bubbles: true }));
      }),
    answer: (index: number, receipt: Parameters<(typeof sent)[number]["settle"]>[0] = {}) =>
      act(async () => sent[index]!.settle(receipt)),
    async close() {
      await act(async () => root.unmount());
      page.remove();
    },
  };
}
