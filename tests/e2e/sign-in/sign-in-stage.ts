import { readSettings } from "@callboard/dev";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { openBrowser, openPage } from "../browser.ts";
import { openStage, type Stage } from "../stage.ts";
import { clientId, openIssuer, type Shape, type TestIssuer } from "./issuer.ts";

/** Callboard whose people sign in with an issuer, and a browser to do so. */
export interface SignInStage {
  readonly issuer: TestIssuer;
  readonly stage: Stage;
  readonly pages: string;
  readonly browser: Browser;
  /** Opens a page in its own browser, signed out. */
  visit(path?: string, options?: Parameters<typeof openPage>[2]): Promise<Visit>;
  /** Closes every page, so that none renews its token in the next test. */
  leave(): Promise<void>;
  close(): Promise<void>;
}

interface Visit {
  readonly page: Page;
  readonly context: BrowserContext;
  readonly problems: string[];
  /** Every address that the pages' tabs have had. */
  readonly addresses: string[];
}

const capabilities = { "*": ["watch:*"], creators: ["work:video/*"] };

/** `variables` are settings as `npm start` reads them. */
export async function openSignIn(shape: Shape, variables: Record<string, string> = {}): Promise<SignInStage> {
  const issuer = await openIssuer(shape);
  const { identity } = readSettings({
    CALLBOARD_ISSUER: issuer.url,
    CALLBOARD_CLIENT_ID: clientId,
    CALLBOARD_CAPABILITIES: JSON.stringify(capabilities),
    ...(shape === "cognito" ? { CALLBOARD_LOGOUT_URL: `${issuer.url}/logout` } : {}),
    ...variables,
  });
  const [stage, browser] = await Promise.all([openStage({}, { identity: identity! }), openBrowser()]);
  const { pages } = stage.callboard.addresses;
  issuer.pages = pages;
  return {
    issuer,
    stage,
    pages,
    browser,
    async visit(path = "/creator.html", options = {}) {
      const opened = await openPage(browser, "about:blank", { locale: "en-GB", ...options });
      // The provider's own pages ask for a font.
      await opened.context.route(/googleapis/, (route) =>
        route.fulfill({ contentType: "text/css", body: "" }),
      );
      const addresses: string[] = [];
      opened.context.on("page", (page) => follow(page, addresses));
      follow(opened.page, addresses);
      await opened.page.goto(`${pages}${path}`);
      return { ...opened, addresses };
    },
    async leave() {
      await Promise.all(browser.contexts().map((context) => context.close()));
    },
    async close() {
      await browser.close();
      await stage.close();
      await issuer.close();
    },
  };
}

const follow = (page: Page, addresses: string[]) =>
  page.on("framenavigated", (frame) => addresses.push(frame.url()));

/** Presses the button of the signed-out page, and signs in at the issuer with this name. */
export async function signIn(page: Page, login: string, button = "Sign in"): Promise<void> {
  await page.getByRole("button", { name: button, exact: true }).click();
  await typeLogin(page, login);
}

export async function typeLogin(page: Page, login: string): Promise<void> {
  await page.getByPlaceholder("Enter any login").fill(login);
  await page.getByPlaceholder("and password").fill("secret");
  await page.getByRole("button", { name: "Sign-in" }).click();
}

/** Waits until the page is connected, as the bar says. */
export const connected = (page: Page): Promise<void> =>
  page.locator('[data-connection="connected"]').waitFor();

/** The stored sign-in of this browser. */
export const keptOn = (page: Page): Promise<{ token?: string; refreshToken?: string } | null> =>
  page.evaluate(() => JSON.parse(localStorage.getItem("callboard.session") ?? "null"));
