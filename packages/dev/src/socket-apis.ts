import { createGateway, createHttpApi, type Gateway, type GatewayLimits } from "@callboard/aws-local";
import type { Engines } from "./engines.ts";
import type { Functions } from "./functions.ts";
import type { Settings } from "./settings.ts";

/** The WebSocket API and the HTTP API on one port, whose requests wait until the functions stand. */
export interface SocketApis {
  readonly gateway: Gateway;
  /** Lets requests through to the functions. */
  open(functions: Functions): void;
}

export async function createSocketApis(
  { clock }: Pick<Engines, "clock">,
  settings: Settings,
  limits: Partial<GatewayLimits> = {},
): Promise<SocketApis> {
  let open: SocketApis["open"] = () => {};
  const functions = new Promise<Functions>((resolve) => {
    open = resolve;
  });
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
      authorizer: async (event) => (await functions).authorizeHttp(event),
      integration: async (event) => (await functions).requests(event),
    }),
  });
  return { gateway, open };
}
