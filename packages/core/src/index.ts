export * from "./access/principal.ts";
export { type App, createApp } from "./app.ts";
export * from "./channel/channel-map.ts";
export type { Connected } from "./channel/follow.ts";
export { dueOf } from "./feedback/due.ts";
export * from "./feedback/request.ts";
export * from "./ports.ts";
export type { Envelope } from "./progress/envelope.ts";
export * from "./protocol/index.ts";
