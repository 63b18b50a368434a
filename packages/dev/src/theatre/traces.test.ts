import { AwsError, type HistoryEvent } from "@callboard/aws-local";
import { expect, it } from "vitest";
import { type FollowedStates, followExecutions } from "./traces.ts";

const event = (id: number): HistoryEvent => ({
  id,
  previousEventId: id - 1,
  timestamp: id,
  type: id % 2 === 1 ? "PassStateEntered" : "PassStateExited",
  stateEnteredEventDetails: { name: `S${id}` },
});

/** An engine with executions of this many events, and the calls that it got. */
function engine(lengths: Record<string, number>) {
  const asked: (readonly [arn: string, after: number])[] = [];
  const given: number[] = [];
  const started: Record<string, number> = {};
  const states = {
    operations: {
      async DescribeExecution({ executionArn }: { executionArn?: unknown }) {
        const arn = String(executionArn);
        if (!(arn in lengths)) throw new AwsError("ExecutionDoesNotExist", arn);
        return { status: "RUNNING", startDate: started[arn] ?? 0 } as never;
      },
    },
    async historyAfter(arn: string, id: number, most: number) {
      asked.push([arn, id]);
      const length = Math.max(0, Math.min((lengths[arn] ?? 0) - id, most));
      given.push(length);
      return Array.from({ length }, (_, n) => event(id + n + 1));
    },
  } satisfies FollowedStates;
  const reads = () => given.splice(0).reduce((sum, one) => sum + one, 0);
  return { follow: followExecutions(states), asked, reads, lengths, started };
}

const idsOf = async (followed: ReturnType<ReturnType<typeof followExecutions>>) =>
  (await followed).trace.events.map(({ id }) => id);
const upTo = (length: number) => Array.from({ length }, (_, n) => n + 1);

it("reads a long history once, and then only what has happened since", async () => {
  const { follow, reads, lengths } = engine({ a: 2_345 });
  expect(await idsOf(follow("a"))).toEqual(upTo(2_345));
  expect(reads()).toBe(2_345);
  lengths.a = 2_347;
  expect(await idsOf(follow("a"))).toEqual(upTo(2_347));
  expect(reads()).toBe(2);
});

it("gives two concurrent callers the same", async () => {
  const { follow } = engine({ a: 1_500 });
  const both = await Promise.all([follow("a"), follow("a")]);
  for (const one of both) expect(one.trace.events.map(({ id }) => id)).toEqual(upTo(1_500));
});

it("keeps only the few most recently used", async () => {
  const names = Array.from({ length: 20 }, (_, n) => `e${n}`);
  const { follow, reads } = engine(Object.fromEntries(names.map((name) => [name, 10])));
  for (const name of names) await follow(name);
  reads();
  await follow("e19");
  expect(reads()).toBe(0);
  await follow("e0");
  expect(reads()).toBe(10);
});

it("starts again for another execution of the same name, and finds no missing one", async () => {
  const { follow, lengths, started } = engine({ a: 6 });
  await follow("a");
  lengths.a = 3;
  started.a = 1;
  expect(await idsOf(follow("a"))).toEqual([1, 2, 3]);
  await expect(follow("b")).rejects.toMatchObject({ status: 404 });
});
