export { busStage } from "./bus-stage.ts";
