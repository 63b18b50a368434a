// @vitest-environment happy-dom
import fc from "fast-check";
import { act } from "react";
import { afterEach, expect, it } from "vitest";
import { loadForms, useInbox, useList, useProgress, useQuestion } from "./react.ts";
import { requestOf } from "./testing/items.ts";
import { openPage } from "./testing/react-page.tsx";

Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });

const ends: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

const id = "req_0123456789";
const channels = ["work:order/7", "watch:order/7", "inbox:user/ana", "list:order"] as const;
const keys = [
  "title",
  "avatar",
  "viewers",
  "waiting",
  "execution/e",
  "step/e/pack",
  "step/__proto__/constructor",
  `candidate/title/1/${id}/a`,
  "candidate/title",
  `request/${id}`,
  "request/__proto__",
  `attending/${id}/bo`,
  "warning/e",
  "receipt/r",
  "subject/order/7",
  "__proto__",
];

/** The fields of all kinds of values, each as one of them has it. */
const fields: Readonly<Record<string, unknown>> = {
  ...requestOf({
    subject: "order/7",
    verbs: ["pick", "answer"],
    deadline: 8e15,
    labels: { pick: "Take it" },
  }),
  schema: { type: "object", properties: { price: { type: "number" } } },
  default: { verb: "pick" },
  reply: { verb: "pick", replyId: "r", round: 1, by: { id: "bo", name: "Bo" }, at: 1 },
  step: "pack",
  attempt: 1,
  percent: 5,
  startedAt: 1,
  at: 1,
  data: {},
  by: id,
  id: "a",
  more: {},
  count: 1,
  requests: { [id]: { thread: "title", round: 1, since: 1 } },
  object: { key: "avatars/x", mediaType: "image/png" },
  replyId: "r",
  verb: "pick",
  status: "relayed",
  user: { id: "bo", name: "Bo" },
  until: 8e15,
  code: "no_deadline",
  message: "m",
};
const names = fc.constantFrom(
  ...Object.keys(fields),
  "__proto__",
  "constructor",
  "type",
  "enum",
  "items",
  "$ref",
);
const json = fc.jsonValue({ maxDepth: 2 }) as fc.Arbitrary<unknown>;
const texts = ["__proto__", "open", "answer", "", id, "order/7"];
const part = fc.oneof(
  json,
  fc.dictionary(names, json, { maxKeys: 3 }),
  fc.constantFrom(...texts, {}, [], -1, 8e15),
);
/** What is of its kind but for some of its fields. */
const near = fc
  .tuple(fc.array(fc.tuple(names, part), { maxLength: 3 }), fc.array(names, { maxLength: 2 }))
  .map(([other, less]) =>
    Object.fromEntries([...Object.entries(fields), ...other].filter(([name]) => !less.includes(name))),
  );
const value = fc.oneof({ weight: 3, arbitrary: near as fc.Arbitrary<unknown> }, part);
const told = fc.array(fc.tuple(fc.constantFrom(...keys), value), { minLength: 1, maxLength: 4 });

function Everything() {
  const asked = useQuestion(id, { subject: "order/7" });
  const found = useQuestion(id);
  const progress = useProgress("order/7", { channel: "work", steps: ["pack", "__proto__"] });
  const { viewers, waiting } = useProgress("order/7");
  const inbox = useInbox();
  const list = useList("list:order");
  const labels = [asked, found].flatMap(({ verbs }) => verbs.map(({ label }) => label));
  const titles = asked.candidates.map((one) => asked.titleOf({ candidateId: one.id }) ?? one.title);
  const counts = [progress.steps, progress.unread, inbox.wanted, inbox.receipts, list.lines].map(
    ({ length }) => length,
  );
  return (
    <p lang={asked.lang}>
      {[asked.state, asked.prompt, progress.title, viewers, waiting?.count, labels, titles, counts].join()}
    </p>
  );
}

it("draws any value of a server under any key", async () => {
  await loadForms();
  const { server, show, after, element, problems, close } = await openPage(<p />);
  ends.push(close);
  await show(<Everything />);
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...channels), told, async (channel, items) => {
      await after(() => {
        for (const [key, one] of items) server.publish(channel, key, one);
      });
      await act(loadForms);
      expect([problems, element.textContent === ""]).toEqual([[], false]);
    }),
    { numRuns: 300 },
  );
});
