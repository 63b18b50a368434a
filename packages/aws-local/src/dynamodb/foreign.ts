import { request as overHttp } from "node:http";
import { request as overHttps } from "node:https";
import type { EndpointService } from "../endpoint/service.ts";
import { proxy } from "./proxy.ts";

/** No DynamoDB answers at the given endpoint; the message is one line that names it. */
export class UnansweredEndpoint extends Error {
  override readonly name = "UnansweredEndpoint";
}

const PROBE_MS = 5_000;

/**
 * Any other DynamoDB, given by its address, as a service that forwards requests. Rejects with `UnansweredEndpoint` when
 * there is no answer within five seconds.
 */
export async function foreignDynamodb(address: string): Promise<EndpointService> {
  const endpoint = address.replace(/\/+$/, "");
  if (!(await answers(endpoint, PROBE_MS)))
    throw new UnansweredEndpoint(`no DynamoDB answers at ${endpoint}`);
  return { name: "DynamoDB", target: "DynamoDB_20120810", handle: proxy(endpoint) };
}

/**
 * Whether a DynamoDB answers at an endpoint: any HTTP answer below 500 counts; an unsigned request gets a 400. Every
 * start with an endpoint calls it, so it does not use `fetch`, which takes long to load.
 */
function answers(endpoint: string, waitMs: number): Promise<boolean> {
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
