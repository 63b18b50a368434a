import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createHttpApi, type HttpApiOptions } from "@callboard/aws-local";
import type { ana } from "@callboard/core/testing/memory-stage.ts";
import { authorizeHttpHandler, type requestsHandler } from "@callboard/functions";
import { httpRoutes } from "@callboard/functions/deployment";
import { afterEach } from "vitest";

export type Json = Record<string, unknown>;
interface Operation {
  operationId: string;
  requestBody?: { content: Json };
  responses: Record<string, { headers?: Json; content: { "application/json": { schema: Json } } }>;
}

export const document = JSON.parse(
  readFileSync(new URL("../docs/openapi.json", import.meta.url), "utf8"),
) as {
  openapi: string;
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, Json> };
};

export const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({
    path,
    method: method.toUpperCase(),
    ...operation,
  })),
);
const operationNamed = (id: string) => operations.find(({ operationId }) => operationId === id)!;

/** What to close after each test. */
export const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

export type Limits = NonNullable<HttpApiOptions["limits"]>;

/** Gets an answer. */
export type Case = () => Promise<Response>;

/** Puts a handler behind a gateway, over real HTTP; a token is the name of its caller. */
export async function behindGateway(
  integration: ReturnType<typeof requestsHandler>,
  callers: Readonly<Record<string, typeof ana>>,
  now: () => number,
  limits: Limits,
) {
  const authorizer = authorizeHttpHandler({
    verify: async (token) =>
      callers[token] ? { outcome: "valid", caller: callers[token] } : { outcome: "invalid" },
    log: { info() {}, warn() {}, metric() {} },
  });
  const api = createHttpApi({
    clock: { now, after: () => () => {} },
    routes: httpRoutes
      .filter(({ to }) => to === "requests")
      .map(({ key, authorized }) => ({ key, integration, ...(authorized ? { authorizer } : {}) })),
    limits,
  });
  const server = createServer((request, response) => void api(request, response));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  ends.push(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  /** Calls an operation by its name in the document. */
  return async (
    operationId: string,
    {
      id = "req_nosuchrequest",
      token = "ana",
      body,
      type = "application/json",
      query = operationId === "findPeople" ? "?request=req_nosuchrequest&name=e" : "",
    }: Call = {},
  ) => {
    const { method, path } = operationNamed(operationId);
    return fetch(`http://127.0.0.1:${port}${path.replace(/\{\w+\}/, id)}${query}`, {
      method,
      headers: {
        ...(token === "" ? {} : { authorization: `Bearer ${token}` }),
        ...(method === "POST" ? { "content-type": type } : {}),
      },
      ...(method === "POST" ? { body: typeof body === "string" ? body : JSON.stringify(body) } : {}),
    });
  };
}

/** Options of a call that differ from the defaults. */
export interface Call {
  id?: string;
  token?: string;
  body?: unknown;
  type?: string;
  query?: string;
}
