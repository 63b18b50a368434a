export * from "./channel/channel-map.ts";
export * from "./protocol/index.ts";
