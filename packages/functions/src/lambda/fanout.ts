import { composeFanout } from "../compose-posting.ts";
import { environment } from "../environment.ts";
import { fanoutHandler } from "../handlers/fanout.ts";

export const handler = fanoutHandler(composeFanout(environment("fanout", process.env)));
