import { afterEach, describe, expect, it } from "vitest";
import { virtualClock } from "../clock/clock.ts";
import { deferred } from "../deferred.ts";
import { createEndpoint, type Endpoint } from "../endpoint/endpoint.ts";
import { memoryStore } from "../store/index.ts";
import { settled } from "../testing/watched-store.ts";
import type { FailureRecord } from "./dead-letters.ts";
import { createLambda, type Lambda, type LambdaOptions } from "./lambda.ts";
import type { LambdaContext } from "./lambda-function.ts";

const lambdas: Lambda[] = [];
const endpoints: Endpoint[] = [];
afterEach(async () => {
  await Promise.all(lambdas.splice(0).map((lambda) => lambda.close()));
  await Promise.all(endpoints.splice(0).map((endpoint) => endpoint.close()));
});

function stage(options: Partial<LambdaOptions> = {}) {
  const clock = virtualClock();
  const printed: string[] = [];
  const lambda = createLambda({
    clock,
    store: memoryStore(),
    log: (line) => printed.push(line),
    ...options,
  });
  lambdas.push(lambda);
  return { clock, lambda, printed };
}

describe("a synchronous invocation", () => {
  it("gives back what the handler returns, copied through JSON", async () => {
    const { lambda } = stage();
    const event = { at: new Date(0), nothing: undefined };
    let seen: unknown;
    lambda.register("f", async (got) => {
      seen = got;
      return { at: new Date(0) };
    });
    expect(await lambda.invoke("f", event)).toEqual({ payload: { at: "1970-01-01T00:00:00.000Z" } });
    expect(seen).toEqual({ at: "1970-01-01T00:00:00.000Z" });
  });

  it("gives null when the handler returns nothing", async () => {
    const { lambda } = stage();
    lambda.register("f", async () => {});
    expect(await lambda.invoke("f", {})).toEqual({ payload: null });
  });

  it("gives the handler its function's name and the remaining time", async () => {
    const { lambda, clock } = stage();
    let seen: LambdaContext | undefined;
    const handler = async (_: unknown, context: LambdaContext) => {
      seen = context;
    };
    lambda.register("f", handler, { timeoutMs: 3000 });
    await lambda.invoke("f", {});
    expect(seen).toMatchObject({
      functionName: "f",
      invokedFunctionArn: "arn:aws:lambda:us-east-1:000000000000:function:f",
      awsRequestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
    await clock.advance(1000);
    expect(seen?.getRemainingTimeInMillis()).toBe(2000);
  });

  it("returns the handler's error, and prints only its type", async () => {
    const { lambda, printed } = stage();
    lambda.register("f", async () => {
      throw new RangeError("ana said no");
    });
    expect(await lambda.invoke("f", { secret: 1 })).toEqual({
      functionError: "Unhandled",
      payload: { errorType: "RangeError", errorMessage: "ana said no" },
    });
    expect(printed).toEqual([expect.stringMatching(/^function f failed \([0-9a-f-]{36}\): RangeError$/)]);
  });

  it("ends when its time is up", async () => {
    const { lambda, clock } = stage();
    lambda.register("f", () => new Promise(() => {}), { timeoutMs: 3000 });
    const outcome = lambda.invoke("f", {});
    await clock.advance(3000);
    expect(await outcome).toMatchObject({
      payload: {
        errorType: "Sandbox.Timedout",
        errorMessage: expect.stringContaining("Task timed out after 3.00 seconds"),
      },
    });
  });

  it("fails when its result is not JSON or over 6 MB", async () => {
    const { lambda } = stage();
    lambda.register("big", async () => 1n);
    lambda.register("long", async () => "x".repeat(6 * 1024 ** 2));
    expect(await lambda.invoke("big", {})).toMatchObject({ payload: { errorType: "Runtime.MarshalError" } });
    expect(await lambda.invoke("long", {})).toMatchObject({
      payload: { errorType: "Function.ResponseSizeTooLarge" },
    });
  });

  it("is refused for an unknown function, and for a payload over the limit", async () => {
    const { lambda } = stage();
    lambda.register("f", async () => 1);
    await expect(lambda.invoke("g", {})).rejects.toMatchObject({ code: "ResourceNotFoundException" });
    await expect(lambda.invokeAsync("g", {})).rejects.toMatchObject({ code: "ResourceNotFoundException" });
    await expect(lambda.invoke("f", "x".repeat(6 * 1024 ** 2))).rejects.toMatchObject({
      code: "RequestTooLargeException",
    });
    await expect(lambda.invokeAsync("f", "x".repeat(1024 ** 2))).rejects.toMatchObject({
      code: "RequestTooLargeException",
    });
  });
});

describe("an asynchronous invocation", () => {
  it("runs once when it succeeds", async () => {
    const { lambda, clock } = stage();
    const seen: unknown[] = [];
    lambda.register("f", async (event) => seen.push(event));
    await lambda.invokeAsync("f", { n: 1 });
    await lambda.idle();
    await clock.advance(10 * 60_000);
    expect(seen).toEqual([{ n: 1 }]);
    expect(await lambda.deadLetters()).toEqual([]);
  });

  it("is tried again after one and after two minutes, then passed to its destination", async () => {
    const { lambda, clock, printed } = stage();
    const start = clock.now();
    const tried: number[] = [];
    const handed: FailureRecord[] = [];
    lambda.register(
      "f",
      async () => {
        tried.push((clock.now() - start) / 60_000);
        throw new TypeError("broken");
      },
      { onFailure: async (record) => void handed.push(record) },
    );
    await lambda.invokeAsync("f", { n: 1 });
    await lambda.idle();
    await clock.advance(60_000);
    await lambda.idle();
    await clock.advance(120_000);
    await lambda.idle();
    expect(tried).toEqual([0, 1, 3]);
    expect(handed).toEqual(await lambda.deadLetters());
    expect(handed).toEqual([
      {
        version: "1.0",
        timestamp: "2026-01-01T00:03:00.000Z",
        requestContext: {
          requestId: expect.any(String),
          functionArn: "arn:aws:lambda:us-east-1:000000000000:function:f:$LATEST",
          condition: "RetriesExhausted",
          approximateInvokeCount: 3,
        },
        requestPayload: { n: 1 },
        responseContext: { statusCode: 200, executedVersion: "$LATEST", functionError: "Unhandled" },
        responsePayload: { errorType: "TypeError", errorMessage: "broken" },
      },
    ]);
    expect(printed).toHaveLength(3);
  });

  it("is forgotten once a retry succeeds", async () => {
    const { lambda, clock } = stage({ retryDelaysMs: [10] });
    let left = 1;
    lambda.register("f", async () => {
      if (left-- > 0) throw new Error("once");
    });
    await lambda.invokeAsync("f", {});
    await lambda.idle();
    await clock.advance(10);
    await lambda.idle();
    expect(left).toBe(-1);
    expect(await lambda.deadLetters()).toEqual([]);
  });

  it("is a dead letter although its destination fails", async () => {
    const { lambda, printed } = stage({ retryDelaysMs: [] });
    lambda.register("f", async () => Promise.reject(new Error("f")), {
      onFailure: async () => Promise.reject(new Error("g")),
    });
    await lambda.invokeAsync("f", {});
    await lambda.idle();
    expect(await lambda.deadLetters()).toHaveLength(1);
    expect(printed[1]).toMatch(/^the destination of f failed/);
  });

  it("waits while the limit of concurrent ones is reached", async () => {
    const { lambda } = stage({ concurrency: 2 });
    const opened = deferred();
    let running = 0;
    let most = 0;
    lambda.register("f", async () => {
      most = Math.max(most, ++running);
      await opened.promise;
      running--;
    });
    await Promise.all([1, 2, 3, 4, 5].map((n) => lambda.invokeAsync("f", n)));
    opened.resolve();
    await lambda.idle();
    expect(most).toBe(2);
  });
});

describe("after a kill", () => {
  it("an accepted event is attempted by the next process", async () => {
    const store = memoryStore();
    const killed = createLambda({ clock: virtualClock(), store });
    killed.register("f", () => new Promise(() => {}));
    await killed.invokeAsync("f", { n: 1 });
    await killed.invokeAsync("f", { n: 2 });

    const left = store.fork();
    const { lambda } = stage({ store: left });
    const seen: unknown[] = [];
    lambda.register("f", async (event) => seen.push(event));
    await lambda.resume();
    await lambda.idle();
    expect(seen).toEqual([{ n: 1 }, { n: 2 }]);

    const third = stage({ store: await settled(left) });
    third.lambda.register("f", async (event) => seen.push(event));
    await third.lambda.resume();
    await third.lambda.idle();
    expect(seen).toHaveLength(2);
  });

  it("the retries of an event continue", async () => {
    const store = memoryStore();
    const first = stage({ store });
    first.lambda.register("f", async () => Promise.reject(new Error("f")));
    await first.lambda.invokeAsync("f", {});
    await first.lambda.idle();

    const left = await settled(store);
    const second = stage({ store: left });
    let tried = 0;
    second.lambda.register("f", async () => {
      tried++;
      throw new Error("f");
    });
    await second.lambda.resume();
    await second.clock.advance(59_999);
    expect(tried).toBe(0);
    await second.clock.advance(1);
    await second.lambda.idle();
    await second.clock.advance(120_000);
    await second.lambda.idle();
    expect(tried).toBe(2);
    expect((await second.lambda.deadLetters())[0]?.requestContext.approximateInvokeCount).toBe(3);

    expect(await stage({ store: left.fork() }).lambda.deadLetters()).toHaveLength(1);
  });

  it("an event whose function is gone ends with the dead letters", async () => {
    const store = memoryStore();
    const killed = createLambda({ clock: virtualClock(), store });
    killed.register("f", () => new Promise(() => {}));
    await killed.invokeAsync("f", {});

    const { lambda } = stage({ store: store.fork(), retryDelaysMs: [] });
    await lambda.resume();
    await lambda.idle();
    expect((await lambda.deadLetters())[0]?.responsePayload.errorType).toBe("ResourceNotFoundException");
  });
});

it("stores nothing of finished events, and loses no waiting one", async () => {
  const store = memoryStore();
  const clock = virtualClock();
  const lambda = createLambda({ clock, store });
  lambda.register("quick", async () => {});
  lambda.register("stuck", () => new Promise(() => {}));
  await lambda.invokeAsync("stuck", "kept");
  for (let batch = 0; batch < 12; batch++) {
    await Promise.all(Array.from({ length: 100 }, (_, n) => lambda.invokeAsync("quick", n)));
  }
  await clock.advance(0);
  const left = await settled(store);
  expect([...left.list({ prefix: ["lambda"] })]).toHaveLength(1);

  const next = stage({ store: left });
  const seen: unknown[] = [];
  next.lambda.register("quick", async () => {});
  next.lambda.register("stuck", async (event) => seen.push(event));
  await next.lambda.resume();
  await next.lambda.idle();
  expect(seen).toEqual(["kept"]);
});

it("waits for running invocations when it closes, and accepts no more", async () => {
  const store = memoryStore();
  const { lambda } = stage({ store });
  const opened = deferred();
  lambda.register("f", () => opened.promise);
  await lambda.invokeAsync("f", 1);
  const closed = lambda.close();
  await expect(lambda.invokeAsync("f", 2)).rejects.toMatchObject({ code: "ServiceException" });
  opened.resolve();
  await closed;
  const next = stage({ store: await settled(store) });
  let again = 0;
  next.lambda.register("f", async () => again++);
  await next.lambda.resume();
  await next.lambda.idle();
  expect(again).toBe(0);
});

describe("over HTTP", () => {
  async function served() {
    const { lambda } = stage();
    const endpoint = await createEndpoint({
      port: 0,
      services: [lambda],
    });
    endpoints.push(endpoint);
    const call = (name: string, body: string, type?: string) =>
      fetch(`${endpoint.url}/2015-03-31/functions/${name}/invocations`, {
        method: "POST",
        body,
        headers: type === undefined ? {} : { "x-amz-invocation-type": type },
      });
    return { lambda, call };
  }

  it("a function answers by its name or its ARN", async () => {
    const { lambda, call } = await served();
    lambda.register("f", async (event: { n: number }) => event.n + 1);
    for (const name of [
      "f",
      "f:live",
      "arn%3Aaws%3Alambda%3Aus-east-1%3A000000000000%3Afunction%3Af%3A%24LATEST",
    ]) {
      const response = await call(name, '{"n":1}');
      expect(await response.json()).toBe(2);
      expect(response.headers.get("x-amz-executed-version")).toBe("$LATEST");
      expect(response.headers.get("x-amz-function-error")).toBeNull();
    }
  });

  it("a header marks a function's error", async () => {
    const { lambda, call } = await served();
    lambda.register("f", async () => Promise.reject(new Error("no")));
    const response = await call("f", "{}");
    expect(response.status).toBe(200);
    expect(response.headers.get("x-amz-function-error")).toBe("Unhandled");
    expect(await response.json()).toEqual({ errorType: "Error", errorMessage: "no" });
  });

  it("an event is accepted, and a dry run only checks", async () => {
    const { lambda, call } = await served();
    const seen: unknown[] = [];
    lambda.register("f", async (event) => seen.push(event));
    expect((await call("f", "1", "Event")).status).toBe(202);
    expect((await call("f", "2", "DryRun")).status).toBe(204);
    await lambda.idle();
    expect(seen).toEqual([1]);
  });

  it("an invalid call is refused", async () => {
    const { lambda, call } = await served();
    lambda.register("f", async () => 1);
    const absent = await call("g", "{}");
    expect([absent.status, absent.headers.get("x-amzn-errortype")]).toEqual([
      404,
      "ResourceNotFoundException",
    ]);
    expect((await call("f", "{")).headers.get("x-amzn-errortype")).toBe("InvalidRequestContentException");
    expect((await call("f", "{}", "Later")).status).toBe(400);
  });
});
