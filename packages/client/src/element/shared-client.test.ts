// @vitest-environment happy-dom
import { expect, it, onTestFinished, vi } from "vitest";
import { drawn, inside, subject } from "../testing/element-page.ts";
import { fakeCallboard } from "../testing/fake/index.ts";
import "./question-element.ts";

/** Elements that make their own connection, to a fake. */
async function own(attributes: Record<string, string>, answer?: () => Promise<Response>) {
  const fake = fakeCallboard();
  const question = await fake.ask({
    subject,
    prompt: "Ship it?",
    verbs: ["approve"],
    assignees: ["user/ana"],
  });
  const { WebSocket: Socket, token, url } = fake.as("user/ana");
  const sockets = { opened: 0, closed: 0 };
  vi.stubGlobal(
    "WebSocket",
    class {
      constructor(...given: ConstructorParameters<typeof Socket>) {
        sockets.opened++;
        const socket = new Socket(...given);
        const close = socket.close.bind(socket);
        socket.close = (...args) => {
          sockets.closed++;
          close(...args);
        };
        // biome-ignore lint/correctness/noConstructorReturn: it stands in for the browser's
        return socket;
      }
    },
  );
  vi.stubGlobal("fetch", vi.fn(answer ?? (async () => Response.json({ token: await token() }))));
  onTestFinished(() => void vi.unstubAllGlobals());
  const make = async (more: Record<string, string> = {}) => {
    const element = document.createElement("callboard-question");
    for (const [name, value] of Object.entries({ socket: url, ...attributes, ...more }))
      element.setAttribute(name, value);
    document.body.append(element);
    await drawn(fake);
    await drawn(fake);
    return element;
  };
  onTestFinished(async () => {
    document.body.replaceChildren();
    await drawn(fake);
  });
  return { fake, question, sockets, make, token };
}

it("shares one connection among elements with the same attributes, and closes it with the last", async () => {
  const { fake, sockets, make } = await own({ "token-url": "https://app.test/token" });
  const first = await make();
  const second = await make();
  expect(sockets).toEqual({ opened: 1, closed: 0 });
  expect([first, second].map((one) => inside(one, fake).text("h2"))).toEqual(["Ship it?", "Ship it?"]);
  expect(fetch).toHaveBeenCalledTimes(1);
  first.remove();
  await drawn(fake);
  expect(sockets.closed).toBe(0);
  second.remove();
  await drawn(fake);
  expect(sockets.closed).toBe(1);
});

it("completes an answer on its way before it closes", async () => {
  const { fake, question, sockets, make } = await own({ "token-url": "https://app.test/token" });
  const element = await make();
  fake.delay(500);
  await inside(element, fake).press("Approve");
  element.remove();
  await drawn(fake);
  expect(sockets.closed).toBe(0);
  await fake.advance(3_000);
  await drawn(fake);
  expect(question.answers).toHaveLength(1);
  expect(sockets.closed).toBe(1);
});

it.each<[string, () => Promise<Response>, RegExp]>([
  ["refuses", async () => new Response("", { status: 401 }), /You are not signed in: /],
  ["is not there", async () => new Response("", { status: 404 }), /answered with the status 404\./],
  [
    "answers with a page",
    async () => new Response("<!doctype html><p>Sign in</p>"),
    /did not answer with a token: \{"token"/,
  ],
  ["answers with other JSON", async () => Response.json({ jwt: "a.b.c" }), /did not answer with a token/],
  [
    "gives no answer that may be read",
    async () => {
      throw new TypeError("Failed to fetch");
    },
    /It is on another origin: its answers need the header Access-Control-Allow-Origin: /,
  ],
])("explains in plain words when the address of the token %s", async (_, answer, words) => {
  const { fake, make } = await own({ "token-url": "https://elsewhere.test/token" }, answer);
  const element = await make();
  expect(inside(element, fake).text("[part=connection]")).toMatch(words);
});

it("accepts a token as a text, and from a function that was set before the script was loaded", async () => {
  const texts = await own({ "token-url": "/token" }, async () => new Response(`${await texts.token()}\n`));
  expect(inside(await texts.make(), texts.fake).text("h2")).toBe("Ship it?");
  const functions = await own({});
  const early = document.createElement("callboard-question");
  early.setAttribute("socket", "ws://callboard.test/");
  Object.defineProperty(early, "token", {
    value: functions.token,
    writable: true,
    configurable: true,
    enumerable: true,
  });
  document.body.append(early);
  await drawn(functions.fake);
  expect(inside(early, functions.fake).text("h2")).toBe("Ship it?");
  expect(Object.hasOwn(early, "token")).toBe(false);
});

it.each<Record<string, string>>([{}, { socket: "https://x.test/", "token-url": "/token" }])(
  "shows what is missing with the attributes %o",
  async (attributes) => {
    const element = document.createElement("callboard-question");
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    document.body.append(element);
    await drawn();
    expect(element.shadowRoot!.textContent).toContain(
      "This element needs the attributes socket (wss://…) and token-url",
    );
  },
);

it("keeps its connection when it shows another question, or gets the same function again", async () => {
  const { fake, question, sockets, make, token } = await own({ "token-url": "/token" });
  const element = await make();
  element.setAttribute("question", "req_0123456789abcdef");
  await drawn(fake);
  expect(inside(element, fake).text("[part=state]")).toMatch(/There is no such question/);
  element.setAttribute("question", question.requestId);
  element.setAttribute("lang", "ja");
  await drawn(fake);
  expect(inside(element, fake).text("h2")).toBe("Ship it?");
  expect(sockets).toEqual({ opened: 1, closed: 0 });
  element.token = () => token();
  await drawn(fake);
  await drawn(fake);
  expect(sockets).toEqual({ opened: 2, closed: 1 });
  element.token = () => token();
  await drawn(fake);
  await drawn(fake);
  expect(sockets).toEqual({ opened: 2, closed: 1 });
});

it("opens another connection if the former one is closed", async () => {
  const { fake, sockets, make } = await own({ "token-url": "/token" });
  const first = await make();
  first.remove();
  await drawn(fake);
  await make();
  expect(sockets).toEqual({ opened: 2, closed: 1 });
});
