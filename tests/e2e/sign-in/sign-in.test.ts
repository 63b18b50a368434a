import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ask } from "../asking.ts";
import { bearing, openRaw } from "../raw-socket.ts";
import { idOf, otherClientId, type Shape } from "./issuer.ts";
import { connected, keptOn, openSignIn, type SignInStage, signIn } from "./sign-in-stage.ts";

describe.each<[Shape, string]>([
  ["cognito", "id"],
  ["cognito", "access"],
  ["plain", "id"],
])("with an issuer of shape %s, whose %s tokens are sent", (shape, token) => {
  let on: SignInStage;
  beforeAll(async () => {
    on = await openSignIn(shape, { CALLBOARD_PAGES_TOKEN: token });
  });
  afterAll(() => on?.close());

  it("takes somebody from the button to an answer and out again", async () => {
    const { page, problems, addresses } = await on.visit("/creator.html");
    await page.getByRole("heading", { name: "You are signed out" }).waitFor();
    expect(await page.getByRole("button").allTextContents()).toEqual(["Sign in"]);

    await signIn(page, "ana");
    await connected(page);
    expect(page.url()).toBe(`${on.pages}/creator.html`);
    await page.locator(".account-name", { hasText: "Ana Lima" }).waitFor();

    await page.getByRole("button", { name: "Play the sample" }).click();
    await page.waitForURL(/#video=v_/);
    await page.getByRole("radio").first().waitFor();
    await page.getByRole("radio").first().check();
    await page.getByRole("button", { name: "Choose this title" }).click();
    await page.locator('[data-receipt][data-status="relayed"]').waitFor();

    expect(on.issuer.store.count("RefreshToken")).toBe(1);
    const { token: sent } = (await keptOn(page))!;
    await page.getByRole("button", { name: "Sign out" }).click();
    if (shape === "plain") await page.getByRole("button", { name: "Yes, sign me out" }).click();
    await page.waitForURL(`${on.pages}/sign-in.html`);
    await page.getByRole("heading", { name: "You are signed out" }).waitFor();
    expect(on.issuer.signOuts).toEqual(["callboard-pages"]);
    expect([on.issuer.store.count("RefreshToken"), await keptOn(page)]).toEqual([0, null]);

    // The issuer has forgotten it, too: it asks who it is.
    await page.getByRole("button", { name: "Sign in again" }).click();
    await page.getByPlaceholder("Enter any login").waitFor();

    // Codes stand in the address only as long as it takes to read them, tokens never.
    const own = addresses.filter((address) => address.startsWith(on.pages));
    expect(own.filter((address) => address.includes(sent!) || /token=/.test(address))).toEqual([]);
    expect(own.filter((address) => address.includes("code="))).toHaveLength(1);
    expect(problems).toEqual([]);
  });

  it("comes back to where somebody was, question and all", async () => {
    const { page } = await on.visit("/creator.html#video=order/17&request=req_0123456789");
    await signIn(page, "bo");
    await connected(page);
    expect(page.url()).toBe(`${on.pages}/creator.html#video=order/17&request=req_0123456789`);
  });

  it("gives no token of its own", async () => {
    const response = await fetch(`${on.pages}/dev/token?user=ana&role=creator`);
    expect(response.status).toBe(404);
    const { viewer, creator } = on.stage.callboard.addresses;
    expect([viewer, creator]).toEqual([`${on.pages}/viewer.html`, `${on.pages}/creator.html`]);
  });
});

describe("where another claim names people", () => {
  let on: SignInStage;
  beforeAll(async () => {
    on = await openSignIn("cognito", { CALLBOARD_USER_CLAIM: "cognito:username" });
  });
  afterAll(() => on?.close());

  it("asks user/ana, who has signed in by that name", async () => {
    const { page } = await on.visit();
    await signIn(page, "ana");
    await connected(page);
    await ask(on.stage.aws, 1);
    await page.locator("li[data-request] button").first().waitFor();
    const state = await page.evaluate(
      () =>
        (window as unknown as { callboard: { state: { user: object; inboxes: string[] } } }).callboard.state,
    );
    expect(state.user).toMatchObject({ id: "ana", name: "Ana Lima", roles: ["role/creators"] });
    expect(state.inboxes).toContain("inbox:user/ana");
    expect(state.inboxes).not.toContain(`inbox:user/${idOf("ana")}`);
  });
});

it.each(["id", "access"])(
  "refuses another application's %s token of the same issuer, and says whose sign-in it is",
  async (token) => {
    const on = await openSignIn("cognito");
    try {
      const { page, context } = await on.visit("/index.html");
      const config = (await (await fetch(`${on.pages}/config.json`)).json()) as { signIn: object };
      const signedInElsewhere = { ...config, signIn: { ...config.signIn, clientId: otherClientId, token } };
      await context.route(/config\.json/, (route) => route.fulfill({ json: signedInElsewhere }));
      await page.goto(`${on.pages}/creator.html`);
      await signIn(page, "ana");
      await page.locator('[data-account="refused"]').waitFor({ timeout: 60_000 });
      expect(await page.locator('[data-connection="unauthorised"]').count()).toBe(1);
      // A token that came just now is not replaced by another.
      expect(on.issuer.renewals).toEqual([]);

      const sent = (await keptOn(page))!.token!;
      const { socket } = on.stage.callboard.addresses;
      expect(await openRaw(socket, bearing(sent))).toEqual({ kind: "refused", status: 403 });
      const { port } = new URL(socket);
      const http = await fetch(`http://127.0.0.1:${port}/requests`, {
        headers: { authorization: `Bearer ${sent}` },
      });
      expect(http.status).toBe(403);
    } finally {
      await on.close();
    }
  },
);
