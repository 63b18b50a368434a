// @vitest-environment happy-dom
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { Callboard, Channel, ChannelView } from "@callboard/client";
import { CallboardProvider } from "@callboard/client/react";
import type { Item } from "@callboard/protocol";
import { act, createElement, type FunctionComponent } from "react";
import { createRoot } from "react-dom/client";
import { afterAll, beforeAll, expect, it } from "vitest";

Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });

/** The examples of hooks in the client's README, as they stand there. */
const here = dirname(fileURLToPath(import.meta.url));
const folder = join(here, "e2e/screenshots/client-readme");
const readme = await readFile(join(here, "../packages/client/README.md"), "utf8");
const examples = [...readme.matchAll(/```tsx\n(.*?)```/gs)].map(([, text]) => text!);

beforeAll(() => mkdir(folder, { recursive: true }));
afterAll(() => rm(folder, { recursive: true, force: true }));

/** The component that an example exports. */
async function component(name: string): Promise<FunctionComponent<Record<string, unknown>>> {
  const text = examples.find((one) => new RegExp(`export (const|function) ${name}\\b`).test(one));
  if (text === undefined) throw new Error(`no example exports ${name}`);
  const file = join(folder, `${name.toLowerCase()}.tsx`);
  await writeFile(file, text);
  return (await import(pathToFileURL(file).href))[name];
}

const now = 1_000_000;

/** A client of Ana's whose channels hold what is given, and the replies that it is asked to send. */
function holding(values: Readonly<Record<string, Readonly<Record<string, unknown>>>>) {
  const replies: unknown[] = [];
  const inboxes: Channel[] = ["inbox:user/ana"];
  const state = { state: "connected", user: { id: "ana", name: "Ana", roles: [] }, inboxes } as const;
  const views = new Map<Channel, ChannelView>();
  const viewOf = (name: Channel): ChannelView => {
    const items = Object.entries(values[name] ?? {}).map(([key, value], at): [string, Item] => [
      key,
      { key, value, offset: at + 1, version: "1", at: now },
    ]);
    return {
      name,
      status: "following",
      items: new Map(items),
      get: () => undefined,
      offset: items.length,
      epoch: "e",
      follow: () => () => {},
    };
  };
  const client = {
    state,
    onState: () => () => {},
    now: () => now,
    channel(name: Channel) {
      const view = views.get(name) ?? viewOf(name);
      views.set(name, view);
      return view;
    },
    inboxes: () => inboxes,
    reply(input: unknown) {
      replies.push(input);
      return new Promise(() => {});
    },
    attend: async () => ({ status: "accepted" }),
  } as unknown as Callboard;
  return { client, replies };
}

async function draw(name: string, client: Callboard, props: object = {}) {
  const drawn = createElement(await component(name), { ...props });
  const element = document.body.appendChild(document.createElement("div"));
  const root = createRoot(element);
  await act(async () => root.render(createElement(CallboardProvider, { client }, drawn)));
  return {
    element,
    press: (selector: string) => act(async () => element.querySelector<HTMLElement>(selector)!.click()),
    async close() {
      await act(async () => root.unmount());
      element.remove();
    },
  };
}

const requestId = "req_0123456789";
const asked = {
  requestId,
  subject: "order/7",
  thread: "title",
  round: 1,
  prompt: "Which title?",
  askedAt: 1,
  deadline: now + 60_000,
};

it("draws progress as the first example says", async () => {
  const { client } = holding({
    "watch:order/7": {
      title: { title: "Order 7" },
      avatar: { object: { key: "avatars/a", mediaType: "image/png", url: "https://x.test/a" } },
      waiting: { requests: { [requestId]: { thread: "title", round: 1, since: 1 } } },
      "step/m:1/pack": {
        execution: "m:1",
        step: "pack",
        state: "running",
        attempt: 1,
        startedAt: 1,
        at: 2,
        data: { courier: "Ben" },
      },
    },
  });
  const { element, close } = await draw("Page", client, { callboard: client });
  expect(element.querySelector("img")?.getAttribute("src")).toBe("https://x.test/a");
  expect(element.textContent).toBe("Order 7pack: running Bensend: to_come Questions that wait: 1");
  await close();
});

it("lists an inbox as the second example says", async () => {
  const receipt = { replyId: "r", requestId, subject: "order/7", verb: "pick", status: "relayed", at: 1 };
  const { client } = holding({ "inbox:user/ana": { [`request/${requestId}`]: asked, "receipt/r": receipt } });
  const opened: string[] = [];
  const { element, press, close } = await draw("Inbox", client, { open: (id: string) => opened.push(id) });
  expect(element.textContent).toBe("Which title?pick: relayed");
  await press("button");
  expect(opened).toEqual([requestId]);
  await close();
});

it("draws and answers a question as the third example says", async () => {
  const question = {
    ...asked,
    verbs: ["pick", "reject"],
    candidates: ["a"],
    assignees: ["user/ana"],
    execution: "m:1",
    state: "open",
  };
  const candidate = { thread: "title", round: 1, by: requestId, id: "a", title: "Globe" };
  const { client, replies } = holding({
    "inbox:user/ana": { [`request/${requestId}`]: asked },
    "work:order/7": {
      [`request/${requestId}`]: question,
      [`candidate/title/1/${requestId}/a`]: candidate,
    },
  });
  const { element, press, close } = await draw("Asked", client, { requestId });
  expect(element.textContent).toBe("Which title?60 s left GlobeChoose this oneRejectidle");
  expect(element.querySelector("button")?.disabled).toBe(true);
  await press("input");
  await press("button");
  expect(replies).toEqual([{ requestId, round: 1, verb: "pick", candidateId: "a" }]);
  expect(element.querySelector("output")?.textContent).toBe("queued");
  await close();
});

it("lists subjects as the fourth example says", async () => {
  const { client } = holding({
    "list:order": { "subject/order/7": { subject: "order/7", state: "running", startedAt: 1, at: 1 } },
  });
  const { element, close } = await draw("Orders", client);
  expect(element.textContent).toBe(" order/7: running");
  await close();
});

it("tries every example", () => {
  expect(examples).toHaveLength(4);
});
