import { httpCors, httpRoutes } from "@callboard/functions/deployment";
import type { Domains } from "./domains.ts";
import type { Names } from "./names.ts";
import type { Settings } from "./settings.ts";

/** Messages per second over all connections, and the burst: below the account's own quota. */
const throttle = { throttlingRateLimit: 2000, throttlingBurstLimit: 1000 };

/** Both APIs without their routes: functions that post to connections need the address before there are routes. */
export function apis(
  { inStack }: Names,
  { production }: Settings,
  origins: $util.Input<string[]>,
  domains: Domains,
) {
  const retention = production ? ("3 months" as const) : ("1 week" as const);
  const socket = new sst.aws.ApiGatewayWebSocket(inStack("SocketApi"), {
    ...(domains.socket ? { domain: domains.socket } : {}),
    accessLog: { retention },
    transform: {
      // Messages carry a `type`; one route handles them all.
      api: { routeSelectionExpression: "$request.body.type" },
      stage: { defaultRouteSettings: { ...throttle, detailedMetricsEnabled: true, dataTraceEnabled: false } },
    },
  });
  const http = new sst.aws.ApiGatewayV2(inStack("HttpApi"), {
    ...(domains.http ? { domain: domains.http } : {}),
    accessLog: { retention },
    cors: {
      allowHeaders: [...httpCors.allowHeaders],
      allowMethods: [...httpCors.allowMethods],
      exposeHeaders: [...httpCors.exposeHeaders],
      allowOrigins: origins,
      maxAge: `${httpCors.maxAgeSeconds} seconds`,
    },
    transform: {
      stage: (args) => {
        args.defaultRouteSettings = { ...throttle, detailedMetricsEnabled: true };
        // The path that mail programs post to contains a token, so the log has only the route's key.
        args.accessLogSettings = $util
          .output(args.accessLogSettings!)
          .apply((log) => ({ ...log, format: without("path", log.format) }));
      },
    },
  });
  return { socket, http };
}

/** An access log's format, which is a line of JSON, without one of its fields. */
const without = (field: string, format: string): string =>
  JSON.stringify(JSON.parse(format), (name, value) => (name === field ? undefined : value));

export type Apis = ReturnType<typeof apis>;

export interface ApiFunctions {
  readonly authorize: sst.aws.Function;
  readonly authorizeHttp: sst.aws.Function;
  readonly socket: sst.aws.Function;
  readonly requests: sst.aws.Function;
  /** Undefined without post-processing. */
  readonly videos: sst.aws.Function | undefined;
}

/** The routes: tokens are checked on `$connect` of the WebSocket API, and with each request of the HTTP API. */
export function routes({ inStack }: Names, { socket, http }: Apis, functions: ApiFunctions): void {
  const bearer = socket.addAuthorizer("Bearer", {
    lambda: {
      function: functions.authorize.arn,
      // Browsers can send a token in no other header.
      identitySources: ["route.request.header.Sec-WebSocket-Protocol"],
    },
  });
  const { arn } = functions.socket;
  socket.route("$connect", arn, { auth: { lambda: bearer.id } });
  socket.route("$disconnect", arn);
  const messages = socket.route("$default", arn, {
    transform: { route: { routeResponseSelectionExpression: "$default" } },
  });
  // Without it the function's return value is not sent; SST creates none.
  new aws.apigatewayv2.RouteResponse(inStack("SocketApiAnswer"), {
    apiId: socket.nodes.api.id,
    routeId: messages.nodes.route.apply((route) => route.id),
    routeResponseKey: "$default",
  });

  const httpBearer = http.addAuthorizer({
    name: "Bearer",
    lambda: { function: functions.authorizeHttp.arn, response: "simple", payload: "2.0", ttl: "0 seconds" },
  });
  for (const { key, to, authorized } of httpRoutes) {
    const fn = functions[to];
    if (fn) http.route(key, fn.arn, authorized ? { auth: { lambda: httpBearer.id } } : {});
  }
}
