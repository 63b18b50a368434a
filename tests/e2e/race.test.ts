import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { DescribeExecutionCommand } from "@aws-sdk/client-sfn";
import type { Callboard, ReplyInput } from "@callboard/client";
import { itemsOf } from "@callboard/core/testing/heads.ts";
import type { ReceiptValue } from "@callboard/protocol";
import { importJWK, type JWK, SignJWT } from "jose";
import { afterAll, beforeAll, expect, it } from "vitest";
import { startAsking } from "./asking.ts";
import { eventually, untilState, within } from "./people.ts";
import { openStage, type Stage } from "./stage.ts";

const people = 200;
const patienceMs = 20_000;

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

/** Starts a workflow that asks the editors, and ends with the answer. */
async function startExecution(): Promise<string> {
  const asked = { candidates: [{ id: "a", title: "A title" }], assignees: ["role/editors"] };
  const [execution] = await startAsking(stage.aws, "race", ["video/v_race"], asked);
  return execution!;
}

/** Signs tokens of editors with the key that the stage verifies with. */
async function openTokens(): Promise<(user: string) => Promise<string>> {
  const jwk = JSON.parse(await readFile(join(stage.data, "dev-key.json"), "utf8")) as JWK;
  const key = await importJWK(jwk, "ES256");
  return (user) =>
    new SignJWT({ name: `Name of ${user}`, roles: ["editors"], caps: [] })
      .setProtectedHeader({ alg: "ES256", kid: jwk.kid! })
      .setSubject(user)
      .setIssuer("callboard-local")
      .setIssuedAt()
      .setExpirationTime("1h")
      .sign(key);
}

/** A connected person who may answer. */
async function openEditor(user: string, token: string): Promise<{ user: string; client: Callboard }> {
  const client = stage.person(user, "viewer", { token: () => token });
  await untilState(client, ({ state }) => state === "connected");
  return { user, client };
}

it(`accepts one of ${people} concurrent answers, and tells the others who was first`, async () => {
  const execution = await startExecution();
  const [requestId] = await eventually(
    () => stage.aws.stores.requests.ofExecution(execution),
    (ids) => ids.length === 1,
  );
  const tokenOf = await openTokens();
  const users = Array.from({ length: people }, (_, n) => `editor${n}`);
  const editors = await Promise.all(users.map(async (user) => openEditor(user, await tokenOf(user))));

  const replyOf = (user: string, n: number): ReplyInput => ({
    requestId: requestId!,
    replyId: `reply-${user}`,
    round: 1,
    ...(n % 2 === 0 ? { verb: "pick", candidateId: "a" } : { verb: "reject" }),
  });
  const receipts = await within(
    patienceMs,
    "the receipts",
    Promise.all(editors.map(({ client, user }, n) => client.reply(replyOf(user, n)))),
  );

  const accepted = receipts.flatMap(({ status }, n) => (status === "accepted" ? [n] : []));
  expect(accepted).toHaveLength(1);
  const winner = editors[accepted[0]!]!;
  const won = { replyId: `reply-${winner.user}`, verb: accepted[0]! % 2 === 0 ? "pick" : "reject" };
  const refused = receipts.filter(({ status }) => status !== "accepted");
  expect(refused).toHaveLength(people - 1);
  for (const receipt of refused)
    expect(receipt).toMatchObject({
      status: "refused",
      code: "already_answered",
      details: {
        by: { id: winner.user, name: `Name of ${winner.user}` },
        verb: won.verb,
        at: expect.any(Number),
      },
    });

  const { output } = await eventually(
    () => stage.aws.sfn.send(new DescribeExecutionCommand({ executionArn: execution })),
    ({ status }) => status === "SUCCEEDED",
  );
  expect(JSON.parse(output!)).toMatchObject({ requestId, ...won, by: { id: winner.user } });
  const history = await stage.aws.history(execution);
  expect(history.filter(({ type }) => type === "TaskSucceeded")).toHaveLength(1);

  await eventually(
    () => stage.aws.stores.requests.read(requestId!),
    (request) => request?.status.state === "relayed" && request.announced === request.version,
  );
  const ledger = await stage.aws.stores.requests.ledger(requestId!);
  expect(ledger.map(({ n, what }) => [n, what])).toEqual([
    [1, "asked"],
    [2, "answered"],
    [3, "relayed"],
  ]);
  expect(ledger[1]).toMatchObject({ by: { id: winner.user }, reply: won });

  const inbox = await itemsOf(stage.aws.stores, `inbox:user/${winner.user}`);
  expect(inbox.map(({ key, value }) => [key, (value as ReceiptValue | null)?.status])).toEqual([
    [`receipt/${won.replyId}`, "relayed"],
  ]);
});
