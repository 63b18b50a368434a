import { randomUUID } from "node:crypto";
import type { ServerResponse } from "node:http";
import { functionName } from "../arn.ts";
import { AwsError, type HttpService, readBody } from "../endpoint/aws-json.ts";
import type { Invocation } from "./lambda-function.ts";

interface Invoker {
  invoke(name: string, payload: unknown): Promise<Invocation>;
  invokeAsync(name: string, payload: unknown): Promise<void>;
}

const PATH = /^\/2015-03-31\/functions\/([^/?]+)\/invocations(?:\?.*)?$/;
const MAX_BODY_SIZE = 6 * 1024 ** 2;

/**
 * Answers `POST /2015-03-31/functions/{name}/invocations`; the name may be an ARN and have a qualifier. `find` throws if
 * there is no such function.
 */
export function lambdaService(invoker: Invoker, find: (name: string) => unknown): HttpService {
  return async (request, response) => {
    response.setHeader("x-amzn-requestid", randomUUID());
    try {
      const encoded = PATH.exec(request.url ?? "")?.[1];
      if (encoded === undefined || request.method !== "POST") {
        throw new AwsError("UnknownOperationException", "only Invoke is served here", 404);
      }
      const name = functionName(decodeName(encoded));
      const payload = parsePayload(await readBody(request, MAX_BODY_SIZE));
      switch (request.headers["x-amz-invocation-type"] ?? "RequestResponse") {
        case "RequestResponse":
          return answer(response, await invoker.invoke(name, payload));
        case "Event":
          await invoker.invokeAsync(name, payload);
          response.writeHead(202).end();
          return;
        case "DryRun":
          find(name);
          response.writeHead(204).end();
          return;
        default:
          throw new AwsError("InvalidParameterValueException", "unknown X-Amz-Invocation-Type");
      }
    } catch (cause) {
      if (!(cause instanceof AwsError)) throw cause;
      response.writeHead(cause.status, {
        "content-type": "application/json",
        "x-amzn-errortype": cause.code,
      });
      response.end(JSON.stringify({ Type: "User", Message: cause.message }));
    }
  };
}

function answer(response: ServerResponse, outcome: Invocation): void {
  response.setHeader("x-amz-executed-version", "$LATEST");
  if ("functionError" in outcome) response.setHeader("x-amz-function-error", outcome.functionError);
  response.writeHead(200, { "content-type": "application/json" });
  response.end(JSON.stringify(outcome.payload));
}

function decodeName(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new AwsError("InvalidParameterValueException", "the function's name is not a name");
  }
}

function parsePayload(body: Buffer): unknown {
  if (body.length === 0) return {};
  try {
    return JSON.parse(body.toString("utf8"));
  } catch {
    throw new AwsError("InvalidRequestContentException", "Could not parse request body into json");
  }
}
