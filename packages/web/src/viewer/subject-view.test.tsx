// @vitest-environment happy-dom
import { CallboardProvider } from "@callboard/client/react";
import { createRoot } from "react-dom/client";
import { expect, it } from "vitest";
import { act } from "../testing/act.ts";
import { fakeClient } from "../testing/fake-client.ts";
import { halfPastTwo } from "../testing/items.ts";
import { englishForTests } from "../testing/words.ts";
import { WordsProvider } from "../words/use-words.ts";
import { SubjectView } from "./subject-view.tsx";

it("shows viewers what can be read beside what cannot", async () => {
  const { client, put } = fakeClient({ me: "vic", now: halfPastTwo });
  const page = document.createElement("div");
  const root = createRoot(page, { onCaughtError: () => {} });
  await act(async () =>
    root.render(
      <WordsProvider value={englishForTests}>
        <CallboardProvider client={client}>
          <SubjectView subject="order/1" leave={() => {}} />
        </CallboardProvider>
      </WordsProvider>,
    ),
  );
  const wait = { thread: "region", round: 1, since: 1, deadline: halfPastTwo + 60_000 };
  await act(async () =>
    put("watch:order/1", {
      title: { title: "سلام <b>" },
      waiting: { requests: { req_0123456789: wait } },
      viewers: { count: -1 },
      avatar: { object: { key: 7 } },
      "execution/m:1": { execution: "m:1", state: "running", startedAt: 1 },
      "execution/wild": { execution: "wild", state: "running", startedAt: 8.64e15 + 1 },
      "step/m:1/__proto__": {
        execution: "m:1",
        step: "__proto__",
        state: "running",
        attempt: 1,
        percent: 1e300,
        message: "x".repeat(300),
        startedAt: 1,
        at: 2,
      },
      "step/m:1/wild": null,
      "step/m:1/wilder": { percent: "all" },
    }),
  );
  expect(page.querySelector("h1")?.textContent).toBe("سلام <b>");
  expect(page.querySelector("h1 [dir=auto]")?.getAttribute("lang")).toBe("");
  expect(page.querySelector("[data-waiting]")?.textContent).toMatch(/^Waiting for an answer, until .+\.$/);
  expect(page.querySelectorAll('[data-step="__proto__"]')).toHaveLength(1);
  expect([...page.querySelectorAll<HTMLElement>("[data-broken]")].map((row) => row.dataset.broken)).toEqual([
    "execution/wild",
    "step/m:1/wilder",
  ]);
  await act(async () => root.unmount());
});
