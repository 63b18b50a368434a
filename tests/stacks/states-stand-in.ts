import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** Replaces Step Functions while something runs: records the calls with a task token. */
export async function toldToStates(run: (environment: Record<string, string>) => Promise<unknown>) {
  const told: { operation: string; body: Record<string, string> }[] = [];
  const server = createServer((request, response) => {
    let text = "";
    request.on("data", (chunk) => {
      text += chunk;
    });
    request.on("end", () => {
      const operation = String(request.headers["x-amz-target"]).split(".")[1]!;
      told.push({ operation, body: JSON.parse(text) });
      response.setHeader("content-type", "application/x-amz-json-1.0");
      response.end("{}");
    });
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const { port } = server.address() as AddressInfo;
  try {
    await run({
      AWS_ENDPOINT_URL: `http://127.0.0.1:${port}`,
      AWS_REGION: "us-east-1",
      AWS_ACCESS_KEY_ID: "local",
      AWS_SECRET_ACCESS_KEY: "local",
      TASK_TOKEN: "the-token",
    });
  } finally {
    server.closeAllConnections();
    server.close();
  }
  return told;
}

/** The calls of a container whose input names no video: its start, and the error. */
export const refusal = [
  { operation: "SendTaskHeartbeat", body: { taskToken: "the-token" } },
  { operation: "SendTaskFailure", body: { taskToken: "the-token", error: "TypeError" } },
];
