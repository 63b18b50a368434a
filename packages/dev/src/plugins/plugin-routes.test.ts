import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, it, onTestFinished } from "vitest";
import { type PluginTester, pluginRoutes } from "./plugin-routes.ts";
import type { Trial } from "./trial.ts";

const tried = (hook: "preValidate" | "postMetadata", name: string) => ({
  registered: { hook, name, order: 10, required: false, timeoutSeconds: 60 },
  pattern: { from: hook },
  open: () => ({ handler: async () => {}, close: async () => {} }),
});

/** Routes for a page with these plugins; they return which was tried, at which hook. */
async function page(...plugins: ReturnType<typeof tried>[]) {
  const tester: PluginTester = {
    list: async () => plugins,
    try: async ({ registered, pattern }) => ({ ...registered, event: pattern }) as unknown as Trial,
  };
  const route = pluginRoutes(tester);
  const server = createServer((request, response) => {
    route(request, new URL(request.url!, "http://localhost")).then(
      (answer) => response.end(JSON.stringify(answer)),
      (cause: { status: number; message: string }) => {
        response.statusCode = cause.status;
        response.end(JSON.stringify(cause.message));
      },
    );
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  onTestFinished(() => void server.close());
  return async (body: object) => {
    const response = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/dev/plugins`, {
      method: "POST",
      headers: { "x-callboard-theatre": "1" },
      body: JSON.stringify(body),
    });
    return { status: response.status, told: await response.json() };
  };
}

it("tries the requested one of two plugins with one name, with its own rule", async () => {
  const post = await page(tried("preValidate", "length"), tried("postMetadata", "length"));
  for (const hook of ["preValidate", "postMetadata"])
    expect(await post({ plugin: `${hook}.length` })).toMatchObject({
      status: 200,
      told: { hook, event: { from: hook } },
    });
  expect(await post({ plugin: "preMetadata.length" })).toMatchObject({ status: 404 });
});

it("names what is wrong with a recording", async () => {
  const post = await page(tried("preValidate", "length"));
  expect(await post({ plugin: "preValidate.length", recording: { id: "my talk" } })).toEqual({
    status: 400,
    told: "id: 1 to 194 letters, digits or . _ @ : | + = - /.",
  });
});
