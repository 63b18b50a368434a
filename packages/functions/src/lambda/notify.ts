import { jsonLog } from "../aws/json-log.ts";
import { systemClock } from "../aws/machine.ts";
import { composeNotify } from "../compose-notify.ts";
import { openDoors } from "../doors/open-doors.ts";
import { notifyVariables } from "../environment.ts";
import { correlated } from "../handlers/log-fields.ts";
import { notifyHandler } from "../handlers/notify.ts";
import { readVariables } from "../variables.ts";

const environment = readVariables("notify", notifyVariables(), process.env);
const log = jsonLog("notify", environment.STAGE);
const parts = composeNotify(environment, { log, doors: openDoors(environment, { clock: systemClock, log }) });

export const handler = correlated(log, notifyHandler(parts));
