import { composeFanout } from "../compose-posting.ts";
import { fanoutVariables } from "../environment.ts";
import { fanoutHandler } from "../handlers/fanout.ts";
import { correlated } from "../handlers/log-fields.ts";
import { readVariables } from "../variables.ts";

const parts = composeFanout(readVariables("fanout", fanoutVariables(), process.env));

export const handler = correlated(parts.log, fanoutHandler(parts));
