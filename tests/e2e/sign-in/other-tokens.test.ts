import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ask } from "../asking.ts";
import { bearing, openRaw } from "../raw-socket.ts";
import { idOf, otherClientId } from "./issuer.ts";
import { connected, keptOn, openSignIn, type SignInStage, signIn } from "./sign-in-stage.ts";
import { signInStory } from "./sign-in-story.ts";

signInStory("cognito", "access");
signInStory("plain", "id");

describe("with another claim that names people", () => {
  let on: SignInStage;
  beforeAll(async () => {
    on = await openSignIn("cognito", { CALLBOARD_USER_CLAIM: "cognito:username" });
  });
  afterAll(() => on?.close());

  it("asks user/ana, who has signed in with that name", async () => {
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
  "refuses another application's %s token of the same issuer, and explains it",
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
      // A token that was just issued is not replaced.
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
