import { composeSocket } from "../compose.ts";
import { environment } from "../environment.ts";
import { correlated } from "../handlers/log-fields.ts";
import { socketHandler } from "../handlers/socket.ts";

const parts = composeSocket(environment("socket", process.env));

export const handler = correlated(parts.log, socketHandler(parts));
