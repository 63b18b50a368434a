import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { answerOn } from "../story-stage.ts";
import type { Shape } from "./issuer.ts";
import { connected, keptOn, openSignIn, type SignInStage, signIn } from "./sign-in-stage.ts";

/** A person signs in, works and signs out, with an issuer of one shape and one of its tokens. */
export const signInStory = (shape: Shape, token: "id" | "access") =>
  describe(`with an issuer of shape ${shape}, whose ${token} tokens are sent`, () => {
    let on: SignInStage;
    beforeAll(async () => {
      on = await openSignIn(shape, { CALLBOARD_PAGES_TOKEN: token });
    });
    afterAll(() => on?.close());

    it("leads from the button to an answer and to signing out", async () => {
      const { page, problems, addresses } = await on.visit("/creator.html");
      await page.getByRole("heading", { name: "You are signed out" }).waitFor();
      expect(await page.getByRole("button").allTextContents()).toEqual(["Sign in"]);

      await signIn(page, "ana");
      await connected(page);
      expect(page.url()).toBe(`${on.pages}/creator.html`);
      await page.locator(".account-name", { hasText: "Ana Lima" }).waitFor();

      await page.getByRole("button", { name: "Play the sample" }).click();
      await page.waitForURL(/#\/v\/v_/);
      await page.getByRole("radio").first().waitFor();
      await page.getByRole("radio").first().check();
      await answerOn(page, "Choose this title");
      await page.locator('[data-receipt][data-status="relayed"]').waitFor({ state: "attached" });

      expect(on.issuer.store.count("RefreshToken")).toBe(1);
      const { token: sent } = (await keptOn(page))!;
      await page.getByRole("button", { name: "Sign out" }).click();
      if (shape === "plain") await page.getByRole("button", { name: "Yes, sign me out" }).click();
      await page.waitForURL(`${on.pages}/sign-in.html`);
      await page.getByRole("heading", { name: "You are signed out" }).waitFor();
      expect(on.issuer.signOuts).toEqual(["callboard-pages"]);
      expect([on.issuer.store.count("RefreshToken"), await keptOn(page)]).toEqual([0, null]);

      // The issuer's session has ended, too: it asks for the name.
      await page.getByRole("button", { name: "Sign in again" }).click();
      await page.getByPlaceholder("Enter any login").waitFor();

      // Codes are in the address only until they are read, tokens never.
      const own = addresses.filter((address) => address.startsWith(on.pages));
      expect(own.filter((address) => address.includes(sent!) || /token=/.test(address))).toEqual([]);
      expect(own.filter((address) => address.includes("code="))).toHaveLength(1);
      expect(problems).toEqual([]);
    });

    it("returns to the same place and question", async () => {
      const { page } = await on.visit("/creator.html#/q/req_0123456789");
      await signIn(page, "bo");
      await connected(page);
      expect(page.url()).toBe(`${on.pages}/creator.html#/q/req_0123456789`);
    });

    it("issues no token of its own", async () => {
      const response = await fetch(`${on.pages}/dev/token?user=ana&role=creator`);
      expect(response.status).toBe(404);
      const { viewer, creator } = on.stage.callboard.addresses;
      expect([viewer, creator]).toEqual([`${on.pages}/viewer.html`, `${on.pages}/creator.html`]);
    });
  });
