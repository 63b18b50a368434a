import type { IncomingMessage } from "node:http";
import type { HttpService } from "./aws-json.ts";

/** The services that share the endpoint; what is absent is answered as unknown. */
export interface Services {
  readonly dynamodb?: HttpService;
  readonly states?: HttpService;
  readonly events?: HttpService;
  readonly lambda?: HttpService;
  readonly s3?: HttpService;
}

/** Where a request goes; `unknown` says which service was meant. */
export type Route =
  | { to: "service"; service: HttpService; cors: boolean }
  | { to: "welcome" }
  | { to: "unknown"; what: string };

/** The SDKs and the CLI name a JSON service and its operation in `X-Amz-Target`. */
const TARGETS = { DynamoDB_20120810: "dynamodb", AWSStepFunctions: "states", AWSEvents: "events" } as const;

const LAMBDA_PATH = "/2015-03-31/functions/";

/** Decides which service answers: by target, by Lambda's path, by a mounted prefix, else S3. */
export function chooseRoute(
  request: IncomingMessage,
  services: Services,
  mounts: Readonly<Record<string, HttpService>>,
): Route {
  const target = request.headers["x-amz-target"];
  const path = request.url ?? "/";
  if (typeof target === "string") {
    const prefix = target.split(".")[0] ?? "";
    const name = Object.hasOwn(TARGETS, prefix) ? TARGETS[prefix as keyof typeof TARGETS] : undefined;
    return found(name && services[name], false, prefix);
  }
  if (request.headers["smithy-protocol"] !== undefined) {
    return { to: "unknown", what: String(request.headers["smithy-protocol"]) };
  }
  if (path.startsWith(LAMBDA_PATH)) return found(services.lambda, false, "Lambda");
  const mount = Object.keys(mounts).find((prefix) => path.startsWith(prefix));
  if (mount !== undefined) return found(mounts[mount], true, mount);
  if (path === "/" && request.headers.authorization === undefined) return { to: "welcome" };
  return found(services.s3, true, "S3");
}

function found(service: HttpService | undefined, cors: boolean, what: string): Route {
  return service ? { to: "service", service, cors } : { to: "unknown", what };
}
