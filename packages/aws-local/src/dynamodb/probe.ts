import { request as overHttp } from "node:http";
import { request as overHttps } from "node:https";

/**
 * Whether a DynamoDB answers at an endpoint: any HTTP answer below 500 counts, an unsigned request gets a 400. Every start
 * asks, so it is not `fetch`, which takes long to load.
 */
export function answers(endpoint: string, waitMs: number): Promise<boolean> {
  if (!URL.canParse(endpoint)) return Promise.resolve(false);
  return new Promise((resolve) => {
    const request = (endpoint.startsWith("https:") ? overHttps : overHttp)(endpoint, {
      method: "POST",
      headers: {
        "content-type": "application/x-amz-json-1.0",
        "x-amz-target": "DynamoDB_20120810.ListTables",
      },
      agent: false,
      signal: AbortSignal.timeout(waitMs),
    });
    request.once("response", (response) => {
      response.destroy();
      resolve((response.statusCode ?? 500) < 500);
    });
    request.on("error", () => resolve(false));
    request.end("{}");
  });
}
