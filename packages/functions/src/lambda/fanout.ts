import { composeFanout } from "../compose-posting.ts";
import { environment } from "../environment.ts";
import { fanoutHandler } from "../handlers/fanout.ts";
import { correlated } from "../handlers/log-fields.ts";

const parts = composeFanout(environment("fanout", process.env));

export const handler = correlated(parts.log, fanoutHandler(parts));
