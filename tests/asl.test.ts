import { type AskOptions, ask, literal, type ReportOptions, report } from "@callboard/asl";
import { describe, expect, it } from "vitest";
import { ana, embeddedWorkflows, vic } from "./embedded-workflows.ts";

const subject = "article/a_1";
const about = {
  JSONata: {
    queryLanguage: "JSONata",
    bus: "callboard",
    source: "newsroom",
    subject: "{% $states.context.Execution.Input.subject %}",
    assignees: "{% $states.context.Execution.Input.editors %}",
  },
  JSONPath: {
    queryLanguage: "JSONPath",
    bus: "callboard",
    source: "newsroom",
    subject: "$$.Execution.Input.subject",
    assignees: "$$.Execution.Input.editors",
  },
} as const;

const question = {
  name: "Ask",
  thread: "headline",
  prompt: "Shall it go out?",
  verbs: ["approve", "reject"],
  TimeoutSeconds: 600,
  Next: "Done",
  Unanswered: "Unanswered",
} as const;

const ends = { Done: { Type: "Succeed" }, Unanswered: { Type: "Fail", Error: "Unanswered" } };

/** Starts a state machine of such states. */
async function begin(language: keyof typeof about, StartAt: string, States: object, input: object = {}) {
  const definition = JSON.stringify({ QueryLanguage: language, StartAt, States });
  const workflows = await embeddedWorkflows({ machines: { newsroom: definition } });
  return {
    ...workflows,
    ...(await workflows.start("newsroom", { subject, editors: ["user/ana"], ...input })),
  };
}

describe.each(["JSONata", "JSONPath"] as const)("states in %s", (language) => {
  const { assignees, ...common } = about[language];
  const asks = (more: Partial<AskOptions> = {}) =>
    ask({ ...common, assignees, ...question, ...more } as AskOptions);
  const reports = (more: Partial<ReportOptions>) => report({ ...common, ...more } as ReportOptions);

  it("ask, and keep the input next to the answer", async () => {
    const { question, reply, ended } = await begin(language, "Ask", { ...asks(), ...ends });
    const { id } = await question();
    await reply(id, { verb: "approve" });
    expect(await ended()).toMatchObject({
      status: "SUCCEEDED",
      output: { subject, answer: { verb: "approve" } },
    });
  });

  it("lead to where nobody has answered, and to no other state", async () => {
    const { question, pass, ended, standing } = await begin(language, "Ask", { ...asks(), ...ends });
    await question();
    await pass(600_000, { stepMs: 20_000 });
    expect(await ended()).toEqual({ status: "FAILED" });
    expect(standing()).toEqual(["0,1,0 expired"]);
  });

  it("work side by side in the branches of a Parallel, each to its own end", async () => {
    const branch = (n: number) => ({
      StartAt: `Report${n}`,
      States: {
        ...reports({ name: `Report${n}`, step: `write-${n}`, state: "started", Next: `Ask${n}` }),
        ...asks({ name: `Ask${n}`, thread: `part-${n}`, Next: `Told${n}`, Unanswered: `Told${n}` }),
        ...reports({
          name: `Told${n}`,
          step: `write-${n}`,
          state: "succeeded",
          Next: undefined,
          End: true,
        } as never),
      },
    });
    const States = { All: { Type: "Parallel", Branches: [branch(1), branch(2)], End: true } };
    const { question, questions, reply, follow, ended, bus } = await begin(language, "All", States);
    await question(2);
    for (const { id, thread } of questions())
      await reply(id, { verb: thread === "part-1" ? "approve" : "reject" });
    await bus.idle();
    const { status, output } = await ended();
    expect([status, output[0].answer.verb, output[1].answer.verb]).toEqual([
      "SUCCEEDED",
      "approve",
      "reject",
    ]);
    const steps = Object.entries(await follow(vic, `watch:${subject}`)).filter(([key]) =>
      key.startsWith("step/"),
    );
    expect(steps.map(([, { step, state }]) => `${step} ${state}`).sort()).toEqual([
      "write-1 succeeded",
      "write-2 succeeded",
    ]);
    expect(bus.deadLetters()).toEqual([]);
  });

  it("ask round after round, each of which replaces the one before", async () => {
    const round = { JSONata: "{% $round %}", JSONPath: "$round" }[language] as AskOptions["round"];
    const count = {
      JSONata: { Type: "Pass", Assign: { round: "{% $exists($round) ? $round + 1 : 1 %}" } },
      JSONPath: { Type: "Pass", Assign: { "round.$": "States.MathAdd($round, 1)" } },
    }[language];
    const again = {
      JSONata: { Condition: "{% $states.input.answer.verb = 'regenerate' %}", Next: "Count" },
      JSONPath: { Variable: "$.answer.verb", StringEquals: "regenerate", Next: "Count" },
    }[language];
    const { question, questions, reply, ended, standing } = await begin(language, "Begin", {
      Begin: { Type: "Pass", Assign: { round: 0 }, Next: "Count" },
      Count: { ...count, Next: "Ask" },
      ...asks({ round, maxRounds: 3, verbs: ["approve", "regenerate"], Next: "Again" } as never),
      Again: { Type: "Choice", Choices: [again], Default: "Done" },
      ...ends,
    });
    for (const n of [1, 2]) {
      const { id } = await question(n);
      expect(await reply(id, { verb: "regenerate", round: n })).toMatchObject({ status: "accepted" });
    }
    await question(3);
    await reply(questions()[2]!.id, { verb: "approve", round: 3 });
    expect(await ended()).toMatchObject({ status: "SUCCEEDED", output: { answer: { round: 3 } } });
    expect(standing()).toEqual(["0,1,0 relayed", "0,2,0 relayed", "0,3,0 relayed"]);
  });

  it("ask again in a redriven execution", async () => {
    const { question, stop, redrive, reply, standing, ended } = await begin(language, "Ask", {
      ...asks(),
      ...ends,
    });
    await question();
    await stop();
    await redrive();
    const { id } = await question(2);
    await reply(id, { verb: "approve" });
    expect(await ended()).toMatchObject({ status: "SUCCEEDED" });
    expect(standing()[1]).toBe("1,1,0 relayed");
  });

  it("show texts unchanged that look like expressions", async () => {
    const texts = ['{% it\'s "quoted" \\ %}', "$.99 off", "States.Format('{}')", "{% $x"];
    const { question, follow } = await begin(language, "Ask", {
      ...asks({
        prompt: literal(texts.join(" ")),
        candidates: texts.map((title, n) => ({ id: `c${n}`, title: literal(title) })),
        verbs: ["pick"],
      }),
      ...ends,
    });
    const { id, prompt } = await question();
    expect(prompt).toBe(texts.join(" "));
    const work = await follow(ana, `work:${subject}`);
    expect(texts.map((_, n) => work[`candidate/headline/1/${id}/c${n}`]!.title)).toEqual(texts);
  });

  it("take their texts and waiting times from the input", async () => {
    const from = (field: string) => (language === "JSONata" ? `{% $states.input.${field} %}` : `$.${field}`);
    const { question, pass, ended } = await begin(
      language,
      "Ask",
      {
        ...asks({
          prompt: from("prompt"),
          TimeoutSeconds: from("wait"),
          HeartbeatSeconds: from("beat"),
          labels: { approve: from("yes") },
          assignees: [from("who"), "role/editors"],
        } as never),
        ...ends,
      },
      { prompt: "Now?", wait: 400, beat: 200, yes: "Send it", who: "user/ana" },
    );
    const asked = await question();
    expect(asked).toMatchObject({ prompt: "Now?", labels: { approve: "Send it" } });
    expect([...asked.assignees].sort()).toEqual(["role/editors", "user/ana"]);
    await pass(400_000, { stepMs: 10_000 });
    expect(await ended()).toEqual({ status: "FAILED" });
  });
});

it("answer an item that is not an object with only the answer", async () => {
  const { assignees, ...common } = about.JSONata;
  const item = {
    StartAt: "Ask",
    States: {
      ...ask({
        ...common,
        ...question,
        assignees,
        thread: "{% 'item-' & $string($states.context.Map.Item.Index) %}",
        Next: undefined,
        End: true,
      } as never),
      Unanswered: { Type: "Pass", End: true },
    },
  };
  const States = { Each: { Type: "Map", Items: ["one"], ItemProcessor: item, End: true } };
  const { question: asked, reply, ended } = await begin("JSONata", "Each", States);
  await reply((await asked()).id, { verb: "approve" });
  const { status, output } = await ended();
  expect([status, Object.keys(output[0]), output[0].answer.verb]).toEqual([
    "SUCCEEDED",
    ["answer"],
    "approve",
  ]);
});
