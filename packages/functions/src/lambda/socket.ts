import { composeSocket } from "../compose.ts";
import { socketVariables } from "../environment.ts";
import { correlated } from "../handlers/log-fields.ts";
import { socketHandler } from "../handlers/socket.ts";
import { readVariables } from "../variables.ts";

const parts = composeSocket(readVariables("socket", socketVariables(), process.env));

export const handler = correlated(parts.log, socketHandler(parts));
