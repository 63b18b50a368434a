// @vitest-environment happy-dom
import { createRoot } from "react-dom/client";
import { expect, it, onTestFinished } from "vitest";
import { act } from "../testing/act.ts";
import { fakeAnswers, linkToken } from "../testing/fake-answers.ts";
import { englishAnswering } from "../testing/words.ts";
import { WordsProvider } from "../words/use-words.ts";
import { answerApi } from "./answer-api.ts";
import { UnsubscribePage } from "./unsubscribe-page.tsx";

/** The page of a link that turns mails off, before a server of which a test says what it says. */
async function open() {
  const server = fakeAnswers();
  const api = answerApi({
    token: linkToken,
    httpUrl: async () => "https://api.example/api",
    fetch: server.fetch,
    isOnline: () => true,
  });
  const page = document.createElement("div");
  document.body.append(page);
  const root = createRoot(page);
  onTestFinished(async () => {
    await act(async () => root.unmount());
    page.remove();
  });
  await act(async () =>
    root.render(
      <WordsProvider value={englishAnswering}>
        <UnsubscribePage turnOff={api.turnOff} />
      </WordsProvider>,
    ),
  );
  const button = () => page.querySelector<HTMLButtonElement>("button.primary");
  return {
    server,
    button,
    status: () => page.querySelector('[role="status"]')?.textContent,
    link: () => page.querySelector("main a")?.textContent,
    press: () =>
      act(async () => {
        button()!.focus();
        button()!.click();
      }),
  };
}

it("turns mails off after one or more presses, and shows where to turn them on again", async () => {
  const { server, button, status, link, press } = await open();
  expect(server.asked).toEqual([]);
  const tell = server.hold("unsubscribe");
  await press();
  await press();
  expect(document.activeElement).toBe(button());
  await act(async () => tell([200, {}]));
  expect(server.asked).toEqual([`POST /api/unsubscribe/${linkToken}`]);
  expect([status(), link(), button()]).toEqual([
    "You get no more mails about questions. Questions still come to your page.",
    "Turn them on again in the settings",
    null,
  ]);
  expect(document.activeElement?.getAttribute("role")).toBe("status");
});

it("does not claim that mails still come without an answer, and can be pressed again", async () => {
  const { server, status, press } = await open();
  server.says.unsubscribe = "away";
  await press();
  expect(status()).toBe("Callboard did not answer. Mails may not be off yet: try again.");
  delete server.says.unsubscribe;
  await press();
  expect(status()).toContain("You get no more mails");
});

it("links to the settings when the link has ended", async () => {
  const { server, button, status, link, press } = await open();
  server.says.unsubscribe = [401, { error: { code: "unauthorized", message: "no" } }];
  await press();
  expect([status(), link(), button()]).toEqual([
    "This link is not valid any more. Turn mails off in the settings.",
    "Settings",
    null,
  ]);
});
