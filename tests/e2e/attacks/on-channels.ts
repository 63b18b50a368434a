import { ScanCommand } from "@aws-sdk/lib-dynamodb";
import { tableName } from "@callboard/dev";
import { rowPrefix } from "@callboard/functions/deployment";
import type { Attack, Attacked, Who } from "./attacked.ts";

const inbox = "inbox:user/ana";
const list = "list:order";
const anas = "list:order/user/ana";
const work = "work:order/1";
const watch = "watch:order/1";

/** The answers about the channels that a person asks to follow. */
const follow =
  (who: Who, ...channels: string[]) =>
  async ({ say }: Attacked) => {
    const wanted = Object.fromEntries(channels.map((channel) => [channel, { sub: 1 }]));
    return (await say(who, { type: "subscribe", channels: wanted })).channels;
  };

const forbidden = (...channels: string[]) =>
  Object.fromEntries(channels.map((channel) => [channel, { sub: 1, error: "forbidden" }]));

/** The code of the error that answers a message. */
const refusedAs = (who: Who, message: Record<string, unknown>) => async (attacked: Attacked) =>
  (await attacked.say(who, message)).code;

/** The code of the answer to a text that no client would send. */
const codeOfText =
  (text: string | Uint8Array) =>
  async ({ connect, tokens }: Attacked) => {
    const socket = await connect(tokens.eve);
    socket.send(text);
    return (await socket.next(({ type }) => type === "error")).code;
  };

const resolve = (who: Who, ref: string, code: string): Attack => ({
  tries: `resolve ${ref} as ${who}`,
  by: refusedAs(who, { type: "resolve", ref }),
  meets: code,
});

/** Attempts to follow, leave and read channels of others. */
export const onChannels: readonly Attack[] = [
  { tries: "follow another's inbox", by: follow("eve", inbox), meets: forbidden(inbox) },
  {
    tries: "follow the inbox of a role that they do not have",
    by: follow("eve", "inbox:role/admins"),
    meets: forbidden("inbox:role/admins"),
  },
  { tries: "follow the work on a subject of others", by: follow("eve", work), meets: forbidden(work) },
  { tries: "watch a subject without the right", by: follow("eve", watch), meets: forbidden(watch) },
  { tries: "list a kind of which they may watch nothing", by: follow("eve", list), meets: forbidden(list) },
  { tries: "list the subjects of another owner", by: follow("vic", anas), meets: forbidden(anas) },
  {
    tries: "list the subjects of a role that they do not have",
    by: follow("vic", "list:order/role/admins"),
    meets: forbidden("list:order/role/admins"),
  },
  ...["list:*", "list:order", "work:*", "watch:order/1*", "watch:order/ana/*", "watch:*/1"].map(
    (capability): Attack => ({
      tries: `list every order by the capability ${capability}`,
      by: async ({ sign, sayAs }) => {
        const token = await sign({ "callboard:caps": [capability] });
        const channels = { [list]: { sub: 1 }, [anas]: { sub: 1 } };
        return (await sayAs(token, { type: "subscribe", channels })).channels;
      },
      meets: forbidden(list, anas),
    }),
  ),
  { tries: "work where they may watch", by: follow("vic", work), meets: forbidden(work) },
  {
    tries: "follow others' channels by hello",
    by: async ({ say }) => {
      const channels = { [inbox]: { sub: 1 }, [work]: { sub: 1 } };
      return (await say("eve", { type: "hello", client: "evil", channels })).channels;
    },
    meets: forbidden(inbox, work),
  },
  ...["*", "w*", "wo*:order/1", "*:order/1", "inbox:*", "inbox:user/ana", "work:order/1 *"].map(
    (capability): Attack => ({
      tries: `use the invalid capability ${capability}`,
      by: async ({ sign, sayAs }) => {
        const token = await sign({ "callboard:caps": [capability] });
        const channels = { [inbox]: { sub: 1 }, [work]: { sub: 1 }, [watch]: { sub: 1 } };
        return (await sayAs(token, { type: "subscribe", channels })).channels;
      },
      meets: forbidden(inbox, work, watch),
    }),
  ),
  {
    tries: "learn another's positions by a heartbeat",
    by: async ({ say }) =>
      (
        await say("eve", {
          type: "ping",
          at: { [inbox]: ["x", 0], [work]: ["x", 0], [list]: ["x", 0], [anas]: ["x", 0] },
        })
      ).behind,
    meets: [],
  },
  {
    tries: "write rows by leaving channels that they never followed",
    by: async ({ say, stage }) => {
      const channels = { [inbox]: 7, [work]: 7, [watch]: 7, "work:nobody/knows": 7 };
      const answer = await say("eve", { type: "unsubscribe", channels });
      const { Items = [] } = await stage.aws.documents.send(
        new ScanCommand({
          TableName: tableName,
          FilterExpression: "begins_with(pk, :prefix) AND #sub = :sub",
          ExpressionAttributeNames: { "#sub": "sub" },
          ExpressionAttributeValues: { ":prefix": rowPrefix.subscriptions, ":sub": 7 },
        }),
      );
      return [answer.type, Items.length];
    },
    meets: ["unsubscribed", 0],
  },
  resolve("eve", `${inbox}#request/x`, "forbidden"),
  resolve("eve", `${work}#avatar`, "forbidden"),
  resolve("eve", `${watch}#avatar`, "forbidden"),
  resolve("vic", `${watch}#../../dev-key.json`, "not_found"),
  resolve("vic", `${watch}#..%2f..%2fdev-key.json`, "not_found"),
  resolve("vic", `${watch}#__proto__`, "not_found"),
  resolve("vic", `${watch}#constructor`, "not_found"),
  resolve("vic", "s3://bucket/avatars/v_1.png", "bad_message"),
  resolve("vic", "watch:../order/1#", "bad_message"),
  {
    tries: "follow channels with names that every object inherits",
    by: codeOfText(
      '{"type":"subscribe","id":"m1","channels":{"__proto__":{"sub":1},"constructor":{"sub":1}}}',
    ),
    meets: "bad_message",
  },
  {
    tries: "become another caller by __proto__",
    by: async ({ connect, tokens }) => {
      const socket = await connect(tokens.eve);
      socket.send(
        '{"type":"hello","id":"m1","client":"c","__proto__":{"caller":{"id":"ana"}},"caller":{"id":"ana"}}',
      );
      return (await socket.next(({ re }) => re === "m1")).user;
    },
    meets: { id: "eve", name: "eve", roles: ["role/crew"] },
  },
  {
    tries: "send two types in one message",
    by: codeOfText('{"type":"hello","id":"m1","client":"c","type":"subscribe"}'),
    meets: "bad_message",
  },
  {
    tries: "send an unknown type",
    by: codeOfText('{"type":"constructor","id":"m1"}'),
    meets: "unknown_type",
  },
  { tries: "send a list", by: codeOfText("[]"), meets: "unknown_type" },
  { tries: "send half a message", by: codeOfText('{"type":"hello"'), meets: "bad_message" },
  {
    tries: "send a message that is too large",
    by: codeOfText(JSON.stringify({ type: "hello", id: "m1", client: "c", more: "x".repeat(31_000) })),
    meets: "bad_message",
  },
  {
    tries: "name more channels than a message may",
    by: refusedAs("eve", {
      type: "subscribe",
      channels: Object.fromEntries(Array.from({ length: 51 }, (_, n) => [`watch:clip/${n}`, { sub: 1 }])),
    }),
    meets: "bad_message",
  },
];
