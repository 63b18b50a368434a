import { createRequire } from "node:module";
import { expect, it } from "vitest";
import { lifecycleDefinition, lifecycleRules, recordingDefinition } from "./lifecycle.ts";
import { ownPlugins } from "./plugins/registered.ts";

const require = createRequire(import.meta.url);
const validate = require("asl-validator") as (definition: unknown) => {
  isValid: boolean;
  errorsText(): string;
};

const table = { TableName: "t", HookPrefix: "plugins-", LifecyclePrefix: "cycle-", Ttl: "ttl" };
const machines = {
  lifecycle: JSON.parse(lifecycleDefinition({ BusName: "callboard", ...table })),
  recording: JSON.parse(recordingDefinition({ BusName: "callboard", ProbeFunction: "probe" })),
};

interface State {
  readonly Type: string;
  readonly Resource?: string;
  readonly TimeoutSeconds?: unknown;
  readonly Retry?: readonly object[];
}

it.each(Object.entries(machines))("is its own state machine: %s", (_, machine) => {
  const result = validate(machine);
  expect([result.isValid, result.isValid ? "" : result.errorsText()]).toEqual([true, ""]);
});

it.each(Object.entries(machines))("bounds and retries every call: %s", (_, { States, TimeoutSeconds }) => {
  const tasks = Object.entries(States as Record<string, State>).filter(([, { Type }]) => Type === "Task");
  expect(tasks.length).toBeGreaterThan(2);
  expect(tasks.filter(([, { TimeoutSeconds: own, Retry }]) => !own || !Retry)).toEqual([]);
  expect(TimeoutSeconds).toEqual(expect.any(Number));
});

it("names a missing substitution", () => {
  const { Ttl: _, ...rest } = table;
  expect(() => lifecycleDefinition({ BusName: "callboard", ...rest } as never)).toThrow(
    "no value for ${Ttl}",
  );
});

it("is started by a ready video and by its own early ends, but not by a successful end", () => {
  const [ready, ended] = lifecycleRules("arn");
  expect(ready.pattern["detail-type"]).toEqual(["recording-ready"]);
  expect(ended.pattern.detail).toEqual({
    stateMachineArn: ["arn"],
    status: ["FAILED", "TIMED_OUT", "ABORTED"],
  });
});

it("has its own plugins, which fit its registry", () => {
  for (const { name, timeoutSeconds, heartbeatSeconds = 180 } of ownPlugins) {
    expect(name).toMatch(/^[\w.-]{1,44}$/);
    // Callboard sends a heartbeat at most each minute.
    expect([timeoutSeconds >= 2, heartbeatSeconds >= 180]).toEqual([true, true]);
  }
});
