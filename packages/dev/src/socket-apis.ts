import type { GatewayLimits } from "@callboard/aws-local";
import { createGateway, createHttpApi, type Gateway } from "@callboard/aws-local";
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
  const on =
    <K extends "authorize" | "socket" | "authorizeHttp" | "requests">(name: K) =>
    async (event: unknown) =>
      (await functions)[name](event as never);
  const gateway = await createGateway({
    clock,
    port: settings.socketPort,
    limits,
    authorizer: on("authorize"),
    connect: on("socket"),
    message: on("socket"),
    disconnect: on("socket"),
    http: createHttpApi({ clock, authorizer: on("authorizeHttp"), integration: on("requests") }),
  });
  return { gateway, open };
}
