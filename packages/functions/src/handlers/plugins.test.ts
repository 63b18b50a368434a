import { describe, expect, it } from "vitest";
import { busEvent, executionArn } from "../testing/bus-event.ts";
import { keptLog, spy } from "../testing/spies.ts";
import { type PluginsParts, pluginsHandler } from "./plugins.ts";

const handle = "WyJwIl0.c2VjcmV0LW9mLXRoZS1wbHVnaW4tYW5kLW5vYm9keXM";

function stage(completed: object = { outcome: "accepted" }, more: Partial<PluginsParts> = {}) {
  const turns = { take: spy(undefined), changed: spy(undefined), complete: spy(completed) };
  const { log, lines, metrics } = keptLog();
  const app = { turns } as unknown as PluginsParts["app"];
  return { turns, lines, metrics, handler: pluginsHandler({ app, log, ...more }) };
}

const requested = {
  subject: "video/v_1",
  hook: "preValidate",
  plugin: "duration",
  taskToken: "AQC",
  timeoutSeconds: 60,
  detail: { video: { id: "v_1" } },
};
const asked = (more: object = {}, source = "video.life-cycle") =>
  busEvent(source, "Plugin Requested", { ...requested, ...more }, [executionArn]);
const complete = (detail: object, source = "serverlessVideo.plugin.duration") =>
  busEvent(source, "plugin-complete", detail);

describe("Plugin Requested", () => {
  it("is a turn of the execution that put it", async () => {
    const { handler, turns } = stage();
    await handler(asked());
    expect(turns.take.calls).toEqual([[requested, expect.objectContaining({ execution: executionArn })]]);
  });

  it("is refused of a source that may not publish about its subject", async () => {
    const { handler, turns } = stage(undefined, { publishers: { orders: ["order/"] } });
    await expect(handler(asked({}, "orders"))).rejects.toThrow("subject: orders may not publish about it");
    expect(turns.take.calls).toEqual([]);
  });

  it("is refused of an execution in another account, whose token would be of no use", async () => {
    const { handler } = stage(undefined, { account: "210987654321", region: "eu-central-1" });
    await expect(handler(asked())).rejects.toThrow("execution: it is of account 123456789012");
  });

  it.each([
    ["hook", { hook: "afterAll" }],
    ["plugin", { plugin: "a".repeat(45) }],
    ["plugin", { plugin: "two words" }],
    ["subject", { subject: "v_1" }],
    ["taskToken", { taskToken: "" }],
    ["order", { order: [1] }],
    ["detail", { detail: "text" }],
    ["detail", { detail: { video: "x".repeat(224 * 1024) } }],
    ["timeoutSeconds", { timeoutSeconds: 0 }],
  ])("names an invalid %s", async (field, more) => {
    await expect(stage().handler(asked(more))).rejects.toMatchObject({
      name: "BadEvent",
      message: expect.stringContaining(`${field}: `),
    });
  });
});

describe("plugin-complete", () => {
  it("accepts what the plugin of its source returns", async () => {
    const { handler, turns, metrics, lines } = stage();
    await handler(complete({ TaskToken: handle, Message: { valid: true } }));
    expect(turns.complete.calls).toEqual([
      [{ TaskToken: handle, Message: { valid: true } }, "serverlessVideo.plugin.duration"],
    ]);
    expect(metrics).toMatchObject([{ name: "plugin_answers", outcome: "accepted" }]);
    expect(lines).toEqual([]);
  });

  it("logs a refusal, without the plugin's data", async () => {
    const { handler, metrics, lines } = stage({ outcome: "refused", code: "expired" });
    await handler(complete({ TaskToken: handle, Message: "words of a plugin" }));
    expect(metrics).toMatchObject([{ name: "plugin_refusals", code: "expired" }]);
    expect(lines).toEqual([
      {
        message: "a plugin's answer was refused",
        source: "serverlessVideo.plugin.duration",
        code: "expired",
      },
    ]);
    expect(JSON.stringify([metrics, lines])).not.toMatch(/words|WyJwIl0/);
  });

  it.each([
    ["TaskToken", { Message: {} }],
    ["TaskToken", { taskToken: handle, Message: {} }],
    ["TaskToken", { TaskToken: "a".repeat(3000), Message: {} }],
    ["TaskToken", { TaskToken: null, Message: {} }],
    ["Message", { TaskToken: handle }],
  ])("names its missing or invalid %s without the value", async (field, detail) => {
    const refused = stage().handler(complete(detail));
    await expect(refused).rejects.toMatchObject({ message: expect.stringContaining(`${field}: `) });
    await expect(refused).rejects.not.toMatchObject({ message: expect.stringContaining(handle) });
  });

  it("is refused with another source", async () => {
    const { handler, turns, metrics } = stage();
    await handler(complete({ TaskToken: handle, Message: {} }, "somebody.else"));
    expect(turns.complete.calls).toEqual([]);
    expect(metrics).toMatchObject([{ name: "unknown_events" }]);
  });
});

it("handles only Callboard's own Turn Changed", async () => {
  const { handler, turns } = stage(undefined, { account: "123456789012" });
  const changed = { requestId: "req_000000000001", version: 2 };
  await handler(busEvent("callboard", "Turn Changed", changed));
  await handler(busEvent("somebody.else", "Turn Changed", changed));
  expect(turns.changed.calls).toEqual([["req_000000000001"]]);
  const foreign = { ...busEvent("callboard", "Turn Changed", changed), account: "210987654321" };
  await expect(handler(foreign)).rejects.toThrow("account: ");
});
