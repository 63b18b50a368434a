import { DescribeExecutionCommand } from "@aws-sdk/client-sfn";
import type { Channel, Receipt } from "@callboard/client";
import type { InboxRequestValue, RequestId } from "@callboard/protocol";
import { afterAll, beforeAll, expect, it } from "vitest";
import { ask } from "./asking.ts";
import { eventually, until } from "./people.ts";
import { openStage, type Stage } from "./stage.ts";

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

const questions = 20;

/** A person with an inbox. */
function assignee(user: string) {
  const client = stage.person(user, "creator");
  const inbox = client.channel(`inbox:user/${user}` as Channel);
  inbox.follow();
  const asked = () =>
    [...inbox.items.values()]
      .filter(({ key }) => key.startsWith("request/"))
      .map(({ value }) => value as InboxRequestValue);
  return { client, inbox, asked };
}

const codeOf = (receipt: Receipt) => (receipt.status === "accepted" ? "accepted" : receipt.code);

it(`continues once when two people answer at the same moment, ${questions} times`, async () => {
  const [ana, bob] = [assignee("ana"), assignee("bob")];
  const executions = await ask(stage.aws, questions);
  for (const { inbox, asked } of [ana, bob]) await until(inbox, () => asked().length === questions);

  const answered = await Promise.all(
    ana.asked().map(async ({ requestId }, n) => {
      const reply = { requestId, round: 1 };
      const pick = () => ana.client.reply({ ...reply, verb: "pick", candidateId: "left" });
      const reject = () => bob.client.reply({ ...reply, verb: "reject" });
      // Each sends first every other time.
      const early = n % 2 === 0 ? pick() : undefined;
      const rejected = reject();
      const receipts = await Promise.all([early ?? pick(), rejected]);
      return { requestId, receipts };
    }),
  );

  for (const { requestId, receipts } of answered) {
    expect(receipts.map(codeOf).sort()).toEqual(["accepted", "already_answered"]);
    const anaWon = receipts[0].status === "accepted";
    const [winner, loser] = anaWon ? receipts : [receipts[1], receipts[0]];
    expect(loser).toMatchObject({
      details: anaWon
        ? { by: { id: "ana", name: "Ana" }, verb: "pick", at: expect.any(Number) }
        : { by: { id: "bob", name: "Bob" }, verb: "reject", at: expect.any(Number) },
    });
    const { inbox } = anaWon ? ana : bob;
    await until(inbox, (view) => view.get(`receipt/${winner.replyId}`)?.status === "relayed");
    const request = await stage.aws.stores.requests.read(requestId as RequestId);
    expect(request?.status).toMatchObject({ state: "relayed", reply: { replyId: winner.replyId } });
    const history = await stage.aws.history(request!.execution);
    const outputs = history.flatMap(({ taskSucceededEventDetails: details }) => details?.output ?? []);
    expect(outputs.map((output) => JSON.parse(output).replyId)).toEqual([winner.replyId]);
  }

  for (const executionArn of executions) {
    const { output } = await eventually(
      () => stage.aws.sfn.send(new DescribeExecutionCommand({ executionArn })),
      ({ status }) => status === "SUCCEEDED",
    );
    expect(JSON.parse(output!)).toMatchObject({ requestId: expect.any(String), round: 1 });
  }
  for (const { inbox, asked } of [ana, bob]) await until(inbox, () => asked().length === 0);
});

it("accepts the same answer once, however often it is sent, from any device", async () => {
  const ana = assignee("ana");
  const phone = assignee("ana");
  const [executionArn] = await ask(stage.aws, 1);
  for (const { inbox, asked } of [ana, phone]) await until(inbox, () => asked().length === 1);
  const { requestId } = ana.asked()[0]!;
  const reply = { requestId, replyId: "rpl_same", round: 1, verb: "pick", candidateId: "left" } as const;
  const receipts = await Promise.all([ana, phone, ana, phone].map(({ client }) => client.reply(reply)));
  expect(receipts.map(codeOf)).toEqual(["accepted", "accepted", "accepted", "accepted"]);
  await until(phone.inbox, (view) => view.get("receipt/rpl_same")?.status === "relayed");
  const history = await stage.aws.history(executionArn!);
  expect(history.filter(({ type }) => type === "TaskSucceeded")).toHaveLength(1);
});
