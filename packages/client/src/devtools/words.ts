import type { ChannelView } from "../channel-view.ts";
import type { ConnectionState } from "../connection-state.ts";
import type { DebugEvent } from "../debug.ts";

/** The part of a channel's view that is shown. */
export type InspectedChannel = Pick<ChannelView, "name" | "status" | "offset" | "epoch" | "items">;

const MAX_DETAIL = 4_000;
const MAX_ERROR = 200;

/** The connection's state in one line; `now` is the client's time. */
export function stateWords(state: ConnectionState, now: number): string {
  switch (state.state) {
    case "connected":
      return `connected as user/${state.user.id}`;
    case "waiting": {
      const seconds = Math.max(0, Math.ceil((state.retryAt - now) / 1000));
      const why = state.error === undefined ? state.reason : `${state.reason}, ${errorWords(state.error)}`;
      return `waiting (${why}), next attempt in ${seconds} s`;
    }
    case "closed":
      return `closed (${state.code}): ${state.reason}`;
    default:
      return state.state;
  }
}

/** Any value may be thrown, and not every value can be converted to text. */
function errorWords(error: unknown): string {
  const { name, message } = Object(error) as Record<string, unknown>;
  const parts = (typeof error === "string" ? [error] : [name, message]).filter(
    (part) => typeof part === "string",
  );
  return bounded(withoutTokens(parts.join(": ") || typeof error), MAX_ERROR);
}

/** A view's state in one line. */
export function channelWords({ status, offset, epoch, items }: InspectedChannel): string {
  const stands = typeof status === "string" ? status.replace("_", " ") : `error ${status.error}`;
  const many = `${items.size} ${items.size === 1 ? "item" : "items"}`;
  return [stands, `offset ${offset}`, epoch === undefined ? "no epoch" : `epoch ${epoch}`, many].join(" · ");
}

/** A frame or a note. */
export type ShownEvent = Exclude<DebugEvent, { readonly kind: "state" }>;

/** An event in one line, and its details for when it is opened; undefined when there are none. */
export interface EventWords {
  readonly what: string;
  readonly more: string;
  readonly detail: string | undefined;
}

export const eventWords = (event: ShownEvent): EventWords =>
  event.kind === "note"
    ? { what: event.code, more: bounded(withoutTokens(event.text), MAX_DETAIL), detail: undefined }
    : { what: event.type, more: sizeWords(event.bytes), detail: detailOf(event.summary) };

const sizeWords = (bytes: number): string =>
  bytes < 1000 ? `${bytes} B` : `${(bytes / 1000).toFixed(bytes < 10_000 ? 1 : 0)} KB`;

const detailOf = (summary: string): string | undefined =>
  summary === "" ? undefined : bounded(withoutTokens(summary), MAX_DETAIL);

/**
 * Removes tokens and parts of tokens. There should be none, but the panel is on screens and in screenshots.
 */
const withoutTokens = (text: string): string => text.replace(/\beyJ[\w.-]+/g, "(a token)");

const bounded = (text: string, most: number): string =>
  text.length > most ? `${text.slice(0, most)}…` : text;

/** The time of day in the reader's time zone, to the millisecond. */
export function timeWords(at: number): string {
  const date = new Date(at);
  const two = (part: number) => String(part).padStart(2, "0");
  const clock = [date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(":");
  return `${clock}.${String(date.getMilliseconds()).padStart(3, "0")}`;
}
