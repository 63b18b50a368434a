import { ask, report } from "@callboard/asl";
import { createStates, memoryStore, tasks, virtualClock } from "@callboard/aws-local";
import { afterAll, describe, expect, it } from "vitest";

const engine = createStates({ clock: virtualClock(), store: memoryStore(), integrations: tasks([], {}) });
afterAll(() => engine.close());

const languages = {
  JSONata: { subject: "{% $states.input.subject %}", candidates: "{% $states.input.titles %}" },
  JSONPath: { subject: "$.subject", candidates: "$.titles" },
} as const;
type Language = keyof typeof languages;

/** The states of `report` and `ask` in a machine of either language. */
function machine(queryLanguage: Language): string {
  const { subject, candidates } = languages[queryLanguage];
  const common = { bus: "callboard", source: "newsroom", subject, queryLanguage };
  return JSON.stringify({
    QueryLanguage: queryLanguage,
    StartAt: "Report",
    States: {
      ...report({
        ...common,
        name: "Report",
        step: "headline",
        state: "started",
        owners: ["user/ana"],
        Next: "Ask",
      }),
      ...ask({
        ...common,
        name: "Ask",
        thread: "headline",
        prompt: "Which headline?",
        verbs: ["pick", "reject"],
        candidates,
        assignees: ["user/ana"],
        TimeoutSeconds: 86_400,
        HeartbeatSeconds: 3_600,
        Next: "Decide",
        Unanswered: "GoOn",
      }),
      Decide: { Type: "Succeed" },
      GoOn: { Type: "Succeed" },
    },
  });
}

const input = { subject: "article/a_1", titles: [{ id: "short", title: "Queues beat locks" }] };
const answer = { requestId: "r", replyId: "a", verb: "pick", candidateId: "short", round: 1 };
const put = { FailedEntryCount: 0, Entries: [{ EventId: "e" }] };

/** Tests a state with a result, or with an error after so many retries. */
async function test(
  language: Language,
  stateName: string,
  mock: { result: unknown } | { error: string },
  retries = 0,
) {
  const { output, inspectionData, ...left } = await engine.operations.TestState({
    definition: machine(language),
    stateName,
    input: JSON.stringify(input),
    inspectionLevel: "DEBUG",
    mock:
      "result" in mock ? { result: JSON.stringify(mock.result) } : { errorOutput: { ...mock, cause: "c" } },
    stateConfiguration: { retrierRetryCount: retries },
    context: JSON.stringify({
      Execution: { RedriveCount: 1 },
      State: { EnteredTime: "2026-01-01T00:00:00.000Z", RetryCount: retries },
      ...(stateName === "Ask" && { Task: { Token: "token" } }),
    }),
  });
  const data = inspectionData as Record<string, string>;
  const { Entries } = JSON.parse((data.afterArguments ?? data.afterParameters)!) as {
    Entries: { Detail: object }[];
  };
  const { retryBackoffIntervalSeconds } = (data.errorDetails ?? {}) as {
    retryBackoffIntervalSeconds?: number;
  };
  return {
    ...left,
    output: output && JSON.parse(output),
    wait: retryBackoffIntervalSeconds,
    detail: Entries[0]!.Detail,
  };
}

/** How long each retry of an error waits, and what happens then. */
async function course(language: Language, stateName: string, error: string) {
  const waits: number[] = [];
  for (;;) {
    const tried = await test(language, stateName, { error }, waits.length);
    if (tried.status !== "RETRIABLE") return { ...tried, waits };
    waits.push(tried.wait!);
  }
}

describe.each(Object.keys(languages) as Language[])("in %s", (language) => {
  it("a report sends its fields, and passes on its state's input", async () => {
    const told = await test(language, "Report", { result: put });
    expect(told).toMatchObject({ status: "SUCCEEDED", nextState: "Ask", output: input });
    expect(told.detail).toEqual({
      subject: "article/a_1",
      step: "headline",
      state: "started",
      at: "2026-01-01T00:00:00.000Z",
      attempt: 2,
      owners: ["user/ana"],
    });
  });

  it("a question carries its token and its order, and adds the answer to the input", async () => {
    const asked = await test(language, "Ask", { result: answer }, 2);
    expect(asked).toMatchObject({ status: "SUCCEEDED", nextState: "Decide", output: { ...input, answer } });
    expect(asked.detail).toMatchObject({
      subject: "article/a_1",
      candidates: input.titles,
      order: [1, 1, 2],
      taskToken: "token",
      timeoutSeconds: 86_400,
      heartbeatSeconds: 3_600,
    });
  });

  it.each([
    ["Report", "EventBridge.FailedEntry", [1, 2, 4], "Ask"],
    ["Report", "States.DataLimitExceeded", [], undefined],
    ["Ask", "States.HeartbeatTimeout", [5, 10, 20], "CloseAsk"],
    ["Ask", "EventBridge.FailedEntry", [5, 10, 20], "CloseAsk"],
    ["Ask", "States.Timeout", [], "CloseAsk"],
    ["Ask", "Callboard.Undeliverable", [5, 10, 20], "CloseAsk"],
    ["CloseAsk", "EventBridge.FailedEntry", [1, 2, 4], "GoOn"],
  ])("%s is failed by %s, waits %j, and then continues with %s", async (name, error, waits, next) => {
    const then = await course(language, name, error);
    expect(then.waits).toEqual(waits);
    expect(then.nextState).toBe(next);
    expect(then).toMatchObject(next ? { status: "CAUGHT_ERROR", output: input } : { status: "FAILED" });
  });

  it("a question is not asked again for an answer that its state cannot take in", async () => {
    const error = language === "JSONata" ? "States.QueryEvaluationError" : "States.ResultPathMatchFailure";
    expect(await course(language, "Ask", error)).toMatchObject({ waits: [], nextState: "CloseAsk" });
  });

  it("a question that nobody answers is closed in each of its tries", async () => {
    const closed = await test(language, "CloseAsk", { result: put });
    expect(closed).toMatchObject({ status: "SUCCEEDED", nextState: "GoOn", output: input });
    expect(closed.detail).toMatchObject({ thread: "headline", order: [1, 1, 1000] });
  });
});
