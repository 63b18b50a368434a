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
async function open(
  settings: Partial<ReachSettings> = {},
  at: { isAway?: boolean; isSignedOut?: boolean } = {},
) {
  const server = {
    settings: ReachSettingsShape.parse({ ...usual, ...settings }) as ReachSettings,
    says: undefined as readonly [status: number, body: unknown] | undefined,
    isAway: false,
    isSignedOut: false,
    ...at,
    /** Whoever asks waits for it. */
    turn: Promise.resolve(),
    wishes: [] as unknown[],
  };
  const fetch: typeof globalThis.fetch = async (input, { method, headers, body } = {}) => {
    await server.turn;
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
  let signIns = 0;
  await act(async () =>
    root.render(
      <WordsProvider value={englishSettings}>
        <SettingsPage api={api} signIn={() => signIns++} />
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
    signIns: () => signIns,
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

it("shows how somebody is notified, and the origin of the address", async () => {
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

it("accepts the user's own address, and the code that was sent to it", async () => {
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
  ["mail.address: an address that mail can be sent to", "Address", "This is not a valid mail address."],
  ["webhook.url: an https address", "Address of the webhook", "It must be an https address"],
  ["zone: the name of a time zone", "Time zone", "There is no such time zone."],
])("shows the server's problem at its field: %s", async (issue, label, words) => {
  const page = await open();
  page.server.says = refusal(400, "bad_message", { issues: [issue] });
  await page.type(label === "Time zone" ? "Address" : label, "https://elsewhere.example");
  await page.press(
    label === "Address" ? "Use this address" : label === "Time zone" ? "Save" : "Save the address",
  );
  expect(page.text()).toContain(words);
  expect(page.field(label).getAttribute("aria-invalid")).toBe("true");
});

it("shows the server's problem with a field that the page does not have", async () => {
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

it.each([
  ["bounced", "Paused: a mail to it came back."],
  ["complained", "Paused: a mail to it was reported as unwanted."],
  ["refused", "Paused: the server refused the messages."],
] as const)("shows why something is paused that was %s, and resumes on request", async (reason, words) => {
  const page = await open({ mail: { ...usual.mail, paused: { reason, at: 1 } } });
  expect(page.text()).toContain(words);
  page.server.settings = usual;
  await page.press("Resume");
  expect(page.server.wishes).toEqual([{ mail: { on: true } }]);
  expect(page.text()).not.toContain("Paused");
});

it("changes language, time zone and quiet hours, and sends no unchanged field", async () => {
  const page = await open();
  await page.press("Save");
  expect(page.server.wishes).toEqual([{}]);
  await page.type("Language of the messages", "ja");
  await page.turn("Quiet hours, without messages");
  await page.type("From", "21:30");
  await page.press("Save");
  const quiet = { from: "21:30", to: "07:00" };
  expect(page.server.wishes.at(-1)).toEqual({ lang: "ja", quiet });
  page.server.settings = { ...usual, lang: "ja", quiet };
  await page.press("Save");
  await page.type("To", "06:00");
  await page.press("Save");
  expect(page.server.wishes.at(-1)).toEqual({ quiet: { from: "21:30", to: "06:00" } });
  await page.turn("Quiet hours, without messages");
  await page.press("Save");
  expect(page.server.wishes.at(-1)).toEqual({ quiet: null });
});

it("shows changes of another tab, without replacing what is being typed", async () => {
  const page = await open();
  await page.type("Address", "ana@home.example");
  const quiet = { from: "20:00", to: "06:00" };
  page.server.settings = { ...usual, lang: "ja", zone: "Asia/Tokyo", quiet };
  await page.turn("Send me mails about questions");
  expect(page.field("Language of the messages").value).toBe("ja");
  expect(page.field("Time zone").value).toBe("Asia/Tokyo");
  expect(page.field("From").value).toBe("20:00");
  expect(page.field("Address").value).toBe("ana@home.example");
  await page.press("Save");
  expect(page.server.wishes.at(-1)).toEqual({});
});

it("shows the sign-in's address again once the user's own is removed", async () => {
  const page = await open();
  await page.type("Address", "ana@home.example");
  page.server.settings = { ...usual, mail: { on: true, address: "ana@home.example", state: "unconfirmed" } };
  await page.press("Use this address");
  page.server.wishes.length = 0;
  page.server.isAway = true;
  await page.press("Use the address of my sign-in");
  expect(page.field("Address").value).toBe("ana@home.example");
  page.server.isAway = false;
  page.server.settings = usual;
  await page.press("Use the address of my sign-in");
  expect(page.server.wishes).toEqual([{ mail: { address: null } }]);
  expect(page.field("Address").value).toBe("ana@example.com");
});

it("shows the address of a webhook until it is removed", async () => {
  const page = await open({ webhook: { on: true, url: "https://hooks.example/1" } });
  page.server.isAway = true;
  await page.press("Remove the webhook");
  expect(page.field("Address of the webhook").value).toBe("https://hooks.example/1");
  page.server.isAway = false;
  page.server.settings = usual;
  await page.press("Remove the webhook");
  expect(page.field("Address of the webhook").value).toBe("");
});

it("asks for the code of another address with an empty field", async () => {
  const claimed = (address: string): ReachSettings => ({
    ...usual,
    mail: { on: true, address, state: "unconfirmed" },
  });
  const page = await open(claimed("one@home.example"));
  await page.type("Code of six digits", "123456");
  page.server.settings = claimed("two@home.example");
  await page.type("Address", "two@home.example");
  await page.press("Use this address");
  expect(page.field("Code of six digits").value).toBe("");
});

it("runs pressed actions in order, and the same one once", async () => {
  const page = await open({ webhook: { on: true, url: "https://hooks.example/1" } });
  let go = () => {};
  page.server.turn = new Promise((gone) => {
    go = gone;
  });
  await page.press("Make a new secret");
  await page.press("Make a new secret");
  await page.turn("Send me mails about questions");
  await act(async () => go());
  expect(page.server.wishes).toEqual([{ webhook: { newSecret: true } }, { mail: { on: false } }]);
});

it("keeps the focus near a pressed button that disappears", async () => {
  const page = await open({ mail: { on: true, address: "ana@home.example", state: "unconfirmed" } });
  await page.type("Code of six digits", "123456");
  page.server.settings = { ...usual, mail: { on: true, address: "ana@home.example", state: "confirmed" } };
  [...page.part("mail").querySelectorAll("button")].find((one) => one.textContent === "Confirm")!.focus();
  await page.press("Confirm");
  expect(document.activeElement?.textContent).toBe("Saved.");
});

it("offers the time zone of the device if another one is used", async () => {
  const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const page = await open({ zone: "Pacific/Apia" });
  const offer = `Use this device’s: ${here.replaceAll("_", " ")}`;
  await page.press(offer);
  expect(page.field("Time zone").value).toBe(here);
  expect(page.isThere(offer)).toBe(false);
  await page.press("Save");
  expect(page.server.wishes).toEqual([{ zone: here }]);
});

it("keeps everything when the server does not answer, and does not claim that nothing was saved", async () => {
  const page = await open();
  page.server.isAway = true;
  await page.turn("Send me mails about questions");
  expect(page.part("mail").textContent).toContain("Callboard did not answer. This may not be saved");
  expect(page.field("Send me mails about questions").checked).toBe(true);
});

it("tries again when the server does not answer at first", async () => {
  const page = await open({}, { isAway: true });
  expect(page.text()).toContain("Callboard does not answer.");
  page.server.isAway = false;
  await page.press("Try again");
  expect(page.field("Address").value).toBe("ana@example.com");
});

it("shows that the sign-in has ended, at first or later, and links to a new one", async () => {
  for (const page of [await open({}, { isSignedOut: true }), await open()]) {
    page.server.isSignedOut = true;
    if (page.isThere("Save")) await page.press("Save");
    expect(page.text()).toContain("Your sign-in has ended.");
    await page.press("Sign in again");
    expect(page.signIns()).toBe(1);
  }
});
