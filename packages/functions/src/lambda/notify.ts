import { jsonLog } from "../aws/json-log.ts";
import { systemClock } from "../aws/machine.ts";
import { composeNotify } from "../compose-notify.ts";
import { openDoors } from "../doors/open-doors.ts";
import { notifyVariables } from "../environment.ts";
import { correlated } from "../handlers/log-fields.ts";
import { notifyHandler } from "../handlers/notify.ts";
import { readVariables } from "../variables.ts";

const told = readVariables("notify", notifyVariables(), process.env);
const log = jsonLog("notify", told.STAGE);
const parts = composeNotify(told, { log, doors: openDoors(told, { clock: systemClock, log }) });

export const handler = correlated(log, notifyHandler(parts));
