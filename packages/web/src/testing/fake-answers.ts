import {
  type AnswerOperation,
  type AnswerView,
  answerRoutes,
  type CandidateValue,
  GiveAnswer,
  type RefusalCode,
  type RequestValue,
  refusalStatus,
  ViewAnswer,
} from "@callboard/protocol";
import { halfPastTwo } from "./items.ts";
import { requestOf } from "./request.ts";

type Answer = readonly [status: number, body: unknown];

/** A token, as in links. */
export const linkToken = "v1.eyJrIjoiYW5zd2VyIn0.c2lnbmVk-_x";

/** A candidate that came with a question. */
export const candidateOf = (id: string, more: Partial<CandidateValue> = {}): CandidateValue => ({
  thread: "title",
  round: 1,
  by: requestOf().requestId,
  id,
  title: id.toUpperCase(),
  ...more,
});

/** The part of Callboard's HTTP API for links, with one question. */
export interface FakeAnswers {
  readonly fetch: typeof globalThis.fetch;
  /** The current question; the next load shows a change. */
  view: AnswerView;
  /** Other answers, perhaps later ones; or `away` for no answer. */
  says: Partial<Record<AnswerOperation, Answer | "away" | Promise<Answer>>>;
  /** The answers that arrived, whatever the reply was. */
  readonly given: GiveAnswer["reply"][];
  /** Every requested address, with its method. */
  readonly asked: string[];
  /** Lets callers wait until the returned function gives the answer. */
  hold(operation: AnswerOperation): (answer: Answer) => void;
  /** Refuses the next answers. */
  refuse(code: RefusalCode, details?: Record<string, unknown>): void;
}

/** Answers like the server; every answer is accepted and relayed by default. */
export function fakeAnswers(request: Partial<RequestValue> = {}, candidates?: CandidateValue[]): FakeAnswers {
  const question = requestOf({ candidates: ["a", "b"], digest: "d1", ...request });
  const fake: FakeAnswers = {
    view: {
      request: question,
      candidates: candidates ?? [candidateOf("a"), candidateOf("b")],
      as: { id: "ana", name: "Ana" },
      door: "mail",
      serverTime: halfPastTwo,
    },
    says: {},
    given: [],
    asked: [],
    hold(operation) {
      let tell = (_: Answer) => {};
      fake.says[operation] = new Promise((told) => {
        tell = told;
      });
      return tell;
    },
    refuse(code, details = {}) {
      fake.says.giveAnswer = [refusalStatus[code], { status: "refused", code, details }];
    },
    async fetch(input, init = {}) {
      const { pathname } = new URL(String(input));
      fake.asked.push(`${init.method} ${pathname}`);
      const [name] =
        Object.entries(answerRoutes).find(
          ([, { method, path }]) =>
            method === init.method && new RegExp(`^/api${path.replace("{token}", "[^/]+")}$`).test(pathname),
        ) ?? [];
      const said = await fake.says[name as AnswerOperation];
      const body: unknown = init.body === undefined ? undefined : JSON.parse(String(init.body));
      if (name === "giveAnswer") fake.given.push(GiveAnswer.parse(body).reply);
      if (said === "away") throw new TypeError("Failed to fetch");
      const [status, answer] = said ?? answered(name as AnswerOperation | undefined, body);
      return new Response(JSON.stringify(answer), { status });
    },
  };

  function answered(name: AnswerOperation | undefined, body: unknown): Answer {
    switch (name) {
      case "viewAnswer":
        ViewAnswer.parse(body);
        return [200, fake.view];
      case "giveAnswer": {
        const { reply } = GiveAnswer.parse(body);
        const { as, request } = fake.view;
        const at = halfPastTwo;
        fake.view = {
          ...fake.view,
          request: { ...request, state: "relayed", reply: { ...reply, by: as, via: "mail", at } },
        } as AnswerView;
        return [200, { requestId: request.requestId, replyId: reply.replyId, status: "accepted" }];
      }
      case "unsubscribe":
        return [200, {}];
      default:
        return [404, { error: { code: "not_found", message: "there is no such thing" } }];
    }
  }
  return fake;
}
