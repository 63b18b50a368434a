import type { IncomingMessage } from "node:http";
import { Readable } from "node:stream";
import type { Hook } from "@callboard/protocol";
import { expect, it } from "vitest";
import { pluginRoutes } from "./plugin-routes.ts";
import type { Trial, Tried } from "./trial.ts";

const registered = (hook: Hook, pattern: object): Tried => ({
  registered: { hook, name: "tags", order: 0, required: true, timeoutSeconds: 60 },
  pattern,
  open: () => {
    throw new Error("nothing is run here");
  },
});

/** The routes of a machine that has two plugins of one name, and what they try. */
function routesOf() {
  const tried: Tried[] = [];
  const routes = pluginRoutes({
    list: async () => [registered("preMetadata", { own: 1 }), registered("postMetadata", { own: 2 })],
    try: async (one) => {
      tried.push(one);
      return {} as Trial;
    },
  });
  const attempt = async (wanted: object) => {
    const request = Object.assign(Readable.from([Buffer.from(JSON.stringify(wanted))]), {
      method: "POST",
      headers: { "x-callboard-theatre": "1" },
    }) as unknown as IncomingMessage;
    await routes(request, new URL("http://127.0.0.1/dev/plugins"));
    const { registered, pattern } = tried.at(-1)!;
    return { hook: registered.hook, pattern };
  };
  return attempt;
}

it("tries the plugin that is registered at the hook, by its own rule, where two have one name", async () => {
  const attempt = routesOf();
  expect(await attempt({ name: "tags", hook: "postMetadata" })).toEqual({
    hook: "postMetadata",
    pattern: { own: 2 },
  });
  expect(await attempt({ name: "tags", hook: "preMetadata" })).toEqual({
    hook: "preMetadata",
    pattern: { own: 1 },
  });
  expect(await attempt({ name: "tags" })).toEqual({ hook: "preMetadata", pattern: { own: 1 } });
});

it("tries a plugin at a hook that it is not registered for by the rule that it would have there", async () => {
  const { hook, pattern } = await routesOf()({ name: "tags", hook: "preValidate" });
  expect([hook, JSON.stringify(pattern)]).toEqual([
    "preValidate",
    expect.stringContaining("preValidate.tags"),
  ]);
});
