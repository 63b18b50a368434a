export * from "./access/principal.ts";
export * from "./channel/channel-map.ts";
export * from "./feedback/due.ts";
export * from "./feedback/request.ts";
export * from "./ports.ts";
export * from "./protocol/index.ts";
