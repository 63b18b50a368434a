import { afterAll, beforeAll, expect, it } from "vitest";
import { type Engine, startEngine } from "../testing/dynoxide.ts";
import type { Process } from "./process.fixture.ts";
import { inLanes, rehearse } from "./rehearse.fixture.ts";
import { useCases } from "./use-cases.fixture.ts";

let engine: Engine;
beforeAll(async () => {
  engine = await startEngine();
});
afterAll(() => engine.stop());

/** The calls of a process in their order: `GetItem PostToConnection×2`. */
function written({ calls }: Process): string {
  const runs: { operation: string; count: number }[] = [];
  for (const { operation } of calls) {
    const last = runs.at(-1);
    if (last?.operation === operation) last.count++;
    else runs.push({ operation, count: 1 });
  }
  return runs.map(({ operation, count }) => (count === 1 ? operation : `${operation}×${count}`)).join(" ");
}

it("makes these AWS calls, and no others", async () => {
  const rehearsals = await inLanes(useCases, (useCase) => rehearse(engine, useCase));
  const made = useCases.map(({ name, of }, i) => [
    name,
    { [of.join(" ")]: written(rehearsals[i]!.disturbed!) },
  ]);
  expect(Object.fromEntries(made)).toEqual(callsOf);
}, 60_000);

it("hands an answer over in the fewest calls", async () => {
  const reply = useCases.find(({ name }) => name === "a reply: pick")!;
  const { processes } = await rehearse(engine, reply);
  expect(processes.slice(0, 2).map((process) => [process.name, written(process)])).toEqual([
    ["socket", "GetItem TransactWriteItems PutEvents"],
    ["relay", "BatchGetItem SendTaskSuccess TransactWriteItems PutEvents"],
  ]);
});

/** What the invocation that a use case is about calls, when nothing goes wrong. */
const callsOf = {
  "the first progress, with its owners": {
    "ingest Progress Reported":
      "GetItem UpdateItem BatchGetItem TransactWriteItems Query PostToConnection×2 DeleteItem BatchGetItem TransactWriteItems Query PostToConnection×2 DeleteItem",
  },
  "further progress": {
    "ingest Progress Reported":
      "GetItem BatchGetItem TransactWriteItems Query PostToConnection BatchGetItem TransactWriteItems Query PostToConnection",
  },
  candidates: {
    "ingest Candidates Proposed": "BatchGetItem TransactWriteItems Query PostToConnection×2 DeleteItem",
  },
  "a question": {
    "ingest Feedback Requested":
      "GetItem×3 UpdateItem TransactWriteItems GetItem BatchGetItem TransactWriteItems Query PostToConnection×2 DeleteItem BatchGetItem TransactWriteItems Query PostToConnection×2 DeleteItem BatchGetItem TransactWriteItems Query PostToConnection×2 DeleteItem PutItem",
  },
  "a question that nothing will ever end": {
    "ingest Feedback Requested":
      "GetItem×3 UpdateItem TransactWriteItems GetItem BatchGetItem TransactWriteItems Query PostToConnection×2 DeleteItem BatchGetItem TransactWriteItems Query PostToConnection×2 DeleteItem BatchGetItem TransactWriteItems Query PostToConnection×2 DeleteItem PutItem",
  },
  "a question that supersedes another": {
    "ingest Feedback Requested":
      "GetItem×4 TransactWriteItems PutEvents GetItem BatchGetItem TransactWriteItems Query PostToConnection BatchGetItem TransactWriteItems Query PostToConnection BatchGetItem TransactWriteItems Query PutItem",
  },
  "telling of a question that was superseded": {
    "ingest Request Changed":
      "GetItem BatchGetItem TransactWriteItems Query PostToConnection Query BatchGetItem TransactWriteItems Query PostToConnection BatchGetItem TransactWriteItems Query PostToConnection Query UpdateItem×3 PutItem",
  },
  "a question that comes after the newer one": {
    "ingest Feedback Requested":
      "GetItem×4 TransactWriteItems GetItem BatchGetItem Query PostToConnection BatchGetItem TransactWriteItems Query PostToConnection BatchGetItem Query UpdateItem×2 PutItem",
  },
  "a reply: pick": {
    "socket reply": "GetItem TransactWriteItems PutEvents",
  },
  "a reply: edit": {
    "socket reply": "GetItem TransactWriteItems PutEvents",
  },
  "a reply: approve": {
    "socket reply": "GetItem TransactWriteItems PutEvents",
  },
  "a reply: answer": {
    "socket reply": "GetItem TransactWriteItems PutEvents",
  },
  "a reply: regenerate": {
    "socket reply": "GetItem TransactWriteItems PutEvents",
  },
  "a reply: reject": {
    "socket reply": "GetItem TransactWriteItems PutEvents",
  },
  "a reply by an owner": {
    "socket reply": "GetItem BatchGetItem TransactWriteItems PutEvents",
  },
  "two replies at the same moment": {
    "socket reply": "GetItem TransactWriteItems PutEvents",
  },
  "telling of an answer": {
    "ingest Request Changed":
      "GetItem BatchGetItem TransactWriteItems Query PostToConnection Query BatchGetItem TransactWriteItems Query PostToConnection BatchGetItem TransactWriteItems Query PostToConnection BatchGetItem TransactWriteItems Query PostToConnection PutItem",
  },
  "telling what became of an answer": {
    "ingest Request Changed":
      "GetItem BatchGetItem Query PostToConnection Query BatchGetItem TransactWriteItems Query PostToConnection BatchGetItem×2 TransactWriteItems Query PostToConnection Query UpdateItem×4 PutItem",
  },
  "an answer and a newer round at the same moment": {
    "ingest Feedback Requested":
      "GetItem×4 TransactWriteItems GetItem BatchGetItem TransactWriteItems Query PostToConnection BatchGetItem TransactWriteItems Query PostToConnection BatchGetItem TransactWriteItems Query PostToConnection PutItem",
  },
  "handing an answer over": {
    "relay Reply Accepted": "BatchGetItem SendTaskSuccess TransactWriteItems PutEvents",
  },
  "handing an answer over whose arrival was not confirmed": {
    "relay Request Due": "BatchGetItem SendTaskSuccess GetExecutionHistory TransactWriteItems PutEvents",
  },
  "handing an answer over to a wait that is gone": {
    "relay Reply Accepted": "BatchGetItem SendTaskSuccess GetExecutionHistory TransactWriteItems PutEvents",
  },
  "a deadline with a default": {
    "relay Request Due": "BatchGetItem TransactWriteItems PutEvents",
  },
  "a deadline without a default": {
    "relay Request Due": "BatchGetItem TransactWriteItems PutEvents",
  },
  "a reminder": {
    "relay Request Due": "BatchGetItem TransactWriteItems PutEvents",
  },
  "an escalation": {
    "relay Request Due": "BatchGetItem TransactWriteItems PutEvents",
  },
  "a reminder and an escalation that fall due together": {
    "relay Request Due": "BatchGetItem TransactWriteItems PutEvents TransactWriteItems PutEvents",
  },
  "a heartbeat": {
    "relay Request Due": "BatchGetItem SendTaskHeartbeat PutItem",
  },
  "a heartbeat that finds nobody waiting": {
    "relay Request Due": "BatchGetItem SendTaskHeartbeat TransactWriteItems PutEvents",
  },
  "a look of the clock": {
    "clock look": "Query×8 PutEvents",
  },
  "a workflow that no longer waits": {
    "ingest Feedback Closed": "GetItem×2 TransactWriteItems PutEvents",
  },
  "a workflow that no longer waited, told again after it asked anew": {
    "ingest Feedback Closed": "GetItem×2",
  },
  "the death of an execution": {
    "ingest Step Functions Execution Status Change":
      "UpdateItem×2 Query GetItem TransactWriteItems PutEvents Query×2 BatchGetItem TransactWriteItems Query PostToConnection BatchGetItem TransactWriteItems Query PostToConnection",
  },
  attention: {
    "socket attend": "GetItem UpdateItem PutEvents",
  },
  "telling of attention": {
    "ingest Attention Changed":
      "GetItem Query BatchGetItem TransactWriteItems Query PostToConnection GetItem",
  },
  "a later deadline": {
    "socket extend": "GetItem TransactWriteItems PutEvents",
  },
  "other assignees": {
    "socket reassign": "GetItem BatchGetItem TransactWriteItems PutEvents",
  },
  "telling of other assignees": {
    "ingest Request Changed":
      "GetItem BatchGetItem Query PostToConnection Query BatchGetItem TransactWriteItems Query PostToConnection BatchGetItem TransactWriteItems Query BatchGetItem TransactWriteItems Query PostToConnection PutItem",
  },
  "a subscription": {
    "socket subscribe": "PutItem BatchGetItem Query",
  },
  "the end of a subscription": {
    "socket unsubscribe": "PutItem",
  },
  "a connection": {
    "socket connect": "PutItem",
  },
  "the end of a connection": {
    "socket disconnect": "Query BatchWriteItem DeleteItem",
  },
};
