import type { Attack, Attacked, Who } from "./attacked.ts";

/** The code with which a person's request about the question is refused. */
const wish = (who: Who, fields: Record<string, unknown>) => async (attacked: Attacked) => {
  const { requestId } = attacked;
  return (await attacked.say(who, { requestId, ...fields })).code;
};

/** The code with which somebody's reply is refused. */
const reply =
  (who: Who, more: Record<string, unknown> = {}) =>
  async (attacked: Attacked) =>
    (await attacked.say(who, { ...attacked.reply, ...more })).code;

const later = Date.now() + 60_000;

/** The statuses of requests over HTTP, each with exactly this path. */
const paths =
  (method: string, ...tried: string[]) =>
  async ({ http }: Attacked) =>
    Promise.all(tried.map((path) => http("ana", method, path)));

/** Attempts to answer, change and read others' questions. */
export const onRequests: readonly Attack[] = [
  { tries: "answer what was put to others", by: reply("eve"), meets: "forbidden" },
  { tries: "answer because they watch", by: reply("vic"), meets: "forbidden" },
  {
    tries: "answer in another's name",
    by: reply("eve", { by: { id: "ana", name: "Ana" }, origin: { way: "socket", device: "ana" } }),
    meets: "forbidden",
  },
  {
    tries: "answer a question that does not exist",
    by: reply("eve", { requestId: "req_0000000000000000" }),
    meets: "not_found",
  },
  {
    tries: "answer by a path in the request id",
    by: reply("eve", { requestId: "req_../../META" }),
    meets: "bad_message",
  },
  {
    tries: "answer with a verb that is not offered",
    by: reply("ana", { verb: "approve" }),
    meets: "invalid",
  },
  {
    tries: "choose a candidate that was not offered",
    by: reply("ana", { candidateId: "evil" }),
    meets: "invalid",
  },
  {
    tries: "choose a name that every object inherits",
    by: reply("ana", { candidateId: "__proto__" }),
    meets: "invalid",
  },
  { tries: "answer another round", by: reply("ana", { round: 2 }), meets: "stale_round" },
  {
    tries: "give more time as a stranger",
    by: wish("eve", { type: "extend", deadline: later }),
    meets: "forbidden",
  },
  {
    tries: "give more time as a viewer",
    by: wish("vic", { type: "extend", deadline: later }),
    meets: "forbidden",
  },
  {
    tries: "put a question to themselves",
    by: wish("eve", { type: "reassign", assignees: ["user/eve"] }),
    meets: "forbidden",
  },
  {
    tries: "put a question to others because it was put to them",
    by: wish("ana", { type: "reassign", assignees: ["user/eve"] }),
    meets: "forbidden",
  },
  {
    tries: "attend to a question of others",
    by: wish("eve", { type: "attend", state: "reviewing" }),
    meets: "forbidden",
  },
  {
    tries: "read a question of others over HTTP",
    by: ({ http, requestId }) => http("eve", "GET", `/requests/${requestId}`),
    meets: 403,
  },
  {
    tries: "answer a question of others over HTTP",
    by: ({ http, requestId, reply: { type: _, requestId: __, ...body } }) =>
      http("eve", "POST", `/requests/${requestId}/replies`, body),
    meets: 403,
  },
  {
    tries: "list the questions of others",
    by: async ({ plain, tokens }) => {
      const headers = { authorization: `Bearer ${tokens.eve}` };
      return JSON.parse((await plain("GET", "/requests?user=ana&principal=user/ana", headers)).body);
    },
    meets: { requests: [] },
  },
  {
    tries: "answer by a GET",
    by: ({ http, requestId }) =>
      http("ana", "GET", `/requests/${requestId}/replies?verb=pick&candidateId=left&round=1&replyId=r`),
    meets: 405,
  },
  {
    tries: "escape from /requests by a path",
    by: paths("GET", "/requests/../dev-key.json", "/requests/..%2f..%2fdev-key.json", "/requests/%2e%2e/x"),
    meets: [404, 400, 404],
  },
  {
    tries: "name a question with invalid characters",
    by: paths("GET", "/requests/req_%00", "/requests/req_0000000000%0d%0aset-cookie:a", "/requests/REQ%23x"),
    meets: [400, 400, 400],
  },
  {
    tries: "request paths that every object inherits",
    by: paths("GET", "/__proto__", "/requests/__proto__", "/constructor", "/requests/req_constructor"),
    meets: [404, 400, 404, 404],
  },
  {
    tries: "change or remove a question over HTTP",
    by: async ({ http, requestId }) =>
      Promise.all(["PUT", "PATCH", "DELETE"].map((method) => http("ana", method, `/requests/${requestId}`))),
    meets: [405, 405, 405],
  },
  {
    tries: "answer by __proto__",
    by: async ({ plain, tokens, requestId }) => {
      const headers = { authorization: `Bearer ${tokens.ana}`, "content-type": "application/json" };
      const body = '{"__proto__":{"replyId":"r","round":1,"verb":"reject"}}';
      return (await plain("POST", `/requests/${requestId}/replies`, headers, body)).status;
    },
    meets: 400,
  },
];
