import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { storedRow, tableName } from "../calling/callers.ts";
import { serve } from "../children/serve.ts";

export type Rows = typeof commands;

const batch = JSON.stringify({ Responses: { [tableName]: [storedRow] }, UnprocessedKeys: {} });

const server = createServer((request, response) => {
  request.resume();
  request.once("end", () => {
    const read = String(request.headers["x-amz-target"]).endsWith(".BatchGetItem");
    const headers = { "content-type": "application/x-amz-json-1.0", "x-amzn-requestid": "bench" };
    response.writeHead(200, headers).end(read ? batch : "{}");
  });
});

/** A server that answers calls of DynamoDB: every row that is read exists, every write succeeds. */
const commands = {
  async url(): Promise<string> {
    await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  },
};

serve(commands);
