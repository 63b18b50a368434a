import { readFileSync } from "node:fs";
import type { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { ExecutionAlreadyExists, type SFNClient } from "@aws-sdk/client-sfn";
import { beforeAll, expect, it } from "vitest";
import { type IamCall, iamCallsOf, inOrder, noteCall, writeRecording } from "../testing/iam-calls.ts";
import { durationLimitPlugin } from "./duration-limit.ts";
import { titlePlugin } from "./title-and-description.ts";

/** `CALLBOARD_WRITE_CALLS=1` writes it again; tests/stacks compares it with what a stage's roles allow. */
const calls = new URL("./recorded-calls.json", import.meta.url);

const arn = (name: string) => `arn:aws:states:us-east-1:000000000000:stateMachine:${name}`;
const event = {
  "detail-type": "preValidate.duration-limit",
  detail: { video: { id: "v_1", durationmillis: 60_000 }, taskToken: "handle" },
};

/** The events that invoke each plugin, by their purpose. */
const invocations = {
  DurationLimit: { "its turn": [event] },
  TitleAndDescription: {
    "its turn": [event],
    "the end of the post-processing": [
      {
        source: "aws.states",
        detail: { status: "FAILED", input: JSON.stringify({ plugin: { taskToken: "handle" } }) },
      },
    ],
  },
} as const;

/** Clients that record each call. There is an execution already, so that every call is made. */
function clients(noted: IamCall[]) {
  const note = (command: object & { readonly input: object }) => {
    for (const call of iamCallsOf(command.constructor.name, command.input)) noteCall(noted, call);
  };
  const send = (answer: (command: object) => object) => async (command: never) => {
    note(command);
    return answer(command);
  };
  const sfn = send((command) => {
    if (command.constructor.name === "StartExecutionCommand")
      throw new ExecutionAlreadyExists({ message: "there is one", $metadata: {} });
    return { input: "{}" };
  });
  return {
    bus: { send: send(() => ({ Entries: [{}] })) } as unknown as EventBridgeClient,
    sfn: { send: sfn } as unknown as SFNClient,
  };
}

const recorded: Record<string, Record<string, IamCall[]>> = {};
beforeAll(async () => {
  for (const [name, paths] of Object.entries(invocations)) {
    recorded[name] = {};
    for (const [path, events] of Object.entries(paths)) {
      const noted: IamCall[] = [];
      const { bus, sfn } = clients(noted);
      const plugin =
        name === "DurationLimit"
          ? durationLimitPlugin(bus)
          : titlePlugin({
              bus,
              sfn,
              postProcessingArn: arn("videos"),
              recordingArn: arn("recording"),
            });
      for (const one of events) await plugin(one as never);
      recorded[name][path] = inOrder(noted);
    }
  }
});

it("makes these calls, which the roles of a deployment are tested with", () => {
  writeRecording(calls, recorded);
  expect(recorded).toEqual(JSON.parse(readFileSync(calls, "utf8")));
});

it("calls Step Functions only for the title", () => {
  const actionsOf = (name: string) =>
    Object.values(recorded[name]!).flatMap((all) => all.map(({ action }) => action));
  expect(actionsOf("DurationLimit")).toEqual(["events:PutEvents"]);
  expect(actionsOf("TitleAndDescription")).toEqual(
    expect.arrayContaining(["states:StartExecution", "states:DescribeExecution", "events:PutEvents"]),
  );
});
