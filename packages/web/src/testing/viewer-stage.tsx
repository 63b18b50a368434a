import type { Channel, ChannelStatus } from "@callboard/client";
import { CallboardProvider } from "@callboard/client/react";
import type { ReactNode } from "react";
import { createRoot } from "react-dom/client";
import { WordsProvider } from "../words/use-words.ts";
import type { Words } from "../words/words.ts";
import { act } from "./act.ts";
import { fakeClient } from "./fake-client.ts";
import { halfPastTwo } from "./items.ts";
import { englishForTests } from "./words.ts";

const closing: (() => Promise<void>)[] = [];

/** Removes everything that was drawn since. */
export async function closeDrawn(): Promise<void> {
  for (const close of closing.splice(0)) await close();
}

interface Options {
  words?: Words;
  /** The status of every channel; items that tests put are shown nevertheless. */
  status?: ChannelStatus;
  /** No data has come for any channel so far. */
  isLoading?: boolean;
  /** The server's time. Default: a fixed time. */
  now?: () => number;
}

/** Draws a part of the viewer's page for the user Vic, with a client without a server. */
export async function draw(
  part: ReactNode,
  { words = englishForTests, status, isLoading, now = () => halfPastTwo }: Options = {},
) {
  const { client, put } = fakeClient({ me: "vic", now: halfPastTwo });
  const asked: string[] = [];
  const answers: ((url: string | undefined) => void)[] = [];
  const given: typeof client = {
    ...client,
    now,
    channel: (name) => {
      const view = client.channel(name);
      return Object.create(view, {
        name: { value: name },
        status: { value: status ?? (isLoading ? "catching_up" : view.status) },
        epoch: { value: isLoading ? undefined : view.epoch },
        items: { get: () => view.items },
        follow: {
          value: (changed: () => void) => view.follow(() => changed()),
        },
      }) as never;
    },
    resolve: (ref) => {
      asked.push(ref);
      return new Promise((resolve, reject) => {
        answers.push((url) =>
          url === undefined
            ? reject(new Error("not_found"))
            : resolve({ url, expiresAt: halfPastTwo + 900_000 }),
        );
      });
    },
  };
  const page = document.createElement("div");
  document.body.append(page);
  const root = createRoot(page, { onCaughtError: () => {} });
  await act(async () =>
    root.render(
      <WordsProvider value={words}>
        <CallboardProvider client={given}>{part}</CallboardProvider>
      </WordsProvider>,
    ),
  );
  closing.push(async () => {
    await act(async () => root.unmount());
    page.remove();
  });
  return {
    page,
    /** The references that were resolved, in order. */
    asked,
    /** Answers the oldest pending call: with a URL, or with an error. */
    answer: (url: string | undefined) => act(async () => answers.shift()!(url)),
    put: (channel: Channel, values: Record<string, unknown>) => act(async () => put(channel, values)),
  };
}
