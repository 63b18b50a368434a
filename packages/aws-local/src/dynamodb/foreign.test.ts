import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { ListTablesCommand } from "@aws-sdk/client-dynamodb";
import { afterEach, expect, it } from "vitest";
import { createEndpoint } from "../endpoint/endpoint.ts";
import { openTestEngine } from "../testing/test-engine.ts";
import { createTestTable, documentClient } from "../testing/test-table.ts";
import { foreignDynamodb, UnansweredEndpoint } from "./foreign.ts";

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

it("forwards requests to a DynamoDB that answers", async () => {
  const engine = await openTestEngine();
  ends.push(engine.close);
  const endpoint = await createEndpoint({ port: 0, services: [await foreignDynamodb(`${engine.url}/`)] });
  ends.push(endpoint.close);
  await createTestTable(documentClient(endpoint.url));
  const { TableNames } = await documentClient(engine.url).send(new ListTablesCommand({}));
  expect(TableNames).toEqual(["test"]);
});

it("says so when the given endpoint does not answer, or is broken", async () => {
  const nobody = "http://127.0.0.1:1";
  await expect(foreignDynamodb(nobody)).rejects.toThrow(`no DynamoDB answers at ${nobody}`);
  await expect(foreignDynamodb("nowhere")).rejects.toBeInstanceOf(UnansweredEndpoint);
  const broken = createServer((_request, response) => response.writeHead(503).end()).listen(0, "127.0.0.1");
  ends.push(() => broken.close());
  await once(broken, "listening");
  const endpoint = `http://127.0.0.1:${(broken.address() as AddressInfo).port}`;
  await expect(foreignDynamodb(endpoint)).rejects.toThrow("no DynamoDB answers");
});
