import { DescribeExecutionCommand } from "@aws-sdk/client-sfn";
import type { InboxRequestValue, RequestView } from "@callboard/protocol";
import { afterAll, beforeAll, expect, it } from "vitest";
import { startAsking } from "./asking.ts";
import { eventually, until } from "./people.ts";
import { openStage, type Stage } from "./stage.ts";

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

/** An object with such a property of its own. */
const having = (name: string, value: unknown) => Object.fromEntries([[name, value]]);

/** As text: comparisons of objects may ignore such names. */
const text = (value: unknown) => JSON.stringify(value);

it.each(["__proto__", "constructor", "toString", "hasOwnProperty", "valueOf"])(
  "asks for a field named %s and delivers the typed value, by socket and by HTTP",
  async (name) => {
    const schema = {
      type: "object",
      required: [name, "inner"],
      properties: Object.fromEntries([
        [name, { type: "string", title: "Word" }],
        [
          "inner",
          { type: "array", items: { type: "object", properties: having(name, { type: "integer" }) } },
        ],
      ]),
    };
    const value = Object.fromEntries<unknown>([
      [name, "x"],
      ["inner", [having(name, 7)]],
    ]);
    const wrong = Object.fromEntries<unknown>([
      [name, "x"],
      ["inner", [having(name, "seven")]],
    ]);
    const ana = stage.person("ana", "creator");
    const inbox = ana.channel("inbox:user/ana");
    inbox.follow();
    const token = await stage.token("ana", "creator");
    const at = `http://127.0.0.1:${stage.callboard.gateway.port}/requests`;
    const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };

    for (const way of ["socket", "http"]) {
      const subject = `names/${name}-${way}` as const;
      const [executionArn] = await startAsking(stage.aws, `names-${name}-${way}`, [subject], {
        prompt: "Which word?",
        verbs: ["answer"],
        candidates: [],
        schema,
      });
      const listed = () =>
        [...inbox.items.values()]
          .filter(({ key }) => key.startsWith("request/"))
          .map((item) => item.value as InboxRequestValue)
          .find((one) => one.subject === subject);
      await until(inbox, () => listed() !== undefined);
      const { requestId } = listed()!;
      const work = ana.channel(`work:${subject}`);
      work.follow();
      await until(work, (view) => view.get(`request/${requestId}`) !== undefined);
      expect(text(work.get(`request/${requestId}`)?.schema)).toBe(text(schema));
      const shown = (await (await fetch(`${at}/${requestId}`, { headers })).json()) as RequestView;
      expect(text(shown.request.schema)).toBe(text(schema));

      const say = (said: unknown, replyId: string): Promise<unknown> =>
        way === "socket"
          ? ana.reply({ requestId, round: 1, verb: "answer", value: said })
          : fetch(`${at}/${requestId}/replies`, {
              method: "POST",
              headers,
              body: JSON.stringify({ replyId, round: 1, verb: "answer", value: said }),
            }).then((response) => response.json());
      expect(await say(wrong, "r1")).toMatchObject({
        code: "invalid",
        details: { issues: [`value.inner.0.${name}: must be integer`] },
      });
      expect(await say({ inner: [] }, "r2")).toMatchObject({ code: "invalid" });
      expect(await say(value, "r3")).toMatchObject({ status: "accepted" });
      const { output } = await eventually(
        () => stage.aws.sfn.send(new DescribeExecutionCommand({ executionArn })),
        ({ status }) => status === "SUCCEEDED",
      );
      expect(text((JSON.parse(output!) as { value: unknown }).value)).toBe(text(value));
      await until(work, (view) => view.get(`request/${requestId}`)?.state === "relayed");
      expect(text(work.get(`request/${requestId}`)?.reply?.value)).toBe(text(value));
    }
  },
);
