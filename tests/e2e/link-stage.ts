import type { AnswerView, CandidateValue, RequestValue } from "@callboard/protocol";
import type { Browser, BrowserContext, Page, Route } from "playwright-core";
import { openBrowser, openPage } from "./browser.ts";
import { openMachine } from "./machine.ts";

/** The token of a link, not made by any server here. */
export const token = "v1.eyJrIjoiYW5zd2VyIn0.c2lnbmVk-_x";
const requestId = "req_0123456789";

/** A candidate of the question of a link. */
export const candidate = (id: string, title: string, description?: string): CandidateValue => ({
  ...{ thread: "title", round: 1, by: requestId, id, title },
  ...(description === undefined ? {} : { description }),
});

const two = [
  candidate("left", "A night at the Globe", "What an evening in the theatre by the Thames is like."),
  candidate(
    "right",
    "Right",
    "The other one, with a description that goes on for a while, so that it has to be cut.",
  ),
];

/** The question of a link as a server would show it now. */
export function viewOf(request: Partial<RequestValue> = {}, candidates = two): AnswerView {
  const now = Date.now();
  return {
    request: {
      requestId,
      subject: "video/v_1",
      title: "Talk about the Globe",
      thread: "title",
      round: 1,
      maxRounds: 3,
      prompt: "Which title?",
      verbs: ["pick", "edit", "regenerate", "reject"],
      candidates: candidates.map(({ id }) => id),
      assignees: ["user/ana"],
      execution: "run1",
      askedAt: now,
      deadline: now + 3_600_000,
      state: "open",
      ...request,
    },
    candidates: [...candidates],
    as: { id: "ana", name: "Ana" },
    door: "mail",
    serverTime: now,
  };
}

/** Makes the HTTP API give an answer at a path; a test may change it. */
export async function serve(context: BrowserContext, path: string, says: { status: number; body: unknown }) {
  const sent: unknown[] = [];
  await context.route(`**${path}`, async (route: Route) => {
    if (route.request().method() === "GET" || route.request().method() === "POST")
      sent.push(route.request().postDataJSON());
    await route.fulfill({
      status: says.status,
      contentType: "application/json",
      headers: { "access-control-allow-origin": "*" },
      body: JSON.stringify(says.body),
    });
  });
  return sent;
}

type Options = Parameters<typeof openPage>[2];

/** A browser on the pages of a machine, whose HTTP API gives a test's answers. */
export interface LinkStage {
  readonly browser: Browser;
  /** Where the pages are. */
  readonly pages: string;
  /** Opens a link; the server shows this question, or answers with this status. */
  openLink(view: AnswerView | number, fragment?: string, options?: Options): Promise<OpenedLink>;
  close(): Promise<void>;
}

interface OpenedLink {
  readonly page: Page;
  readonly context: BrowserContext;
  readonly problems: string[];
  /** The requests of the page. */
  readonly sent: unknown[];
}

/** Starts a machine for its pages, and a browser. */
export async function openLinkStage(): Promise<LinkStage> {
  const machine = await openMachine();
  await machine.start().up;
  const browser = await openBrowser();
  const pages = `http://127.0.0.1:${machine.ports.pages}`;
  return {
    browser,
    pages,
    async openLink(view, fragment = `#${token}`, options = {}) {
      const { page, context, problems } = await openPage(browser, "about:blank", options);
      const says =
        typeof view === "number"
          ? { status: view, body: { error: { code: "x" } } }
          : { status: 200, body: view };
      const sent = await serve(context, "/answers/view", says);
      await page.goto(`${pages}/answer.html${fragment}`);
      await page.locator("h1").waitFor();
      return { page, context, problems, sent };
    },
    async close() {
      await browser.close();
      await machine.close();
    },
  };
}
