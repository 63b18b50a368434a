import { composeRelay } from "../compose.ts";
import { environment } from "../environment.ts";
import { relayHandler } from "../handlers/relay.ts";

export const handler = relayHandler(composeRelay(environment("relay", process.env)));
