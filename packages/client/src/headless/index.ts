export { type ConnectionKind, type ConnectionView, connectionView } from "./connection-view.ts";
