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

/** A token as links have them. */
export const linkToken = "v1.eyJrIjoiYW5zd2VyIn0.c2lnbmVk-_x";

/** A candidate of a question, that came with it. */
export const candidateOf = (id: string, more: Partial<CandidateValue> = {}): CandidateValue => ({
  thread: "title",
  round: 1,
  by: requestOf().requestId,
  id,
  title: id.toUpperCase(),
  ...more,
});

/** Callboard's HTTP API for those who come with a link, as far as one question goes. */
export interface FakeAnswers {
  readonly fetch: typeof globalThis.fetch;
  /** The question as it stands; what is set here is what the next look shows. */
  view: AnswerView;
  /** What is said in place of that, perhaps later; or `away` while nobody answers. */
  says: Partial<Record<AnswerOperation, Answer | "away" | Promise<Answer>>>;
  /** The answers that arrived, whatever was said of them. */
  readonly given: GiveAnswer["reply"][];
  /** Every address that was asked for, with its method. */
  readonly asked: string[];
  /** Has whoever asks wait until it is said what they are answered. */
  hold(operation: AnswerOperation): (answer: Answer) => void;
  /** Has the next answers refused. */
  refuse(code: RefusalCode, details?: Record<string, unknown>): void;
}

/** Answers as the server does; every answer is accepted and relayed unless it is told otherwise. */
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
