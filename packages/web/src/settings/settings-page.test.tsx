// @vitest-environment happy-dom
import {
  ChangeSettings,
  ConfirmAddress,
  type ReachSettings,
  ReachSettings as ReachSettingsShape,
  settingsRoutes,
} from "@callboard/protocol";
import { createRoot } from "react-dom/client";
import { afterEach, expect, it } from "vitest";
import { SignedOut } from "../session/token.ts";
import { act } from "../testing/act.ts";
import { englishSettings } from "../testing/words.ts";
import { WordsProvider } from "../words/use-words.ts";
import { settingsApi } from "./settings-api.ts";
import { SettingsPage } from "./settings-page.tsx";

const usual: ReachSettings = {
  mail: { on: true, address: "ana@example.com", state: "issuer" },
  webhook: { on: true },
  lang: "en",
  zone: "Europe/London",
};

const ends: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

/** The page before a server that has these settings, and says of wishes what a test has it say. */
async function open(settings: Partial<ReachSettings> = {}) {
  const server = {
    settings: ReachSettingsShape.parse({ ...usual, ...settings }) as ReachSettings,
    says: undefined as readonly [status: number, body: unknown] | undefined,
    isAway: false,
    isSignedOut: false,
    wishes: [] as unknown[],
  };
  const fetch: typeof globalThis.fetch = async (input, { method, headers, body } = {}) => {
    if (server.isAway) throw new TypeError("Failed to fetch");
    const { pathname } = new URL(String(input));
    expect(Object.values(settingsRoutes)).toContainEqual({ method, path: pathname });
    expect((headers as Record<string, string>).authorization).toBe("Bearer the-token");
    if (method === "POST") {
      const read = (pathname === "/settings" ? ChangeSettings : ConfirmAddress).safeParse(
        JSON.parse(String(body)),
      );
      server.wishes.push(JSON.parse(String(body)));
      if (!read.success && !server.says)
        server.says = [
          400,
          { error: { code: "bad_message", message: "", details: { issues: ["code: six digits"] } } },
        ];
    }
    const [status, answer] = server.says ?? [200, server.settings];
    return new Response(JSON.stringify(answer), { status });
  };
  const token = async () => {
    if (server.isSignedOut) throw new SignedOut("the sign-in has ended");
    return "the-token";
  };
  const element = document.createElement("div");
  document.body.append(element);
  const root = createRoot(element);
  const api = settingsApi("https://api.example", token, fetch);
  await act(async () =>
    root.render(
      <WordsProvider value={englishSettings}>
        <SettingsPage api={api} />
      </WordsProvider>,
    ),
  );
  ends.push(async () => {
    await act(async () => root.unmount());
    element.remove();
  });
  const part = (name: string) => {
    const found = element.querySelector<HTMLElement>(`[data-part=${name}]`);
    if (!found) throw new Error(`there is no part ${name}`);
    return found;
  };
  const field = (label: string) => {
    const found = [...element.querySelectorAll("label")].find(({ textContent }) => textContent === label);
    const control = found?.control ?? element.querySelector(`[id="${found?.htmlFor}"]`);
    if (!control) throw new Error(`there is no field ${label}`);
    return control as HTMLInputElement;
  };
  return {
    server,
    part,
    field,
    text: () => element.textContent ?? "",
    isThere: (label: string) =>
      [...element.querySelectorAll("button")].some((one) => one.textContent === label),
    press: (label: string) =>
      act(async () => {
        const button = [...element.querySelectorAll("button")].find((one) => one.textContent === label);
        if (!button) throw new Error(`no button says ${label}`);
        button.click();
      }),
    turn: (label: string) => act(async () => field(label).click()),
    type: (label: string, value: string) =>
      act(async () => {
        const control = field(label);
        control.value = value;
        control.dispatchEvent(
          new Event(control.tagName === "SELECT" ? "change" : "input", { bubbles: true }),
        );
      }),
  };
}

const refusal = (status: number, code: string, details: object = {}) =>
  [status, { error: { code, message: "no", details } }] as const;

it("shows how somebody is reached, and where the address is from", async () => {
  const page = await open();
  expect(page.field("Address").value).toBe("ana@example.com");
  expect(page.text()).toContain("This is the address that you sign in with.");
  expect(page.field("Time zone").value).toBe("Europe/London");
  expect(page.server.wishes).toEqual([]);
});

it("turns mails off and on again", async () => {
  const page = await open();
  await page.turn("Send me mails about questions");
  expect(page.server.wishes).toEqual([{ mail: { on: false } }]);
  expect(page.part("mail").textContent).toContain("Saved.");
});

it("takes an address of one's own, and the code that was sent to it", async () => {
  const page = await open();
  await page.type("Address", " ana@home.example ");
  page.server.settings = { ...usual, mail: { on: true, address: "ana@home.example", state: "unconfirmed" } };
  await page.press("Use this address");
  expect(page.server.wishes).toEqual([{ mail: { address: "ana@home.example" } }]);
  expect(page.text()).toContain("A code was sent to this address.");
  await page.type("Code of six digits", "12345");
  await page.press("Confirm");
  expect(page.text()).toContain("The code has six digits.");
  await page.type("Code of six digits", "123456");
  page.server.says = refusal(422, "wrong_code", { left: 1 });
  await page.press("Confirm");
  expect(page.text()).toContain("This is not the code that was sent. You can try once more.");
  expect(page.field("Code of six digits").getAttribute("aria-invalid")).toBe("true");
  page.server.says = refusal(410, "code_ended");
  await page.press("Confirm");
  expect(page.text()).toContain("This code is no longer valid. Ask for another.");
  page.server.says = refusal(429, "rate_limited", { retryAfterMs: 3_600_000 });
  await page.press("Send another code");
  expect(page.text()).toContain("That was too often in a short time. Wait 1 h");
  page.server.says = undefined;
  page.server.settings = { ...usual, mail: { on: true, address: "ana@home.example", state: "confirmed" } };
  await page.press("Confirm");
  expect(page.text()).toContain("You chose this address.");
  expect(page.isThere("Confirm")).toBe(false);
});

it.each([
  [
    "mail.address: an address that mail can be sent to",
    "Address",
    "This is no address that mail can be sent to.",
  ],
  ["webhook.url: an https address", "Address of the webhook", "It has to be an https address"],
  ["zone: the name of a time zone", "Time zone", "There is no such time zone."],
])("says at its field what the server finds wrong: %s", async (issue, label, words) => {
  const page = await open();
  page.server.says = refusal(400, "bad_message", { issues: [issue] });
  await page.type(label === "Time zone" ? "Address" : label, "https://elsewhere.example");
  await page.press(
    label === "Address" ? "Use this address" : label === "Time zone" ? "Save" : "Save the address",
  );
  expect(page.text()).toContain(words);
  expect(page.field(label).getAttribute("aria-invalid")).toBe("true");
});

it("says what the server finds wrong with something that the page does not have", async () => {
  const page = await open();
  page.server.says = refusal(400, "bad_message", { issues: ["pager.number: a number"] });
  await page.press("Save");
  expect(page.part("when").textContent).toContain("This was not accepted: A number.");
});

it("shows the secret of a webhook when it is made, and never again", async () => {
  const page = await open();
  await page.type("Address of the webhook", "https://hooks.example/1");
  const webhook = { on: true, url: "https://hooks.example/1" };
  page.server.settings = { ...usual, webhook: { ...webhook, secret: "whsec_first" } };
  await page.press("Save the address");
  expect(page.text()).toContain("whsec_first");
  page.server.settings = { ...usual, webhook: { ...webhook, secret: "whsec_second" } };
  await page.press("Make a new secret");
  expect(page.server.wishes.at(-1)).toEqual({ webhook: { newSecret: true } });
  expect(page.text()).toContain("whsec_second");
  page.server.settings = { ...usual, webhook };
  expect((await open({ webhook })).text()).not.toContain("whsec_");
});

it("says why something is paused, and goes on when it is pressed", async () => {
  const page = await open({ mail: { ...usual.mail, paused: { reason: "bounced", at: 1 } } });
  expect(page.text()).toContain("Paused: a mail to it came back.");
  page.server.settings = usual;
  await page.press("Go on");
  expect(page.server.wishes).toEqual([{ mail: { on: true } }]);
  expect(page.text()).not.toContain("Paused");
});

it("changes language, time zone and quiet hours, and nothing that was left as it was", async () => {
  const page = await open();
  await page.press("Save");
  expect(page.server.wishes).toEqual([{ quiet: null }]);
  await page.type("Language of the messages", "ja");
  await page.turn("Quiet hours, in which nothing is sent");
  await page.type("From", "21:30");
  await page.press("Save");
  expect(page.server.wishes.at(-1)).toEqual({ lang: "ja", quiet: { from: "21:30", to: "07:00" } });
});

it("offers the time zone of the device where another one is used", async () => {
  const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const page = await open({ zone: "Pacific/Apia" });
  const offer = `Use this device’s: ${here.replaceAll("_", " ")}`;
  await page.press(offer);
  expect(page.field("Time zone").value).toBe(here);
  expect(page.isThere(offer)).toBe(false);
  await page.press("Save");
  expect(page.server.wishes).toEqual([{ zone: here, quiet: null }]);
});

it("keeps everything when the server does not answer, and tries again at first sight", async () => {
  const page = await open();
  page.server.isAway = true;
  await page.turn("Send me mails about questions");
  expect(page.part("mail").textContent).toContain("Callboard does not answer. Nothing has changed.");
  expect(page.field("Send me mails about questions").checked).toBe(true);
});

it("says so when the sign-in has ended meanwhile", async () => {
  const page = await open();
  page.server.isSignedOut = true;
  await page.press("Save");
  expect(page.part("when").textContent).toContain("Your sign-in has ended.");
});
