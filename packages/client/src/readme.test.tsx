// @vitest-environment happy-dom
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { FunctionComponent } from "react";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { requestOf } from "./testing/items.ts";
import { openPage } from "./testing/react-page.tsx";

Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });

/** The examples of hooks in the README, as they are there. */
const here = dirname(fileURLToPath(import.meta.url));
const folder = join(here, "../../../tests/e2e/screenshots/client-readme");
const readme = await readFile(join(here, "../README.md"), "utf8");
const examples = [...readme.matchAll(/```tsx\n(.*?)```/gs)].map(([, text]) => text!);

beforeAll(() => mkdir(folder, { recursive: true }));
afterAll(() => rm(folder, { recursive: true, force: true }));

const ends: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

/** The component that an example exports. */
async function component(name: string): Promise<FunctionComponent<Record<string, unknown>>> {
  const text = examples.find((one) => new RegExp(`export (const|function) ${name}\\b`).test(one));
  if (text === undefined) throw new Error(`no example exports ${name}`);
  const file = join(folder, `${name.toLowerCase()}.tsx`);
  await writeFile(file, text);
  return (await import(pathToFileURL(file).href))[name];
}

/** A page before a server that has these values by channel. */
async function open(values: Readonly<Record<string, Readonly<Record<string, unknown>>>>) {
  const page = await openPage(<p />);
  ends.push(page.close);
  for (const [channel, items] of Object.entries(values))
    for (const [key, value] of Object.entries(items))
      page.server.publish(channel as "list:order", key, value);
  const press = (selector: string) =>
    page.after(() => page.element.querySelector<HTMLElement>(selector)!.click());
  return { ...page, press };
}

const requestId = "req_0123456789";
const asked = requestOf({ subject: "order/7", verbs: ["pick", "reject"], candidates: ["a"] });
const { thread, round, prompt, subject, askedAt } = asked;

it("draws progress as the first example says", async () => {
  const { client, show, element } = await open({
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
  const Page = await component("Page");
  await show(<Page callboard={client} />);
  expect(element.querySelector("img")?.getAttribute("src")).toBe("https://x.test/a");
  expect(element.textContent).toBe("Order 7pack: running Bensend: to_come Questions that wait: 1");
});

const line = { requestId, subject, thread, round, prompt, askedAt };

it("lists an inbox as the second example says", async () => {
  const receipt = { replyId: "r", requestId, subject, verb: "pick", status: "relayed", at: 1 };
  const { show, element, press } = await open({
    "inbox:user/ana": { [`request/${requestId}`]: line, "receipt/r": receipt },
  });
  const Inbox = await component("Inbox");
  const opened: string[] = [];
  await show(<Inbox open={(id: string) => opened.push(id)} />);
  expect(element.textContent).toBe("Which title?pick: relayed");
  await press("button");
  expect(opened).toEqual([requestId]);
});

it("draws and answers a question as the third example says", async () => {
  const candidate = { thread, round, by: requestId, id: "a", title: "Globe" };
  const { client, server, show, element, press } = await open({
    "inbox:user/ana": { [`request/${requestId}`]: line },
    "work:order/7": { [`candidate/title/1/${requestId}/a`]: candidate },
  });
  server.publish("work:order/7", `request/${requestId}`, { ...asked, deadline: client.now() + 60_000 });
  const Asked = await component("Asked");
  await show(<Asked requestId={requestId} />);
  expect(element.textContent).toBe("Which title?60 s left GlobeChoose this oneRejectidle");
  expect(element.querySelector("button")?.disabled).toBe(true);
  await press("input");
  await press("button");
  expect(server.handled).toContainEqual(
    expect.objectContaining({ type: "reply", requestId, round: 1, verb: "pick", candidateId: "a" }),
  );
  expect(element.querySelector("output")?.textContent).toBe("accepted");
});

it("lists subjects as the fourth example says", async () => {
  const { show, element } = await open({
    "list:order": { "subject/order/7": { subject: "order/7", state: "running", startedAt: 1, at: 1 } },
  });
  const Orders = await component("Orders");
  await show(<Orders />);
  expect(element.textContent).toBe(" order/7: running");
});

it("tries every example", () => {
  expect(examples).toHaveLength(4);
});
