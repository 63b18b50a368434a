import { mkdir, mkdtemp, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
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

/** Runs the command on a file with that text; paths of the folder are left out of what it says. */
async function asl(text: string | Buffer, ...args: readonly string[]) {
  const file = join(folder, "newsroom.json");
  await writeFile(file, text);
  const { terminal, printed, warned } = keptTerminal();
  const code = await run(["asl", file, ...args.map((arg) => arg.replace("./", `${folder}/`))], terminal);
  return { code, printed: printed.join("\n"), warned: warned.join("\n").replaceAll(`${folder}/`, "") };
}

it("prints the definition written out, for whatever bus", async () => {
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

it("says whether a file is what the definition gives, and writes nothing then", async () => {
  const text = JSON.stringify(definition);
  const out = join(folder, "newsroom.asl.json");
  const check = (given = text) => asl(given, "--out", "./newsroom.asl.json", "--check");
  expect(await check()).toMatchObject({
    code: 1,
    warned: "newsroom.asl.json is not there: write it without --check",
  });
  expect(await asl(text, "--out", "./newsroom.asl.json")).toEqual({ code: 0, printed: "", warned: "" });
  const written = await readFile(out, "utf8");
  expect(await check()).toEqual({ code: 0, printed: "", warned: "" });
  await writeFile(out, written.replaceAll("\n", "\r\n"));
  expect((await check()).code).toBe(0);
  expect(await check(text.replace("started", "running"))).toMatchObject({
    code: 1,
    warned: "newsroom.asl.json is not what the definition gives by now: write it without --check",
  });
  expect(await readFile(out, "utf8")).toBe(written.replaceAll("\n", "\r\n"));
});

it("names each state and field that could not work, and writes nothing", async () => {
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
  ["no JSON", "StartAt: Report", "newsroom.json: not JSON: "],
  ["a list", "[]", "newsroom.json: no definition of a state machine: expected an object"],
  ["no states", "{}", "newsroom.json: States: missing"],
  ["what is no text", Buffer.from([0xff, 0xfe, 0x00]), "newsroom.json: not JSON: "],
  ["more than Step Functions takes", `"${"x".repeat(1024 * 1024)}"`, "newsroom.json: over 1048576 bytes"],
])("says that the file is %s", async (_, text, said) => {
  const { code, warned } = await asl(text);
  expect([code, warned]).toEqual([1, expect.stringContaining(said)]);
});

it("says which file it cannot read or write", async () => {
  const { terminal, warned } = keptTerminal();
  expect(await run(["asl", join(folder, "absent.json")], terminal)).toBe(1);
  expect(warned.join()).toContain("absent.json: cannot be read");
  await mkdir(join(folder, "taken"));
  const refused = await asl(JSON.stringify(definition), "--out", "./taken");
  expect(refused).toMatchObject({ code: 1, warned: "taken: cannot be written: EISDIR" });
});

it.each([
  [["--check"], "--check needs --out"],
  [["--out", "./newsroom.json"], "--out is FILE itself"],
])("shows how it is used when it is called with %j", async (args, said) => {
  const { code, warned } = await asl(JSON.stringify(definition), ...args);
  expect([code, warned]).toEqual([2, expect.stringContaining(said)]);
});
