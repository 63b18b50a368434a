// @vitest-environment happy-dom
import { afterEach, expect, it } from "vitest";
import { type Inbox, useInbox } from "./react.ts";
import { openPage } from "./testing/react-page.tsx";

Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });

const ends: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

let seen: Inbox;
const Lines = () => {
  seen = useInbox();
  return <p>{seen.wanted.map(({ prompt }) => prompt).join()}</p>;
};

const line = (requestId: string, more: object = {}) => ({
  requestId,
  subject: "order/7",
  thread: "title",
  round: 1,
  prompt: requestId.slice(4, 5),
  askedAt: 1,
  ...more,
});
const receipt = (replyId: string, at: number) => ({
  replyId,
  requestId: "req_aaaaaaaaaa",
  subject: "order/7",
  verb: "pick",
  status: "relayed",
  at,
});

async function open() {
  const page = await openPage(<p />);
  ends.push(page.close);
  page.server.welcome = { inboxes: ["inbox:user/ana", "inbox:role/editors"] };
  await page.after(() => page.server.last().drop(), 1_000);
  await page.show(<Lines />);
  return page;
}

it("is one list over all inboxes of the user", async () => {
  const { server, element, after } = await open();
  await after(() => {
    server.publish("inbox:user/ana", "request/req_bbbbbbbbbb", line("req_bbbbbbbbbb"));
    server.publish("inbox:role/editors", "request/req_bbbbbbbbbb", line("req_bbbbbbbbbb"));
    server.publish("inbox:role/editors", "request/req_aaaaaaaaaa", line("req_aaaaaaaaaa", { deadline: 5 }));
    server.publish("inbox:user/ana", "receipt/r1", receipt("r1", 1));
    server.publish("inbox:user/ana", "receipt/r2", receipt("r2", 2));
    server.publish("inbox:user/ana", "receipt/r3", "nonsense");
  });
  expect(element.textContent).toBe("a,b");
  expect(seen.receipts.map(({ replyId }) => replyId)).toEqual(["r2", "r1"]);
  expect(seen).toMatchObject({ unread: ["receipt/r3"], stale: false, loading: false });
});

it("keeps its lines during a reconnect, and reports that some may be missing", async () => {
  const { server, element, after } = await open();
  await after(() => server.publish("inbox:user/ana", "request/req_bbbbbbbbbb", line("req_bbbbbbbbbb")));
  await after(() => server.last().drop());
  expect([element.textContent, seen.stale, seen.loading]).toEqual(["b", true, false]);
  await after(() => server.publish("inbox:user/ana", "request/req_bbbbbbbbbb", null), 1_000);
  expect([element.textContent, seen.stale]).toEqual(["", false]);
});

const states: string[] = [];
function States() {
  const { loading, stale, wanted } = useInbox();
  states.push(`${loading} ${stale} ${wanted.length}`);
  return null;
}

it("is loading until the inboxes are known and were received", async () => {
  states.length = 0;
  const page = await openPage(<States />);
  ends.push(page.close);
  expect(states[0]).toBe("true true 0");
  expect(states.at(-1)).toBe("false false 0");
});
