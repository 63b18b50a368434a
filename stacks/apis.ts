import { httpCors, httpRoutes } from "@callboard/functions/deployment";
import type { Domains } from "./domains.ts";
import type { Names } from "./names.ts";
import type { Settings } from "./settings.ts";

/** Messages a second over all connections, and how many at once: beneath the account's own quota. */
const throttle = { throttlingRateLimit: 2000, throttlingBurstLimit: 1000 };

/** Both APIs, without their routes: what posts to connections needs the address before there are any. */
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
      // Messages carry a `type`; there is one route for all of them.
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
      stage: (stage) => {
        stage.defaultRouteSettings = { ...throttle, detailedMetricsEnabled: true };
        // The address by which a door is turned off holds a token: the log has its route.
        stage.accessLogSettings = $util.output(stage.accessLogSettings!).apply((log) => ({
          ...log,
          format: log.format.replace("$context.path", "$context.routeKey"),
        }));
      },
    },
  });
  return { socket, http };
}

export type Apis = ReturnType<typeof apis>;

export interface ApiFunctions {
  readonly authorize: sst.aws.Function;
  readonly authorizeHttp: sst.aws.Function;
  readonly socket: sst.aws.Function;
  readonly requests: sst.aws.Function;
  /** Undefined where there is no post-processing. */
  readonly videos: sst.aws.Function | undefined;
}

/** The routes: tokens are checked on `$connect` of the one, and with each request of the other. */
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
  // Without it what the function returns goes nowhere; SST makes none.
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
