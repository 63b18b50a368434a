import { composeClock } from "../compose.ts";
import { environment } from "../environment.ts";
import { clockHandler } from "../handlers/clock.ts";

export const handler = clockHandler(composeClock(environment("clock", process.env)));
