import { expect, it } from "vitest";
import { CallboardError } from "../error.ts";
import type { Receipt, ReplyInput } from "../outbox.ts";
import { createAnswers } from "./answers.ts";

interface Sent {
  input: ReplyInput;
  /** It goes out on the wire. */
  leave: () => void;
  settle: (receipt: Receipt) => void;
  reject: (error: unknown) => void;
}

function answering() {
  const sent: Sent[] = [];
  const answers = createAnswers(
    (input, leave) => new Promise((settle, reject) => sent.push({ input, leave, settle, reject })),
  );
  const send = (requestId: `req_${string}`) => answers.send({ requestId, round: 1, verb: "approve" });
  return { answers, sent, send };
}

const turn = () => new Promise((done) => setTimeout(done, 0));

it("answers one question while the answer to another is under way", async () => {
  const { answers, sent, send } = answering();
  send("req_db");
  send("req_mail");
  expect(sent.map(({ input }) => input.requestId)).toEqual(["req_db", "req_mail"]);
  sent[1]!.settle({ status: "accepted", replyId: "r" });
  await turn();
  expect(answers.stateOf("req_db")).toEqual({ phase: "queued" });
  expect(answers.stateOf("req_mail")).toEqual({ phase: "accepted" });
  expect(answers.stateOf("req_web")).toEqual({ phase: "idle" });
});

it("sends no second answer while one is under way or was accepted", async () => {
  const { sent, send } = answering();
  send("req_db");
  send("req_db");
  sent[0]!.settle({ status: "accepted", replyId: "r" });
  await turn();
  send("req_db");
  expect(sent).toHaveLength(1);
});

it("allows another answer after a refusal, and returns the reasons", async () => {
  const { answers, sent, send } = answering();
  send("req_db");
  sent[0]!.settle({ status: "refused", replyId: "r", code: "invalid", details: { issues: ["x"] } });
  await turn();
  expect(answers.stateOf("req_db")).toEqual({
    phase: "refused",
    code: "invalid",
    details: { issues: ["x"] },
  });
  send("req_db");
  expect(sent).toHaveLength(2);
});

it.each([
  [new CallboardError("timeout", "no answer"), { phase: "unsure" }],
  [new Error("lost"), { phase: "unsure" }],
  [new CallboardError("not_sent", "no link"), { phase: "failed", code: "not_sent" }],
  [new CallboardError("too_large", "over"), { phase: "failed", code: "too_large" }],
])("returns the known outcome of %s", async (error, state) => {
  const { answers, sent, send } = answering();
  send("req_db");
  sent[0]!.reject(error);
  await turn();
  expect(answers.stateOf("req_db")).toEqual(state);
});

it("does not report an answer as failed that was on its way when the client was closed", async () => {
  const { answers, sent, send } = answering();
  for (const id of ["req_db", "req_mail"] as const) send(id);
  sent[0]!.leave();
  for (const { reject } of sent) reject(new CallboardError("closed", "closed"));
  await turn();
  expect(["req_db", "req_mail"].map(answers.stateOf)).toEqual([
    { phase: "unsure" },
    { phase: "failed", code: "closed" },
  ]);
});

it("reports every change, as long as somebody follows", async () => {
  const { answers, sent, send } = answering();
  const seen: string[] = [];
  const end = answers.follow(() => seen.push(answers.stateOf("req_db").phase));
  send("req_db");
  sent[0]!.leave();
  sent[0]!.settle({ status: "accepted", replyId: "r" });
  await turn();
  end();
  send("req_mail");
  expect(seen).toEqual(["queued", "sending", "accepted"]);
});
