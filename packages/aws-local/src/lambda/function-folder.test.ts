import { mkdir, mkdtemp, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { systemClock, virtualClock } from "../clock/clock.ts";
import { memoryStore } from "../store/index.ts";
import { openFunctionFolder } from "./function-folder.ts";
import { createLambda } from "./lambda.ts";

/** A folder with these files, and a Lambda that runs its functions. */
async function stage(files: Record<string, string>, clock = systemClock) {
  const path = await mkdtemp(join(tmpdir(), "functions-"));
  let times = 0;
  const write = async (name: string, text: string) => {
    const file = join(path, name);
    await mkdir(join(file, ".."), { recursive: true });
    await writeFile(file, text);
    await utimes(file, ++times, times);
  };
  for (const [name, text] of Object.entries(files)) await write(name, text);
  const folder = openFunctionFolder({ folder: path, clock, environment: () => ({ GREETING: "Hello" }) });
  const lambda = createLambda({ clock, store: memoryStore(), functions: folder, log: () => {} });
  onTestFinished(async () => {
    await lambda.close();
    await folder.close();
    await rm(path, { recursive: true });
  });
  return { folder, lambda, write };
}

it("runs modules of each kind, with the environment that they are given, and no other", async () => {
  const { folder, lambda } = await stage({
    "modern.mjs":
      "export const handler = async ({ name }) => `${process.env.GREETING} ${name} ${process.env.PATH}`;",
    "common.cjs":
      "exports.handler = (event, context, callback) => setTimeout(() => callback(null, event.name), 1);",
    "whole/index.mjs":
      "export function handler(_, { functionName, awsRequestId }) { return { functionName, awsRequestId }; }",
    "notes.txt": "no function",
  });
  expect(await folder.names()).toEqual(["common", "modern", "whole"]);
  expect(await lambda.invoke("modern", { name: "Ana" })).toEqual({ payload: "Hello Ana undefined" });
  expect(await lambda.invoke("common", { name: "Bo" })).toEqual({ payload: "Bo" });
  expect(await lambda.invoke("whole", {})).toEqual({
    payload: { functionName: "whole", awsRequestId: expect.any(String) },
  });
});

it("keeps a module between events, and loads it again when it has changed", async () => {
  const { lambda, write } = await stage({
    "count.mjs": "let n = 0; export const handler = async () => ++n;",
  });
  const counts = async () => [await lambda.invoke("count", {}), await lambda.invoke("count", {})];
  expect(await counts()).toEqual([{ payload: 1 }, { payload: 2 }]);
  await write("count.mjs", "let n = 10; export const handler = async () => ++n;");
  expect(await counts()).toEqual([{ payload: 11 }, { payload: 12 }]);
  expect(lambda.has("later")).toBe(false);
  await write("later.mjs", "export const handler = async () => 'here';");
  expect(await lambda.invoke("later", {})).toEqual({ payload: "here" });
});

it("loads a module again that could not be loaded, once its imports exist", async () => {
  const { lambda, write } = await stage({
    "orders.mjs": "import { rate } from './rates.txt.mjs'; export const handler = async () => rate;",
  });
  const failed = { functionError: "Unhandled", payload: { errorType: "Error" } };
  for (let time = 0; time < 2; time++) expect(await lambda.invoke("orders", {})).toMatchObject(failed);
  await write("rates.txt.mjs", "export const rate = 3;");
  expect(await lambda.invoke("orders", {})).toEqual({ payload: 3 });
});

it("gives each of several events a thread of its own, and makes more than ten wait", async () => {
  const { lambda } = await stage({
    "slow.mjs": `let running = 0;
      export const handler = async () => {
        const alone = ++running === 1;
        await new Promise((done) => setTimeout(done, 20));
        running--;
        return alone;
      };`,
  });
  const outcomes = await Promise.all(Array.from({ length: 25 }, () => lambda.invoke("slow", {})));
  expect(outcomes).toEqual(Array(25).fill({ payload: true }));
});

it.each([
  [
    "throws",
    "export const handler = async () => { throw new RangeError('too far'); };",
    "RangeError",
    "too far",
  ],
  [
    "throws something that is not an error",
    "export const handler = async () => { throw 'no'; };",
    "string",
    "no",
  ],
  ["has a syntax error", "export const = ;", "SyntaxError", expect.any(String)],
  [
    "has no handler",
    "export const other = 1;",
    "Runtime.HandlerNotFound",
    expect.stringContaining("handler"),
  ],
  [
    "ends its process",
    "export const handler = async () => process.exit(3);",
    "Runtime.ExitError",
    "Runtime exited with error: exit status 3",
  ],
  [
    "fails in a timer of its own",
    "export const handler = () => new Promise(() => { setTimeout(() => { throw new TypeError('aside'); }); });",
    "TypeError",
    "aside",
  ],
])(
  "reports the failure of a function that %s, and runs it again",
  async (_, text, errorType, errorMessage) => {
    const { lambda } = await stage({ "bad.mjs": text });
    const failed = { functionError: "Unhandled", payload: { errorType, errorMessage } };
    expect(await lambda.invoke("bad", {})).toEqual(failed);
    expect(await lambda.invoke("bad", {})).toEqual(failed);
  },
);

it("ends a function that runs for longer than a quarter of an hour", async () => {
  const clock = virtualClock();
  const { lambda } = await stage(
    { "endless.mjs": "export const handler = ({ forever }) => { while (forever); return 'done'; };" },
    clock,
  );
  expect(await lambda.invoke("endless", {})).toEqual({ payload: "done" });
  const endless = lambda.invoke("endless", { forever: true });
  // It has begun once its thread takes it.
  await new Promise((turn) => setImmediate(turn));
  await clock.advance(15 * 60_000);
  expect(await endless).toMatchObject({ payload: { errorType: "Sandbox.Timedout" } });
  expect(await lambda.invoke("endless", {})).toEqual({ payload: "done" });
});

it("reads nothing outside of its folder", async () => {
  const { lambda } = await stage({});
  for (const name of ["../escape", "a/b", "", "a b", "."]) expect(lambda.has(name)).toBe(false);
});
