import { expect, it } from "vitest";
import { virtualClock } from "../clock/clock.ts";
import { createLambda } from "../lambda/lambda.ts";
import { memoryStore } from "../store/index.ts";
import { lambdaTasks } from "./lambda-invoke.ts";
import { callTask } from "./testing/call.ts";

function lambda() {
  const functions = createLambda({ clock: virtualClock(), store: memoryStore(), log: () => {} });
  functions.register("double", async (event: { n: number }) => event.n * 2);
  functions.register("fail", async () => {
    throw new RangeError("too far");
  });
  return functions;
}

it("gives the state the function's result in Payload", async () => {
  const invoke = lambdaTasks(lambda());
  for (const FunctionName of ["double", "arn:aws:lambda:us-east-1:000000000000:function:double:$LATEST"]) {
    expect(await callTask(invoke, "lambda:invoke", { FunctionName, Payload: { n: 2 } })).toEqual({
      ExecutedVersion: "$LATEST",
      Payload: 4,
      SdkHttpMetadata: { HttpStatusCode: 200 },
      StatusCode: 200,
    });
  }
});

it("fails the state with the function's own error", async () => {
  await expect(
    callTask(lambdaTasks(lambda()), "lambda:invoke", { FunctionName: "fail" }),
  ).rejects.toMatchObject({
    error: "RangeError",
    detail: '{"errorType":"RangeError","errorMessage":"too far"}',
  });
});

it("does not serve a missing function, and says what to do", async () => {
  const tasks = lambdaTasks(lambda(), (name) => `Write ${name}.js.`);
  const arn = "arn:aws:lambda:eu-west-1:123456789012:function:absent:live";
  for (const missing of [
    callTask(tasks, "lambda:invoke", { FunctionName: "absent" }),
    callTask(tasks, "lambda:invoke.waitForTaskToken", { FunctionName: arn }),
    callTask(tasks, arn, {}),
  ]) {
    await expect(missing).rejects.toMatchObject({
      name: "NotServed",
      message: "there is no function absent here. Write absent.js.",
    });
  }
});

it("does not wait for a function that gets an event", async () => {
  const functions = lambda();
  const seen: unknown[] = [];
  functions.register("note", async (event) => seen.push(event));
  const answer = await callTask(lambdaTasks(functions), "lambda:invoke", {
    FunctionName: "note",
    InvocationType: "Event",
    Payload: { n: 1 },
  });
  expect(answer).toMatchObject({ StatusCode: 202 });
  await functions.idle();
  expect(seen).toEqual([{ n: 1 }]);
});

it("does not run a function on a dry run, and refuses an invalid invocation type", async () => {
  const functions = lambda();
  let runs = 0;
  functions.register("counted", async () => ++runs);
  const call = (InvocationType: string) =>
    callTask(lambdaTasks(functions), "lambda:invoke", { FunctionName: "counted", InvocationType });
  expect(await call("DryRun")).toMatchObject({ StatusCode: 204 });
  await expect(call("Later")).rejects.toMatchObject({
    error: "States.Runtime",
    detail: "InvocationType must be RequestResponse, Event or DryRun",
  });
  expect(runs).toBe(0);
});

it("gives a Task on a function's ARN the bare result", async () => {
  const resource = "arn:aws:lambda:us-east-1:000000000000:function:double";
  expect(await callTask(lambdaTasks(lambda()), resource, { n: 3 })).toBe(6);
});
