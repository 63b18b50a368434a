import { isDeepStrictEqual } from "node:util";
import { errorMessage, type RequestId } from "@callboard/protocol";
import type { Answer, ConformanceCase, Received, Stage } from "../stage.ts";
import { begin, life, quick, staysCalm, watch } from "./begin.ts";

const answerTo = (requestId: RequestId): Answer => ({
  requestId,
  round: 1,
  verb: "pick",
  candidateId: "nova-1",
  comment: "Short and true. – «短い»",
  digest: "5t1x0c9n2v8k4r7m3p6q1w0z",
});
const request = "req_3kq9v8m2x7ab4dnt";

type ReceivedReply = Received<Extract<Received["message"], { type: "reply" }>>;

/** The client sends the answer that it was asked to send. */
async function sends(stage: Stage, answer: Answer, from = 0): Promise<ReceivedReply> {
  const said = await stage.receives(
    "reply",
    from,
    `a reply to ${answer.requestId}`,
    ({ message }) => message.requestId === answer.requestId,
  );
  const { type: _, id: __, replyId: ___, ...body } = said.message;
  stage.check(
    isDeepStrictEqual(body, answer),
    `a reply with ${JSON.stringify(answer)}`,
    JSON.stringify(body),
  );
  return said;
}

/** It sends the same answer again: the same `replyId` and the same content. */
async function sendsAgain(stage: Stage, first: ReceivedReply): Promise<ReceivedReply> {
  const again = await stage.receives("reply", first.index + 1, "the same reply again");
  const { id: _, ...body } = again.message;
  const { id: __, ...former } = first.message;
  stage.check(
    isDeepStrictEqual(body, former),
    `the same reply again, with the replyId ${former.replyId}`,
    JSON.stringify(body),
  );
  return again;
}

/** People's answers, and their outcomes. */
export const replies: readonly ConformanceCase[] = [
  {
    name: "reply",
    demand: "A reply is sent as the person gave it, and its receipt is printed.",
    section: "reply",
    async play(stage) {
      await begin(stage);
      stage.reply(answerTo(request));
      await sends(stage, answerTo(request));
      await stage.receipt(request, "accepted");
    },
  },
  {
    name: "reply-refused",
    demand:
      "A refused reply is printed with its code, and is not sent again; another answer has a new `replyId`.",
    section: "receipt",
    async play(stage) {
      stage.terms.heartbeatMs = quick;
      const { link: only } = await begin(stage);
      stage.on("reply", ({ link, message }) => {
        const { id: re, requestId, replyId } = message;
        const details = { by: { id: "ben", name: "Ben" }, at: stage.now(), verb: "pick" };
        link.send({
          type: "receipt",
          re,
          requestId,
          replyId,
          status: "refused",
          code: "already_answered",
          details,
        });
      });
      stage.reply(answerTo(request));
      const first = await sends(stage, answerTo(request));
      await stage.receipt(request, "refused", "already_answered");
      stage.on("reply", (_, usual) => usual());
      const other: Answer = {
        requestId: "req_0ther000000000001",
        round: 2,
        verb: "answer",
        value: { price: 3 },
      };
      stage.reply(other);
      const second = await sends(stage, other, first.index + 1);
      await stage.receipt(other.requestId, "accepted");
      stage.check(
        second.message.replyId !== first.message.replyId,
        "another replyId for another answer",
        "the same one",
      );
      await staysCalm(stage, only, watch, second.index);
      const count = stage.received.filter(({ message }) => message.type === "reply").length;
      stage.check(count === 2, "a refused reply is not sent again", `${count} replies`);
    },
  },
  {
    name: "reply-lost-answer",
    demand:
      "A reply whose connection ends before its receipt is sent again over the next, with the same `replyId`; its receipt is printed once.",
    section: "reply",
    async play(stage) {
      const { link } = await begin(stage);
      stage.on("reply", () => link.cut());
      stage.reply(answerTo(request));
      const first = await sends(stage, answerTo(request));
      stage.on("reply", (_, usual) => usual());
      await sendsAgain(stage, first);
      await stage.receipt(request, "accepted");
      stage.check(stage.receipts(request) === 1, "one receipt", `${stage.receipts(request)}`);
    },
  },
  {
    name: "reply-gateway-frame",
    demand: "After a frame without a type an unanswered reply is sent again, unchanged.",
    section: life,
    async play(stage) {
      await begin(stage);
      stage.on("reply", ({ link }) =>
        link.send({
          message: "Internal server error",
          connectionId: "L0SM9cOFvHcCIhw=",
          requestId: "AAabCdEfGhIjKl=",
        }),
      );
      stage.reply(answerTo(request));
      const first = await sends(stage, answerTo(request));
      stage.on("reply", (_, usual) => usual());
      await sendsAgain(stage, first);
      await stage.receipt(request, "accepted");
    },
  },
  {
    name: "reply-rate-limited",
    demand:
      "After an error that says `later` the same reply is sent again after `retryAfterMs`, and not before.",
    section: "error",
    async play(stage) {
      await begin(stage);
      const retryAfterMs = 2500;
      let saidAt = 0;
      stage.on("reply", ({ link, message }) => {
        saidAt = stage.now();
        link.send(errorMessage("rate_limited", { re: message.id, retryAfterMs }));
      });
      stage.reply(answerTo(request));
      const first = await sends(stage, answerTo(request));
      stage.on("reply", (_, usual) => usual());
      const again = await sendsAgain(stage, first);
      const ms = again.at - saidAt;
      stage.check(ms >= retryAfterMs - 150, `the reply again after ${retryAfterMs} ms`, `after ${ms} ms`);
      await stage.receipt(request, "accepted");
    },
  },
  {
    name: "reply-unanswered",
    demand: "A message without an answer for 10 seconds makes the client ping, independent of the heartbeat.",
    section: life,
    async play(stage) {
      await begin(stage);
      const withheld: (() => void)[] = [];
      stage.on("reply", (_, usual) => withheld.push(usual));
      stage.reply(answerTo(request));
      const { index, at } = await sends(stage, answerTo(request));
      const ping = await stage.receives("ping", index);
      stage.check(ping.at - at < 15_000, "a ping after 10 seconds", `after ${ping.at - at} ms`);
      stage.on("reply", (_, usual) => usual());
      for (const answer of withheld) answer();
      await stage.receipt(request, "accepted");
    },
  },
];
