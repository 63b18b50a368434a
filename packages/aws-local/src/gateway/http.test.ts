import { request } from "node:http";
import { afterEach, expect, it } from "vitest";
import { openStage } from "../testing/gateway-stage.ts";

const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

async function stage(http = true) {
  const served: string[] = [];
  const { gateway, errors } = await openStage(
    http
      ? {
          http: async (request, response) => {
            served.push(request.url ?? "");
            if (request.url === "/broken") throw new Error("broken");
            response.end("http");
          },
        }
      : {},
  );
  ends.push(gateway.close);
  return {
    served,
    errors,
    at: (path: string) => fetch(`http://127.0.0.1:${gateway.port}${path}`),
    /** Of a request with headers that `fetch` does not let through. */
    status: (method: string, path: string, given: Record<string, string>) =>
      new Promise<number | undefined>((resolve, reject) => {
        const headers = { authorization: "AWS4-HMAC-SHA256 Credential=x", ...given };
        request({ host: "127.0.0.1", port: gateway.port, method, path, headers }, (response) => {
          response.resume();
          resolve(response.statusCode);
        })
          .on("error", reject)
          .end();
      }),
  };
}

it("serves plain requests besides the connections", async () => {
  const { served, at } = await stage();
  for (const path of ["/requests", "/requests/a?x=@connections", "/", "/connections/a"])
    expect(await (await at(path)).text()).toBe("http");
  expect(served).toEqual(["/requests", "/requests/a?x=@connections", "/", "/connections/a"]);
});

it("keeps the @connections API for itself", async () => {
  const { served, at } = await stage();
  for (const path of ["/@connections/a", "/@connections/", "/prod/@connections/a", "/@connections"])
    expect((await at(path)).status).toBe(403);
  expect(served).toEqual([]);
});

it.each([{ host: "evil.example" }, { origin: "http://evil.example" }, { origin: "null" }])(
  "refuses %j on every path before anything is served",
  async (headers) => {
    const { served, status } = await stage();
    for (const path of ["/", "/requests", "/@connections/a", "/@connections", "/prod/@connections/a", "*"])
      for (const method of ["GET", "POST", "OPTIONS", "DELETE"])
        expect(await status(method, path, headers)).toBe(403);
    expect(served).toEqual([]);
  },
);

it("serves pages of this machine", async () => {
  const { served, status } = await stage();
  expect(await status("GET", "/requests", { origin: "http://localhost:3000" })).toBe(200);
  expect(served).toEqual(["/requests"]);
});

it("refuses plain requests when it serves none", async () => {
  const { at } = await stage(false);
  expect((await at("/requests")).status).toBe(403);
});

it("drops a request whose service fails, and reports it", async () => {
  const { errors, at } = await stage();
  await expect(at("/broken")).rejects.toThrow();
  expect(errors).toMatchObject([{ route: "http" }]);
});
