import { EventBridgeClient, PutEventsCommand } from "@aws-sdk/client-eventbridge";
import { askedPattern, limits } from "@callboard/protocol";
import type { RegisteredPlugin } from "@callboard/video/plugins";
import { expect, it } from "vitest";
import { credentials, region } from "../sdk.ts";
import { type TrialOptions, tryPlugin } from "./trial.ts";

interface Asked {
  readonly detail: { readonly video: { readonly durationmillis: number }; readonly taskToken: string };
}

/** Returns an answer; the given fields replace the correct ones. */
type HandBack = (
  message: unknown,
  wrong?: {
    readonly handle?: string;
    readonly source?: string;
    readonly type?: string;
    readonly field?: string;
  },
) => Promise<unknown>;

/** Tries a plugin called `length`, which does this. */
function trial(
  does: (asked: Asked, back: HandBack) => Promise<unknown>,
  registered: Partial<RegisteredPlugin> = {},
  options: TrialOptions & { readonly pattern?: object } = {},
) {
  const plugin = {
    hook: "preValidate",
    name: "length",
    order: 10,
    required: true,
    timeoutSeconds: 60,
    ...registered,
  } as const;
  return tryPlugin(
    {
      registered: plugin,
      pattern: options.pattern ?? askedPattern(plugin),
      open(endpoint) {
        const bus = new EventBridgeClient({ region, credentials, endpoint });
        const handler = (asked: Asked) =>
          does(asked, (message, { handle, source, type, field = "TaskToken" } = {}) => {
            const entry = {
              EventBusName: "default",
              Source: source ?? "serverlessVideo.plugin.length",
              DetailType: type ?? "plugin-complete",
              Detail: JSON.stringify({ [field]: handle ?? asked.detail.taskToken, Message: message }),
            };
            return bus.send(new PutEventsCommand({ Entries: [entry] }));
          });
        return { handler, close: async () => bus.destroy() };
      },
    },
    options,
  );
}

const required = { status: "invalid", cause: "plugin-length" };

it("says that the life cycle continues with the answer, and how long that took", async () => {
  const told = await trial((_, back) => back({ valid: true, n: 1 }));
  expect(told).toMatchObject({
    hook: "preValidate",
    required: true,
    event: { "detail-type": "preValidate.length", detail: { video: { id: "v_sample" }, taskToken: "…" } },
    ran: { ms: expect.any(Number) },
    puts: [{ message: { valid: true, n: 1 }, said: { outcome: "accepted" } }],
    turn: { state: "succeeded" },
    outcome: { status: "valid" },
    verdict: "goes_on",
    isRight: true,
    handedOn: { valid: true, n: 1 },
  });
  expect(told.ran).not.toHaveProperty("error");
});

it("shows what the life cycle does with a video that the plugin finds invalid", async () => {
  const told = await trial(
    ({ detail }, back) => back({ valid: detail.video.durationmillis > 10_000, reason: "too short" }),
    { required: false },
    { recording: { durationmillis: 5000 } },
  );
  expect(told).toMatchObject({
    turn: { state: "failed", isInvalid: true, reason: "too short" },
    outcome: { ...required, reason: "too short" },
    verdict: "invalid",
    isRight: true,
  });
});

it.each([
  [true, required, "required_failed"],
  [false, { status: "valid" }, "left_out"],
])("shows the effect of a failure if required is %s", async (isRequired, outcome, verdict) => {
  const told = await trial((_, back) => back({ failed: true, reason: "no model" }), { required: isRequired });
  expect(told).toMatchObject({ turn: { state: "failed", reason: "no model" }, outcome, verdict });
  expect(told).not.toHaveProperty("handedOn");
});

it("reports an answer without a verdict as a failure at preValidate", async () => {
  const told = await trial((_, back) => back({ valid: "true" }));
  expect(told).toMatchObject({
    puts: [{ said: { outcome: "accepted" } }],
    turn: { state: "failed", message: "The plugin gave no verdict" },
    outcome: required,
  });
  expect((await trial((_, back) => back("any"), { hook: "postMetadata" })).turn.state).toBe("succeeded");
});

it("does not wait for the timeout of a plugin that has ended without an answer", async () => {
  const told = await trial(async () => {}, { timeoutSeconds: 30 * 24 * 3600 });
  expect(told).toMatchObject({
    puts: [],
    turn: { state: "failed", message: "The plugin did not answer in time" },
    outcome: required,
  });
});

it("shows what a function has thrown, and when it was stopped", async () => {
  const thrown = await trial(async () => {
    throw new TypeError("no such field");
  });
  expect(thrown.ran?.error).toEqual({ type: "TypeError", message: "no such field" });
  const endless = await trial(() => new Promise(() => {}), {}, { patienceMs: 200 });
  expect(endless.ran).toMatchObject({ ms: 200, error: { type: "Sandbox.Timedout" } });
  expect(endless.turn.message).toBe("The plugin did not answer in time");
});

it.each<[string, Parameters<HandBack>[1] & { message?: unknown }, object | undefined]>([
  ["is over 20 KB", { message: "a".repeat(limits.pluginBytes) }, { code: "invalid" }],
  ["has a foreign handle", { handle: "AQCEAAAAKgAAAAMAAAAAAAAAAQ" }, { code: "unauthorized" }],
  ["comes under another plugin's source", { source: "serverlessVideo.plugin.tags" }, { code: "forbidden" }],
  [
    "has its handle in another field",
    { field: "taskToken" },
    { problem: expect.stringContaining("TaskToken") },
  ],
  ["comes under a source of no plugin", { source: "my.plugin" }, undefined],
  ["is of another type", { type: "plugin-completed" }, undefined],
])("says that an answer is refused that %s", async (_, { message = { valid: true }, ...wrong }, said) => {
  const told = await trial((_, back) => back(message, wrong));
  expect(told.puts).toHaveLength(1);
  expect(told.puts[0]!.said).toEqual(said);
  expect(told.isRight).toBe(false);
  expect(told.turn).toMatchObject({ state: "failed", message: "The plugin did not answer in time" });
});

it("says which of two answers counts, and that the same one again is not refused", async () => {
  const told = await trial(async (_, back) => {
    for (const message of [{ valid: true }, { valid: true }, { valid: false }]) await back(message);
  });
  expect(told.puts.map(({ said }) => said)).toEqual([
    { outcome: "accepted" },
    { outcome: "repeated" },
    { code: "already_answered" },
  ]);
  expect(told.outcome).toEqual({ status: "valid" });
});

it("says that an answer came late", async () => {
  const told = await trial(
    async (_, back) => {
      // Its time is the machine's: it does not know that the life cycle has continued.
      await new Promise((over) => setTimeout(over, 2400));
      await back({ valid: true });
    },
    { timeoutSeconds: 2, required: false },
  );
  expect(told.puts).toMatchObject([{ said: { code: "expired" } }]);
  expect(told.turn.message).toBe("The plugin did not answer in time");
  expect(told.outcome).toEqual({ status: "valid" });
});

it("says that a function was not called if its rule does not match", async () => {
  const told = await trial((_, back) => back({ valid: true }), {}, { pattern: { source: ["other"] } });
  expect(told).not.toHaveProperty("ran");
  expect(told.event).toMatchObject({ "detail-type": "preValidate.length" });
});
