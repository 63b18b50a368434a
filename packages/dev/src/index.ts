export { busName, functionArn, putRules } from "./bus-rules.ts";
export {
  credentials,
  type LocalCallboard,
  region,
  type StartOptions,
  startCallboard,
} from "./callboard.ts";
export { lifecycleArn, recordingArn } from "./life-cycle.ts";
export { isFixable, runCallboard } from "./main.ts";
export { readSettings, type Settings } from "./settings.ts";
export { tableName } from "./table.ts";
