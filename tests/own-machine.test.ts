import { readFileSync } from "node:fs";
import { mkdir, mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  createEndpoint,
  createLambda,
  createStates,
  firstOf,
  lambdaTasks,
  memoryStore,
  openFunctionFolder,
  standInTasks,
  systemClock,
} from "@callboard/aws-local";
import { takenNames } from "@callboard/dev/plugins";
import { run } from "callboard";
import { describe, expect, it, onTestFinished } from "vitest";
import { until } from "./embedded-workflows.ts";

const page = readFileSync(new URL("../docs/use-with-your-workflow.md", import.meta.url), "utf8");
const blocks = (language: string) =>
  [...page.matchAll(new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``, "g"))].map(([, text]) => text!);

describe("a definition as it is deployed, on one machine", () => {
  const workflow = {
    StartAt: "Live?",
    States: {
      "Live?": {
        Type: "Task",
        Resource: "arn:aws:states:::aws-sdk:ivs:getStream",
        Parameters: { ChannelArn: "${TableName}" },
        Catch: [{ ErrorEquals: ["Ivs.ChannelNotBroadcastingException"], Next: "Notify" }],
        End: true,
      },
      Notify: {
        Type: "Task",
        Resource: "arn:aws:states:::lambda:invoke",
        Parameters: { FunctionName: "${NotifyFunction}", "Payload.$": "$" },
        OutputPath: "$.Payload",
        End: true,
      },
    },
  };

  it("is created by the page's commands, and runs with the page's stand-in and a function of the folder", async () => {
    const folder = await mkdtemp(join(tmpdir(), "callboard-machine-"));
    const [commands, start] = blocks("sh")
      .slice(1)
      .filter((block) => /--machine|CALLBOARD_FUNCTIONS/.test(block));
    const [, named] = /^export CALLBOARD_FUNCTIONS=\.\/(\w+)$/m.exec(start!)!;
    await mkdir(join(folder, named!));
    const write = (name: string, text: string) => writeFile(join(folder, name), text);
    await write("workflow.asl.json", JSON.stringify(workflow));
    await write("workflow.asl.yaml", JSON.stringify(workflow));
    await write("local.json", JSON.stringify({ TableName: "channel", NotifyFunction: "announce" }));
    await write(`${named}/announce.mjs`, "export const handler = async ({ Cause }) => Cause;");
    const store = memoryStore();
    const functions = openFunctionFolder({
      folder: join(folder, named!),
      clock: systemClock,
      environment: () => ({}),
    });
    const lambda = createLambda({ clock: systemClock, store, functions, log: () => {} });
    const integrations = firstOf(standInTasks(lambda), lambdaTasks(lambda));
    const states = createStates({ clock: systemClock, store, integrations });
    const endpoint = await createEndpoint({ port: 0, services: [states] });
    onTestFinished(async () => {
      await endpoint.close();
      await states.close();
      await lambda.close();
      await functions.close();
    });
    const [printed, warned]: [string[], string[]] = [[], []];
    const terminal = {
      env: { AWS_ENDPOINT_URL: endpoint.url },
      print: (line: string) => void printed.push(line),
      warn: (line: string) => void warned.push(line),
      ask: async () => undefined,
      readInput: async () => "",
    };
    const inFolder = (word: string) => (/\.(json|yaml)$/.test(word) ? join(folder, word) : word);
    for (const line of commands!.trim().split("\n"))
      expect(await run(line.split(" ").slice(2).map(inFolder), terminal)).toBe(0);
    expect(new Set(printed).size).toBe(1);
    expect(warned).toHaveLength(2);
    const stateMachineArn = printed[0]!;
    const outcome = async () => {
      const { executionArn } = await states.operations.StartExecution({ stateMachineArn });
      return until(async () => {
        const { status, output, error } = await states.operations.DescribeExecution({ executionArn });
        return status === "RUNNING" ? undefined : { status, output, error };
      });
    };
    expect(await outcome()).toMatchObject({ status: "FAILED", error: "Local.NotServed" });
    const standIn = blocks("js").find((block) => block.includes("ChannelNotBroadcasting"))!;
    await write(`${named}/ivs-getStream.mjs`, standIn);
    // The first command has named the channel orders, the second as in local.json.
    expect(await outcome()).toEqual({
      status: "SUCCEEDED",
      output: '"channel is not live"',
      error: undefined,
    });
  });
});

it.each(["use-with-your-workflow", "plugins"])(
  "names functions in docs/%s.md as a start expects them",
  (name) => {
    const text = readFileSync(new URL(`../docs/${name}.md`, import.meta.url), "utf8");
    const names = [...text.matchAll(/`([\w-]+)(?:\.|\/index\.)mjs`/g)].map(([, named]) => named);
    expect(names).toContain("announce");
    expect(names.filter((named) => takenNames.includes(named!))).toEqual([]);
  },
);
