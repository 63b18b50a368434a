import type { ConnectionState } from "./connection-state.ts";
import type { DebugEvent, DebugNoteCode, Told } from "./debug.ts";
import { summaryOf } from "./frame-summary.ts";
import { tokenFault } from "./token-fault.ts";

type Note = [code: DebugNoteCode, text: string, isFault?: boolean];
type Message = Readonly<Record<string, unknown>> & { readonly type?: unknown };

/** A difference of clocks from which it is told, in milliseconds. */
const SKEW_MS = 60_000;
/** Of so many messages it is known what they were, for when an answer names one. */
const MOST_SENT = 200;

/**
 * Turns what happens in a client into events; `url` is where it connects to. Notes are printed to the console if that is
 * asked for, faults as warnings; frames are for panels.
 */
export function createExplainer(
  url: string,
  emit: (event: DebugEvent) => void,
  isPrinted: boolean,
): (at: number, told: Told) => void {
  const address = url.replace(/\?.*/s, "").replace(/\/\/[^/]*@/, "//");
  const sent = new Map<unknown, Message>();
  const gaps = new Set<string>();
  let state: ConnectionState["state"] = "idle";
  /** A welcome came since the state was last `connected`. */
  let isNew = false;

  function notesOf(at: number, told: Told): Note[] {
    switch (told[0]) {
      case "state":
        return [ofState(told[1])];
      case "sent":
        return ofSent(parsed(told[1]));
      case "received":
        return ofReceived(told[2] ? parsed(told[1]) : unread, at);
      case "gap":
        return ofGap(told[1], told[2], told[3] === "following");
      case "invalid_name":
        return [["invalid_name", `${nameText(told[1])} ${invalidName}`, true]];
    }
  }

  function ofState(next: ConnectionState): Note {
    const before = state;
    state = next.state;
    if (next.state === "connecting" && before === "connected") return overdue;
    if (next.state === "connected" && !isNew) return answered;
    switch (next.state) {
      case "idle":
        return [
          "idle",
          "There is no connection, and none is tried: the page was left, or the client is lazy.",
        ];
      case "connecting":
        return ["connecting", `Connecting to ${address}.`];
      case "connected":
        return ["connected", `Connected as ${next.user.id}, with ${next.inboxes.length} inboxes.`];
      case "waiting":
        return [
          next.state,
          `${reasonText(next, address)} ${inText(next.retryInMs)}`,
          next.reason !== "offline",
        ];
      case "closed":
        return [
          "closed",
          `Closed for good: ${next.code} (${cut(next.reason)}).`,
          next.code !== "closed_by_client",
        ];
    }
  }

  function ofSent(message: Message): Note[] {
    const { type, id } = message;
    const isRenewal = type === "hello" && state === "connected";
    const isAgain = sent.has(id) && type !== "hello" && type !== "ping";
    sent.delete(id);
    sent.set(id, message);
    if (sent.size > MOST_SENT) sent.delete(sent.keys().next().value);
    if (isRenewal)
      return [["renewal", "A second connection takes the place of this one before its time is over."]];
    return isAgain
      ? [["sent_again", `No answer yet: ${String(type)} ${String(id)} is sent again, and counts once.`]]
      : [];
  }

  function ofReceived(message: Message, at: number): Note[] {
    const about = sent.get(message.re);
    switch (message.type) {
      case undefined:
        return [notHandled];
      case "unknown":
        return [unreadable];
      case "welcome": {
        isNew = state !== "connected";
        // What was followed before there was a connection is answered here.
        const channels = Object.entries((message.channels ?? {}) as object).flatMap(ofSubscribed);
        return [...ofClock(Number(message.serverTime) - at), ...channels];
      }
      case "subscribed":
        return Object.entries(message.channels as object).flatMap(ofSubscribed);
      case "receipt":
      case "acted":
        if (message.status !== "refused") return [];
        return [
          ["refused", `The server refused ${summaryOf(about ?? message)}: ${String(message.code)}.`, true],
        ];
      case "error": {
        const what = about ? ` to ${summaryOf(about)}` : "";
        const text = `The server answered${what}: ${String(message.code)}, ${cut(message.message)}`;
        return [["server_error", text, true]];
      }
      default:
        return [];
    }
  }

  const ofSubscribed = ([name, answer]: [string, { error?: string }]): Note[] => {
    if (answer.error === "forbidden") return [["forbidden", `${name} ${forbidden}`, true]];
    return gaps.delete(name) ? [["gap_healed", `${name} has what it missed.`]] : [];
  };

  function ofGap(name: string, isOpen: boolean, isWhole: boolean): Note[] {
    if (isOpen) {
      gaps.add(name);
      return [["gap", `${name} misses a change. It is waited for, and asked for after half a second.`]];
    }
    return isWhole && gaps.delete(name) ? [["gap_healed", `${name} has what it missed: it came late.`]] : [];
  }

  return (at, told) => {
    if (told[0] === "state") emit({ at, kind: "state", state: withoutError(told[1]) });
    if (told[0] === "sent" || told[0] === "received") {
      const message = told[0] === "sent" || told[2] ? parsed(told[1]) : unread;
      const type = typeof message.type === "string" ? message.type : "gateway";
      emit({ at, kind: told[0], type, bytes: bytesOf(told[1]), summary: summaryOf(message) });
    }
    for (const [code, text, isFault = false] of notesOf(at, told)) {
      emit({ at, kind: "note", code, text, isFault });
      if (isPrinted) globalThis.console?.[isFault ? "warn" : "info"](`[callboard] ${text}`);
    }
  };
}

const overdue: Note = [
  "overdue",
  "An answer is overdue, or the machine slept: it is seen whether the connection stands.",
];
const answered: Note = ["answered", "The server has answered: the connection stands."];
const notHandled: Note = [
  "not_handled",
  "The gateway could not handle a message; what is unanswered is sent again.",
];
const unreadable: Note = [
  "unreadable",
  "A frame came that is no message of this version; it is left alone.",
  true,
];
const invalidName =
  "is no channel: a channel is watch:<kind>/<id>, work:<kind>/<id>, inbox:user/<id>, inbox:role/<id> or list:<kind>. Nothing is asked of the server.";
const forbidden =
  "may not be followed with this token: watch: wants its claim to allow the subject, work: is for owners, an inbox for whose it is.";

const ofClock = (aheadMs: number): Note[] =>
  Math.abs(aheadMs) <= SKEW_MS
    ? []
    : [
        [
          "clock_skew",
          `This machine's clock is ${Math.round(Math.abs(aheadMs) / 1000)} s ${aheadMs > 0 ? "behind" : "ahead of"} the server's. Count deadlines by callboard.now(); a token that is minted by this clock may be refused.`,
          true,
        ],
      ];

function reasonText(state: ConnectionState & { state: "waiting" }, address: string): string {
  switch (state.reason) {
    case "no_token":
      return tokenFault(state.error, globalThis as Parameters<typeof tokenFault>[1]);
    case "unauthorized":
      return "The server is up and refuses the connection. Most likely it is the token: it may have expired, or be signed by a key, for an issuer or an audience that the server does not know.";
    case "unauthorized_or_unreachable":
      return `Three attempts in a row failed at ${address}. Browsers do not tell why: either nothing listens there, or the token is refused. The status in the browser's network panel tells (401 and 403 are the token), and so does the option isServerUp.`;
    case "cannot_connect":
      return `Nothing answered at ${address}, or it refused.${mixedText(address)}`;
    case "offline":
      return "The browser has no network.";
    case "lost":
      return "The connection broke.";
    case "server_asked":
      return "The server asked to come again later.";
  }
}

/** What `token()` threw may hold a token; a note explains it. */
function withoutError(state: ConnectionState): ConnectionState {
  if (state.state !== "waiting") return state;
  const { error: _, ...rest } = state;
  return rest;
}

/** https://developer.mozilla.org/en-US/docs/Web/Security/Mixed_content */
function mixedText(address: string): string {
  const { location } = globalThis as { location?: { protocol?: string } };
  const isMixed = location?.protocol === "https:" && /^ws:\/\/(?!localhost|127\.)/.test(address);
  return isMixed ? " A page of https: may open wss: addresses only." : "";
}

const inText = (ms: number) => `The next attempt is in ${(ms / 1000).toFixed(1)} s.`;
const cut = (text: unknown) => String(text).slice(0, 200);
const nameText = (name: unknown) => (typeof name === "string" ? `"${cut(name)}"` : `What is ${typeof name}`);

const bytesOf = (text: unknown) =>
  typeof text !== "string" ? 0 : (globalThis.TextEncoder ? new TextEncoder().encode(text) : text).length;

const unread: Message = { type: "unknown" };

function parsed(text: unknown): Message {
  try {
    const message: unknown = JSON.parse(text as string);
    if (typeof message === "object" && message !== null && !Array.isArray(message)) return message as Message;
  } catch {
    // Said below.
  }
  return unread;
}
