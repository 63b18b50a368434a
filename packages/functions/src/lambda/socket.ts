import { composeSocket } from "../compose.ts";
import { environment } from "../environment.ts";
import { socketHandler } from "../handlers/socket.ts";

export const handler = socketHandler(composeSocket(environment("socket", process.env)));
