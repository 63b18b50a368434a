import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { serve } from "../children/serve.ts";

export type Sink = typeof commands;

const server = createServer((request, response) => {
  request.resume();
  request.once("end", () => response.writeHead(200, { "x-amzn-requestid": "bench" }).end());
});

/** A server that accepts every post as API Gateway does, and ignores it. */
const commands = {
  async url(): Promise<string> {
    await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  },
};

serve(commands);
