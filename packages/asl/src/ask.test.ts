import { createRequire } from "node:module";
import { describe, expect, it } from "vitest";
import { type AskOptions, ask } from "./ask.ts";
import { DefinitionError } from "./checks.ts";
import { literal } from "./values.ts";

const validate = createRequire(import.meta.url)("asl-validator") as (definition: unknown) => {
  isValid: boolean;
  errorsText(): string;
};

const jsonata: AskOptions = {
  name: "Ask",
  bus: "callboard",
  source: "newsroom",
  subject: "{% $states.input.subject %}",
  thread: "headline",
  prompt: "Which headline?",
  verbs: ["pick", "reject"],
  candidates: [
    { id: "short", title: "Queues beat locks" },
    { id: "long", title: "{% $states.input.title %}" },
  ],
  assignees: ["user/ana"],
  TimeoutSeconds: 86_400,
  Next: "Decide",
  Unanswered: "Decide",
};
const jsonPath: AskOptions = {
  ...jsonata,
  queryLanguage: "JSONPath",
  subject: "$.subject",
  candidates: "$.titles",
};

/** The fields of the question that a state asks, and the state itself. */
function asked(options: AskOptions) {
  const states = ask(options);
  const state = states[options.name] as Record<string, unknown>;
  const { Entries } = (state.Arguments ?? state.Parameters) as {
    Entries: [{ Detail: Record<string, unknown> }];
  };
  return { states, state, detail: Entries[0].Detail };
}

const circle: { [field: string]: unknown } = {};
circle.again = [circle, circle];
const deep = (levels: number): object => (levels === 0 ? {} : { in: deep(levels - 1) });

const valid = (options: AskOptions) => {
  const States = { ...ask(options), Decide: { Type: "Succeed" } };
  const { isValid, errorsText } = validate({
    QueryLanguage: options.queryLanguage ?? "JSONata",
    StartAt: options.name,
    States,
  });
  return isValid ? "" : errorsText();
};

const faultsOf = (more: object, options = jsonata): readonly string[] => {
  try {
    ask({ ...options, ...more } as AskOptions);
  } catch (cause) {
    if (cause instanceof DefinitionError) return cause.faults;
    throw cause;
  }
  return [];
};

it("names every field in its error, and the state", () => {
  const wrong = { ...jsonata, prompt: undefined, verbs: ["pikc"], End: true } as unknown as AskOptions;
  expect(() => ask(wrong)).toThrow(
    new DefinitionError("Ask", [
      "End: there is a Next",
      "prompt: missing",
      "verbs.0: one of pick, approve, edit, regenerate, answer, reject",
    ]),
  );
});

describe.each([
  ["JSONata", jsonata],
  ["JSONPath", jsonPath],
])("in %s", (_, options) => {
  it.each<[string, Partial<AskOptions>]>([
    ["as it is", {}],
    ["at the end of a branch", { Next: undefined, End: true } as never],
    [
      "with all that may be said",
      {
        round: 2,
        maxRounds: 3,
        title: "An article",
        lang: "en",
        labels: { pick: "This one" },
        deadlineSeconds: 3600,
        remindAfterSeconds: 600,
        escalate: { afterSeconds: 1200, to: ["role/editors"] },
        default: { verb: "reject", comment: "Nobody was there" },
        schema: { type: "object" },
        Comment: "Asks.",
        reason: "It was late",
      },
    ],
  ])("is valid %s", (_, more) => {
    expect(valid({ ...options, ...more } as AskOptions)).toBe("");
  });
});

it("places the answer as the state says, by default beside the input", () => {
  const place = ({ state: { Output, Assign, ResultPath } }: ReturnType<typeof asked>) => ({
    Output,
    Assign,
    ResultPath,
  });
  expect(place(asked(jsonata)).Output).toContain("'answer': $states.result");
  expect(place(asked({ ...jsonata, Output: "{% $states.result.verb %}" }))).toEqual({
    Output: "{% $states.result.verb %}",
  });
  const Assign = { reply: "{% $states.result %}" };
  expect(place(asked({ ...jsonata, Assign }))).toEqual({ Assign, Output: "{% $states.input %}" });
  expect(place(asked(jsonPath))).toEqual({ ResultPath: "$.answer" });
  expect(place(asked({ ...jsonPath, ResultPath: "$.reply" }))).toEqual({ ResultPath: "$.reply" });
  expect(place(asked({ ...jsonPath, Assign: { "reply.$": "$" } }))).toMatchObject({ ResultPath: null });
});

it.each([
  [86_400, 3600],
  [1000, 500],
  [360, 180],
  [359, undefined],
  ["{% $wait %}" as const, undefined],
])("waits %s seconds with a heartbeat of %s", (TimeoutSeconds, heartbeat) => {
  const { state, detail } = asked({ ...jsonata, TimeoutSeconds });
  expect([state.TimeoutSeconds, state.HeartbeatSeconds]).toEqual([TimeoutSeconds, heartbeat]);
  expect([detail.timeoutSeconds, detail.heartbeatSeconds]).toEqual([TimeoutSeconds, heartbeat]);
});

it("takes its times from the input in JSONPath", () => {
  const { state, detail } = asked({ ...jsonPath, TimeoutSeconds: "$.wait", HeartbeatSeconds: "$.beat" });
  expect(state).toMatchObject({ TimeoutSecondsPath: "$.wait", HeartbeatSecondsPath: "$.beat" });
  expect(state).not.toHaveProperty("TimeoutSeconds");
  expect(detail).toMatchObject({ "timeoutSeconds.$": "$.wait", "heartbeatSeconds.$": "$.beat" });
});

it("numbers attempts by redrive, round and retry, and closes all of a round", () => {
  const orders = (options: AskOptions) => {
    const close = ask(options)[`Close${options.name}`] as Record<string, { Entries: [{ Detail: object }] }>;
    const closing = (close.Arguments ?? close.Parameters)!.Entries[0].Detail as Record<string, unknown>;
    const { detail } = asked(options);
    return [detail.order ?? detail["order.$"], closing.order ?? closing["order.$"]];
  };
  expect(orders({ ...jsonata, round: "{% $round + 1 %}" })).toEqual([
    "{% [$states.context.Execution.RedriveCount, ($round + 1), $states.context.State.RetryCount] %}",
    "{% [$states.context.Execution.RedriveCount, ($round + 1), 1000] %}",
  ]);
  expect(orders({ ...jsonPath, round: "$.round" })).toEqual([
    "States.Array($$.Execution.RedriveCount, $.round, $$.State.RetryCount)",
    "States.Array($$.Execution.RedriveCount, $.round, 1000)",
  ]);
});

it("writes a list with expressions as a function call in JSONPath", () => {
  const { detail } = asked({
    ...jsonPath,
    assignees: ["$.editor", "role/editors", "States.Format('user/{}', $.x)"],
  });
  expect(detail["assignees.$"]).toBe("States.Array($.editor, 'role/editors', States.Format('user/{}', $.x))");
});

it.each<[string, object, string]>([
  ["no time to wait", { TimeoutSeconds: undefined }, "TimeoutSeconds: missing"],
  ["a time longer than any wait", { TimeoutSeconds: 40_000_000 }, "TimeoutSeconds: at most 31622400, a year"],
  ["a time that is a text", { TimeoutSeconds: "a day" }, "TimeoutSeconds: a whole number of seconds"],
  ["heartbeats that Callboard does not send", { HeartbeatSeconds: 60 }, "HeartbeatSeconds: at least 180"],
  [
    "heartbeats that come too late",
    { TimeoutSeconds: 600, HeartbeatSeconds: 600 },
    "HeartbeatSeconds: less than TimeoutSeconds",
  ],
  ["a deadline after the wait", { deadlineSeconds: 86_401 }, "deadlineSeconds: at most TimeoutSeconds"],
  [
    "an escalation after the wait",
    { escalate: { afterSeconds: 90_000, to: ["role/x"] } },
    "escalate.afterSeconds: at most TimeoutSeconds",
  ],
  ["no subject", { subject: undefined }, "subject: missing"],
  ["an invalid subject", { subject: "article" }, "subject: a subject is <kind>/<id>, such as video/v_1"],
  ["no assignee", { assignees: [] }, "assignees: at least 1 item"],
  ["a reserved id", { assignees: ["user/system"] }, "assignees: system and erased-… are not people"],
  [
    "a reserved id that is marked as a literal",
    { assignees: [literal("user/system")] as never },
    "assignees: system and erased-… are not people",
  ],
  [
    "a list with a path in place of a principal",
    { ...jsonPath, assignees: ["user/ana", ["$.editor"]] as never },
    "assignees.1: a principal is user/<id> or role/<id>",
  ],
  [
    "a name in place of a principal",
    { assignees: ["ana"] },
    "assignees.0: a principal is user/<id> or role/<id>",
  ],
  [
    "a thread of two words",
    { thread: "the headline" },
    "thread: a name has 1 to 64 letters, digits or . _ @ : | + = -",
  ],
  [
    "two candidates with the same id",
    {
      candidates: [
        { id: "a", title: "A" },
        { id: "a", title: "B" },
      ],
    },
    "candidates: two have the same id",
  ],
  ["a default that is not offered", { default: { verb: "approve" } }, "default.verb: not among the verbs"],
  ["a pick without a candidate as default", { default: { verb: "pick" } }, "default.candidateId: missing"],
  [
    "regenerate as the only verb in the last round",
    { verbs: ["regenerate"], round: 3, maxRounds: 3 },
    "verbs: regenerate is refused in the last round, and there is no other verb",
  ],
  ["fields that the state fills in", { taskToken: "x" }, "taskToken: not known"],
  ["a field in another spelling", { timeoutSeconds: 60 }, "timeoutSeconds: not known (write TimeoutSeconds)"],
  ["a field of the other language", { ResultPath: "$.answer" }, "ResultPath: not known"],
  ["an unknown query language", { queryLanguage: "JMESPath" }, "queryLanguage: JSONata or JSONPath"],
  [
    "Callboard's own name",
    { source: "callboard" },
    "source: your own name on the bus; not callboard, and not beginning with aws.",
  ],
  ["no next state", { Next: undefined }, "Next: the name of a state"],
  ["no next state without an answer", { Unanswered: undefined }, "Unanswered: the name of a state"],
  ["an invalid language tag", { lang: "english words" }, "lang: not of the required form"],
  ["a function, which JSON does not have", { title: () => "x" }, "title: not JSON"],
  [
    "a path in JSONata",
    { candidates: "$.titles" },
    "candidates: a JSONPath expression in a state of JSONata: write {% … %}, or mark it as a literal if it is a text",
  ],
  ["a circular value", { schema: circle }, "schema: not JSON"],
  [
    "a value that is nested too deep",
    { candidates: [{ id: "a", title: "A", more: deep(64) }] },
    "candidates: nested over 64 levels",
  ],
  [
    "half an expression",
    { prompt: "{% $x" },
    "prompt: an expression begins with {% and ends with %}, or mark it as a literal if it is a text",
  ],
])("refuses %s", (_, more, fault) => {
  expect(faultsOf(more)).toContain(fault);
});

it.each<[string, object, string]>([
  [
    "JSONata in JSONPath",
    { prompt: "{% $x %}" },
    "prompt: a JSONata expression in a state of JSONPath, or mark it as a literal if it is a text",
  ],
  [
    "a key that already ends in .$",
    { "candidates.$": "$.titles" },
    "candidates.$: not known (write candidates)",
  ],
  [
    "a key in data that ends in .$",
    { candidates: [{ id: "a", "title.$": "$.x", title: "A" }] },
    "candidates.0.title.$: write title; the .$ of an expression is added",
  ],
  [
    "a list of expressions and objects",
    { candidates: ["$.one", { id: "a", title: "A" }] },
    "candidates: in JSONPath a list contains either expressions or objects",
  ],
  [
    "a time that Step Functions cannot read",
    { TimeoutSeconds: "$$.Execution.Input.wait" },
    "TimeoutSeconds: a number, or a path in the state's input",
  ],
])("refuses in JSONPath %s", (_, more, fault) => {
  expect(faultsOf(more, jsonPath)).toContain(fault);
});

it("treats literals that look like expressions as texts", () => {
  const text = '{% it\'s "quoted" %}';
  const { detail } = asked({ ...jsonata, prompt: literal(text), title: literal("$.99 off") });
  expect(detail.prompt).toBe('{% "{\\u0025 it\'s \\"quoted\\" \\u0025}" %}');
  expect(detail.title).toBe("$.99 off");
  const inPath = asked({ ...jsonPath, prompt: literal("$.99 off") });
  expect(inPath.detail.prompt).toBe("$.99 off");
});

it("accepts placeholders that a deployment fills in", () => {
  const token = "${Token[Role.12]}";
  const filled = {
    bus: "${BusName}",
    subject: "article/${Stage}",
    assignees: [`role/${token}`],
    candidates: [{ id: `a-${token}`, title: "A" }],
    default: { verb: "pick", candidateId: "a-short" },
  };
  expect(faultsOf(filled)).toEqual([]);
  expect(faultsOf(filled, jsonPath)).toEqual([]);
  expect(asked({ ...jsonPath, ...(filled as object) } as AskOptions).detail).toMatchObject({
    subject: "article/${Stage}",
    assignees: [`role/${token}`],
  });
});

it("does not treat a schema as an expression", () => {
  const schema = { type: "object", properties: { a: { const: "$.a" }, b: { const: "{% b %}" } } } as const;
  expect(asked({ ...jsonPath, schema }).detail.schema).toEqual(schema);
  expect(asked({ ...jsonata, schema }).detail.schema).toMatchObject({
    properties: { a: { const: "$.a" }, b: { const: '{% "{\\u0025 b \\u0025}" %}' } },
  });
});
