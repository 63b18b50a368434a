import { composeClock } from "../compose.ts";
import { clockVariables } from "../environment.ts";
import { clockHandler } from "../handlers/clock.ts";
import { readVariables } from "../variables.ts";

export const handler = clockHandler(composeClock(readVariables("clock", clockVariables(), process.env)));
