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

/** Closes what was drawn since. */
export async function closeDrawn(): Promise<void> {
  for (const close of closing.splice(0)) await close();
}

interface Options {
  words?: Words;
  /** How every channel stands; what tests put comes all the same. */
  status?: ChannelStatus;
  /** Nothing has come of any channel so far. */
  isLoading?: boolean;
  /** The server's time; it stands still unless told. */
  now?: () => number;
}

/** Draws a part of the viewer's page before a client without a server, whose user is Vic. */
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
    /** References that were asked to be resolved, in their order. */
    asked,
    /** Answers the oldest that waits: with an address, or that there is none. */
    answer: (url: string | undefined) => act(async () => answers.shift()!(url)),
    put: (channel: Channel, values: Record<string, unknown>) => act(async () => put(channel, values)),
  };
}
