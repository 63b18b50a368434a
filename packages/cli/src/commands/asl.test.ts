import { mkdir, mkdtemp, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createEndpoint, createStates, memoryStore, systemClock, tasks } from "@callboard/aws-local";
import { beforeEach, expect, it } from "vitest";
import { run } from "../run.ts";
import { keptTerminal } from "../testing/kept-terminal.ts";

const definition = {
  QueryLanguage: "JSONata",
  Callboard: { bus: "callboard", source: "newsroom", subject: "article/a_1" },
  StartAt: "Report",
  States: {
    Report: { Type: "Callboard:Report", step: "write", state: "started", Next: "Done" },
    Done: { Type: "Succeed" },
  },
};

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "callboard-asl-"));
});

/** Runs the command on a file with that text; its output is shown without the folder's path. */
async function asl(text: string | Buffer, ...args: readonly string[]) {
  const file = join(folder, "newsroom.json");
  await writeFile(file, text);
  const { terminal, printed, warned } = keptTerminal();
  const code = await run(["asl", file, ...args.map((arg) => arg.replace("./", `${folder}/`))], terminal);
  return { code, printed: printed.join("\n"), warned: warned.join("\n").replaceAll(`${folder}/`, "") };
}

it("prints the definition written out, for any bus", async () => {
  const { code, printed } = await asl(JSON.stringify(definition), "--bus", "callboard-production");
  expect(code).toBe(0);
  const { Callboard, States } = JSON.parse(printed);
  expect(Callboard).toBeUndefined();
  expect(States.Report.Arguments.Entries).toMatchObject([
    { EventBusName: "callboard-production", DetailType: "Progress Reported" },
  ]);
});

it("reads a file that begins with a byte order mark", async () => {
  expect(await asl(`\uFEFF${JSON.stringify(definition)}`)).toMatchObject({ code: 0, warned: "" });
});

it("says whether a file is up to date with the definition, and writes nothing", async () => {
  const text = JSON.stringify(definition);
  const out = join(folder, "newsroom.asl.json");
  const check = (given = text) => asl(given, "--out", "./newsroom.asl.json", "--check");
  expect(await check()).toMatchObject({
    code: 1,
    warned: "newsroom.asl.json does not exist: run the command again without --check",
  });
  expect(await asl(text, "--out", "./newsroom.asl.json")).toEqual({ code: 0, printed: "", warned: "" });
  const written = await readFile(out, "utf8");
  expect(await check()).toEqual({ code: 0, printed: "", warned: "" });
  await writeFile(out, written.replaceAll("\n", "\r\n"));
  expect((await check()).code).toBe(0);
  expect(await check(text.replace("started", "running"))).toMatchObject({
    code: 1,
    warned: "newsroom.asl.json is not up to date with the definition: run the command again without --check",
  });
  expect(await readFile(out, "utf8")).toBe(written.replaceAll("\n", "\r\n"));
});

it("names each invalid state and field, and writes nothing", async () => {
  const States = {
    ...definition.States,
    Ask: { Type: "Callboard:Ask", verbs: ["pick"], TimeoutSeconds: 60 },
  };
  const { code, printed, warned } = await asl(
    JSON.stringify({ ...definition, States }),
    "--out",
    "./out.json",
  );
  expect([code, printed]).toEqual([1, ""]);
  expect(warned.split("\n")).toEqual([
    "newsroom.json: States.Ask: Next: the name of a state",
    "newsroom.json: States.Ask: thread: missing",
    "newsroom.json: States.Ask: prompt: missing",
    "newsroom.json: States.Ask: assignees: missing",
    "newsroom.json: States.Ask: Unanswered: the name of a state",
  ]);
  await expect(readFile(join(folder, "out.json"))).rejects.toThrow("ENOENT");
});

it.each<[string, string | Buffer, string]>([
  ["no JSON", "StartAt: Report", "newsroom.json: it is not JSON: "],
  ["a list", "[]", "newsroom.json: is not the definition of a state machine: expected an object"],
  ["no states", "{}", "newsroom.json: States: missing"],
  ["what is not text", Buffer.from([0xff, 0xfe, 0x00]), "newsroom.json: it is not JSON: "],
  ["more than Step Functions accepts", `"${"x".repeat(1024 * 1024)}"`, "newsroom.json: over 1048576 bytes"],
])("says that the file is %s", async (_, text, said) => {
  const { code, warned } = await asl(text);
  expect([code, warned]).toEqual([1, expect.stringContaining(said)]);
});

it("names the file that it cannot read or write", async () => {
  const { terminal, warned } = keptTerminal();
  expect(await run(["asl", join(folder, "absent.json")], terminal)).toBe(1);
  expect(warned.join()).toContain("absent.json: cannot be read");
  await mkdir(join(folder, "taken"));
  const refused = await asl(JSON.stringify(definition), "--out", "./taken");
  expect(refused).toMatchObject({ code: 1, warned: "taken: cannot be written: EISDIR" });
});

it.each([
  [["--check"], "--check needs --out"],
  [["--out", "./newsroom.json"], "--out is the same file as FILE"],
])("shows its usage when it is called with %j", async (args, said) => {
  const { code, warned } = await asl(JSON.stringify(definition), ...args);
  expect([code, warned]).toEqual([2, expect.stringContaining(said)]);
});

/** A definition with names for a deployment's values. */
const template = `{
  "StartAt": "Keep",
  "States": {
    "Keep": {
      "Type": "Task",
      "Resource": "arn:aws:states:::dynamodb:putItem",
      "Parameters": { "TableName": "\${TableName}", "Item": { "PK": { "S": "\${Stage}/\${Stage}" } } },
      "TimeoutSeconds": \${Seconds},
      "End": true
    }
  }
}`;
const filled = {
  Parameters: { TableName: 'vid"eos', Item: { PK: { S: "dev/dev" } } },
  TimeoutSeconds: 20,
};

it("inserts the values as a deployment does, within texts and elsewhere, and does not change the file", async () => {
  const values = ["--set", 'TableName=vid"eos', "--set", "Stage=dev", "--set", "Seconds=20"];
  const { code, printed } = await asl(template, ...values);
  expect(code).toBe(0);
  expect(JSON.parse(printed).States.Keep).toMatchObject(filled);
  expect(await readFile(join(folder, "newsroom.json"), "utf8")).toBe(template);
});

it("reads values from a file, which the command line may override", async () => {
  await writeFile(
    join(folder, "dev.json"),
    JSON.stringify({ TableName: "other", Stage: "dev", Seconds: 20 }),
  );
  const { printed } = await asl(template, "--substitutions", "./dev.json", "--set", 'TableName=vid"eos');
  expect(JSON.parse(printed).States.Keep).toMatchObject(filled);
});

it("reads definitions of YAML", async () => {
  const file = join(folder, "workflow.asl.yaml");
  await writeFile(
    file,
    "StartAt: Wait\nStates:\n  Wait: # a while\n    Type: Pass\n    Result: '${Text}'\n    End: true\n",
  );
  const { terminal, printed } = keptTerminal();
  expect(await run(["asl", file, "--set", "Text=a: b"], terminal)).toBe(0);
  expect(JSON.parse(printed.join("\n")).States.Wait.Result).toBe("a: b");
});

it("leaves names without a value unchanged, for the deployment", async () => {
  const { printed } = await asl(template, "--set", "Seconds=20");
  expect(JSON.parse(printed).States.Keep.Parameters.TableName).toBe("${TableName}");
});

it.each([
  [["--set", "Seconds=20", "--set", "Tabel=x"], 1, "newsroom.json: has no ${Tabel}"],
  [["--set", "Seconds"], 2, "--set takes NAME=VALUE"],
  [["--substitutions", "./absent.json"], 2, "absent.json cannot be read"],
  [["--substitutions", "./newsroom.json"], 2, "is not JSON such as"],
  [["--set", "Seconds=soon"], 1, "newsroom.json: it is not JSON"],
  [["--set", "Seconds=20", "--machine", "m"], 1, "values are missing: --set TableName=… --set Stage=…"],
  [["--machine", "m", "--out", "./out.json"], 2, "not both"],
])("says what is wrong with %j", async (args, code, told) => {
  expect(await asl(template, ...args)).toMatchObject({ code, warned: expect.stringContaining(told) });
});

it("creates a state machine on this machine, updates it, and warns about missing services", async () => {
  const states = createStates({
    clock: systemClock,
    store: memoryStore(),
    integrations: tasks(["request"], { "dynamodb:putItem": async () => ({}) }),
    remedy: (resource) => `Write something for ${resource}.`,
  });
  const endpoint = await createEndpoint({ port: 0, services: [states] });
  const file = join(folder, "newsroom.json");
  const put = async (text: string) => {
    await writeFile(file, text);
    const { terminal, printed, warned } = keptTerminal();
    const env = { AWS_ENDPOINT_URL: endpoint.url };
    const args = ["asl", file, "--machine", "videos", "--set", "TableName=v", "--set", "Stage=dev"];
    return { code: await run([...args, "--set", "Seconds=20"], { ...terminal, env }), printed, warned };
  };
  const stateMachineArn = "arn:aws:states:us-east-1:000000000000:stateMachine:videos";
  expect(await put(template)).toEqual({ code: 0, printed: [stateMachineArn], warned: [] });
  expect(await put(template.replace("dynamodb:putItem", "glue:startJobRun"))).toEqual({
    code: 0,
    printed: [stateMachineArn],
    warned: [
      "/States/Keep/Resource: Nothing here serves arn:aws:states:::glue:startJobRun. " +
        "Write something for arn:aws:states:::glue:startJobRun.",
    ],
  });
  const { definition } = await states.operations.DescribeStateMachine({ stateMachineArn });
  expect(definition).toContain("glue:startJobRun");
  expect(await put(template.replace('"End": true', '"Next": "Gone"'))).toMatchObject({
    code: 1,
    warned: [expect.stringContaining("InvalidDefinition")],
  });
  await states.close();
  await endpoint.close();
  expect(await put(template)).toMatchObject({
    code: 1,
    warned: [expect.stringContaining("Callboard does not answer")],
  });
});
