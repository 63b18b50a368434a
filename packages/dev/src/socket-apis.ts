import {
  createGateway,
  createHttpApi,
  type Gateway,
  type GatewayLimits,
  type HttpApiRoute,
} from "@callboard/aws-local";
import { anyOrigin, httpCors, httpRoutes } from "@callboard/functions/deployment";
import type { createVideos } from "@callboard/video/api";
import type { Engines } from "./engines.ts";
import type { Functions } from "./functions.ts";
import type { Settings } from "./settings.ts";

/** The WebSocket API and the HTTP API on one port; requests wait until the functions are ready. */
export interface SocketApis {
  readonly gateway: Gateway;
  /** Passes requests on to the functions from now on. */
  open(functions: ApiFunctions): void;
}

/** The functions behind the two APIs. */
type ApiFunctions = Pick<Functions, "authorize" | "authorizeHttp" | "socket" | "requests"> & {
  readonly videos: ReturnType<typeof createVideos>;
};

export async function createSocketApis(
  { clock }: Pick<Engines, "clock">,
  settings: Settings,
  limits: Partial<GatewayLimits> = {},
): Promise<SocketApis> {
  let open: SocketApis["open"] = () => {};
  const functions = new Promise<ApiFunctions>((resolve) => {
    open = resolve;
  });
  const routes = httpRoutes.map(
    ({ key, to, authorized }): HttpApiRoute => ({
      key,
      integration: async (event) => (await functions)[to](event),
      ...(authorized ? { authorizer: async (event) => (await functions).authorizeHttp(event) } : {}),
    }),
  );
  const socket = async (event: Parameters<Functions["socket"]>[0]) => (await functions).socket(event);
  const gateway = await createGateway({
    clock,
    port: settings.socketPort,
    limits,
    authorizer: async (event) => (await functions).authorize(event),
    connect: socket,
    message: socket,
    disconnect: socket,
    http: createHttpApi({
      clock,
      routes,
      cors: { ...httpCors, allowOrigins: settings.origins ?? anyOrigin },
    }),
  });
  return { gateway, open };
}
