import { afterAll, expect, it } from "vitest";
import { states } from "./testing/state-walk.ts";
import { postProcessingStories, REST_LEFT_MS, unusable } from "./testing/stories.ts";

const { pathOf, allVisits, close } = postProcessingStories();
afterAll(close);

/** The states of one model that a story reaches. */
const ofModel = (path: readonly string[], model: "Bedrock" | "Endpoint") =>
  path.filter((name) => name.includes(model));

it("is finished once a person has picked a title", async () => {
  const { path, last } = await pathOf("picked");
  expect(path.filter((name) => name.includes("Transcription"))).toEqual([
    "ChooseTranscription",
    "StartTranscription",
    "WaitForTranscription",
    "PollTranscription",
    "CheckTranscription",
    "WaitForTranscription",
    "PollTranscription",
    "CheckTranscription",
  ]);
  expect(ofModel(path, "Endpoint")).toEqual([
    "CheckEndpoint",
    "MayEndpoint",
    "AskEndpoint",
    "EndpointTitle",
    "ReadEndpoint",
    "JudgeEndpoint",
    "CloseEndpoint",
    "ProposeEndpoint",
    "EndpointDone",
  ]);
  expect(path.at(-1)).toBe("Finished");
  expect(last).toMatchObject({
    status: "SUCCEEDED",
    output: { outcome: "finished", subject: "video/v_1", title: "A title", description: "About it" },
  });
});

it("prepares a long video on Fargate, asks for other titles, and ends when they are rejected", async () => {
  const { path, last, visits } = await pathOf("rejected");
  expect(path).toContain("PrepareOnFargate");
  const prepared = visits.find(({ state }) => state === "PrepareOnFargate")!;
  expect(JSON.stringify(prepared.answer.given)).toContain('{"Name":"TASK_TOKEN","Value":"token"}');
  const prompts = visits
    .filter(({ state }) => state === "ProposeTitles")
    .map(({ variables }) => variables.prompt);
  expect(prompts).toHaveLength(2);
  expect(prompts[1]).toContain("<hint>shorter</hint>");
  expect(prompts[1]).toContain("<earlier>\nA title\nA title\n</earlier>");
  expect(last).toMatchObject({ status: "SUCCEEDED", output: { outcome: "rejected" } });
});

it("asks a model again, up to twice, with its answer and what was wrong with it", async () => {
  const { path, visits, last } = await pathOf("corrected");
  const given = (name: string) =>
    visits.filter(({ state }) => state === name).map(({ answer }) => answer.given);
  const question = { Role: "user", Content: [{ Text: expect.stringContaining("<transcript>") }] };
  const again = (said: string, issue: string) => [
    question,
    { Role: "assistant", Content: [{ Text: said }] },
    { Role: "user", Content: [{ Text: expect.stringContaining(issue) }] },
  ];
  expect(given("AskBedrock")).toMatchObject([
    { Messages: [question] },
    { Messages: again(unusable.words, "it holds no JSON") },
    { Messages: again(unusable.otherForm, "its JSON holds no candidates with a title") },
  ]);
  expect(given("AskEndpoint")).toMatchObject([
    { RequestBody: { messages: [{ role: "user" }] } },
    {
      RequestBody: {
        messages: [
          { role: "user", content: expect.stringContaining("<transcript>") },
          { role: "assistant", content: unusable.unreadable },
          { role: "user", content: expect.stringContaining("its JSON cannot be read") },
        ],
      },
    },
  ]);
  expect(path.filter((name) => /^(Close|Count)/.test(name))).toEqual(["CloseBedrock", "CloseEndpoint"]);
  expect(visits.find(({ state }) => state === "Ask")!.variables.candidates).toMatchObject([
    { id: "bedrock-1-1", title: "A title" },
    { id: "endpoint-1-1", title: "A title" },
  ]);
  expect(last.status).toBe("SUCCEEDED");
});

it("counts a model's third unusable answer as a failure, and continues with the other's titles", async () => {
  const { path, visits } = await pathOf("unusable");
  expect(ofModel(path, "Bedrock")).toEqual([
    "CheckBedrock",
    "MayBedrock",
    ...Array(3).fill(["AskBedrock", "ReadBedrock", "JudgeBedrock"]).flat(),
    "CountBedrock",
    "ReportBedrockFailed",
    "BedrockDone",
  ]);
  expect(visits.find(({ state }) => state === "CountBedrock")!.answer.given).toMatchObject({
    Key: { pk: { S: "lately-text" } },
    UpdateExpression: "ADD #failures :one SET #until = :next",
  });
  expect(visits.find(({ state }) => state === "Ask")!.variables).toMatchObject({
    candidates: [{ id: "endpoint-1-1" }],
    modelFailures: "Text model: UnusableAnswer: it holds no JSON",
    modelNotes: "; one of the models did not answer",
  });
});

it("waits until its models may be asked again; then the process that updates the pause asks", async () => {
  const { path, visits } = await pathOf("resting");
  const rests = (model: string) => [`Check${model}`, `May${model}`, `Report${model}Rests`, `${model}Done`];
  expect(ofModel(path, "Bedrock").slice(0, 7)).toEqual([
    ...rests("Bedrock"),
    "CheckBedrock",
    "MayBedrock",
    "ProbeBedrock",
  ]);
  expect(ofModel(path, "Endpoint")).toEqual([
    ...rests("Endpoint"),
    "CheckEndpoint",
    "MayEndpoint",
    "ProbeEndpoint",
    ...rests("Endpoint"),
  ]);
  expect(path.slice(path.indexOf("CheckCandidates"))).toEqual(
    expect.arrayContaining(["ReportNoTitles", "WaitForModels", "AskBedrock", "CloseBedrock"]),
  );
  const wait = visits.find(({ state }) => state === "WaitForModels")!;
  const until = wait.variables.restsUntil as number;
  const { given } = visits.find(({ state }) => state === "ProbeBedrock")!.answer;
  expect(given).toMatchObject({
    ConditionExpression: "#until = :seen",
    ExpressionAttributeValues: { ":seen": { N: `${until}` } },
  });
  const next = (given as { ExpressionAttributeValues: Record<string, { N: string }> })
    .ExpressionAttributeValues[":next"]!;
  expect(Number(next.N)).toBeGreaterThanOrEqual(until + (wait.variables.restMs as number));
  expect(visits.find(({ state }) => state === "Ask")!.variables).toMatchObject({
    candidates: [{ id: "bedrock-1-1" }],
    restsUntil: until + 9 * REST_LEFT_MS,
    modelNotes: expect.stringContaining("Other model is paused until"),
  });
});

it("counts a probe that has failed", async () => {
  const { path, visits } = await pathOf("failedProbe");
  expect(ofModel(path, "Endpoint")).toEqual([
    "CheckEndpoint",
    "MayEndpoint",
    "ProbeEndpoint",
    "AskEndpoint",
    "CountEndpoint",
    "ReportEndpointFailed",
    "EndpointDone",
  ]);
  expect(visits.find(({ state }) => state === "Ask")!.variables.modelFailures).toContain(
    "Other model: States.Http.StatusCode.503",
  );
});

it("asks the models once more, and fails if none proposes a title", async () => {
  const { path, last } = await pathOf("silent");
  expect(path.filter((name) => name === "ProposeTitles")).toHaveLength(2);
  for (const name of ["AskBedrock", "CountBedrock", "AskEndpoint", "CountEndpoint"])
    expect(path.filter((other) => other === name)).toHaveLength(2);
  expect(path.at(-1)).toBe("MayMend");
  expect(last).toMatchObject({ status: "FAILED", error: "States.QueryEvaluationError" });
  expect(last.cause).toContain("States.Http.Socket");
});

it.each([
  ["speechless", "Transcribe.JobFailed", "No speech"],
  ["noVideo", "NotAnMp4", "It is NotAnMp4"],
  ["badLongVideo", "UnsupportedSound", "It is UnsupportedSound"],
] as const)("fails with the error of its files: %s", async (name, error, cause) => {
  const { path, last } = await pathOf(name);
  expect(path.slice(-3)).toEqual(["ReportFailure", "MayMend", "Failed"]);
  expect(last).toMatchObject({ status: "FAILED", error, cause: expect.stringContaining(cause) });
});

it("fails in the state of a container that was killed, by its exit code", async () => {
  const { path, last } = await pathOf("killed");
  expect(path.at(-1)).toBe("PrepareOnFargate");
  expect(last).toMatchObject({ status: "FAILED", error: "Container.ExitCode.137" });
});

it("takes the first title when nobody answers, and gives up after two bad pictures", async () => {
  const { path, last, visits } = await pathOf("unanswered");
  const chosen = visits.find(({ state }) => state === "ReportChosen")!;
  expect(chosen.variables).toMatchObject({ title: "A title", reply: { by: { id: "system" } } });
  expect(path.filter((name) => name === "DrawPicture")).toHaveLength(2);
  expect(path.at(-1)).toBe("DrawAgain");
  expect(last.cause).toContain("It is NotAPicture");
});

it("visits every state in one of these stories", async () => {
  const seen = new Set((await allVisits()).map(({ state }) => state));
  expect([...states.keys()].filter((name) => !seen.has(name))).toEqual([]);
});
