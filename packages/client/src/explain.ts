import type { ConnectionState } from "./connection-state.ts";
import type { DebugEvent, DebugNoteCode, DebugReport } from "./debug.ts";
import { summaryOf } from "./frame-summary.ts";
import { tokenFault } from "./token-fault.ts";

type Note = [code: DebugNoteCode, text: string, isFault?: boolean];
type Message = Readonly<Record<string, unknown>> & { readonly type?: unknown };

/** The smallest clock difference that is reported, in milliseconds. */
const SKEW_MS = 60_000;
/** How many sent messages are remembered, so that a note can name the one that was answered. */
const MAX_SENT = 200;

/**
 * Turns what happens in a client into events; `url` is the address that it connects to. If requested, notes
 * are printed to the console, faults as warnings; frames are for panels.
 */
export function createExplainer(
  url: string,
  emit: (event: DebugEvent) => void,
  isPrinted: boolean,
): (at: number, what: DebugReport) => void {
  const address = url.replace(/\?.*/s, "").replace(/\/\/[^/]*@/, "//");
  const sent = new Map<unknown, Message>();
  const gaps = new Set<string>();
  let state: ConnectionState["state"] = "idle";
  /** A welcome has come since the state was last `connected`. */
  let isNew = false;

  function notesOf(at: number, what: DebugReport): Note[] {
    switch (what[0]) {
      case "state":
        return [ofState(what[1])];
      case "sent":
        return ofSent(parsed(what[1]));
      case "received":
        return ofReceived(what[2] ? parsed(what[1]) : unread, at);
      case "gap":
        return ofGap(what[1], what[2], what[3] === "following");
      case "invalid_name":
        return [["invalid_name", `${nameText(what[1])} ${invalidName}`, true]];
    }
  }

  function ofState(next: ConnectionState): Note {
    const before = state;
    state = next.state;
    if (next.state === "connecting" && before === "connected") return overdue;
    if (next.state === "connected" && !isNew) return answered;
    switch (next.state) {
      case "idle":
        return ["idle", "There is no connection and no attempt: the page was left, or the client is lazy."];
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
          `Closed permanently: ${next.code} (${cut(next.reason)}).`,
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
    if (sent.size > MAX_SENT) sent.delete(sent.keys().next().value);
    if (isRenewal) return [["renewal", "A second connection replaces this one before it expires."]];
    return isAgain
      ? [["sent_again", `No answer yet: ${String(type)} ${String(id)} is sent again, and takes effect once.`]]
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
        // Channels followed before there was a connection are answered here.
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
      return [
        ["gap", `${name} misses a change. If it does not come within half a second, the client asks for it.`],
      ];
    }
    return isWhole && gaps.delete(name) ? [["gap_healed", `${name} has what it missed: it came late.`]] : [];
  }

  return (at, what) => {
    if (what[0] === "state") emit({ at, kind: "state", state: withoutError(what[1]) });
    if (what[0] === "sent" || what[0] === "received") {
      const message = what[0] === "sent" || what[2] ? parsed(what[1]) : unread;
      const type = typeof message.type === "string" ? message.type : "gateway";
      emit({ at, kind: what[0], type, bytes: bytesOf(what[1]), summary: summaryOf(message) });
    }
    for (const [code, text, isFault = false] of notesOf(at, what)) {
      emit({ at, kind: "note", code, text, isFault });
      if (isPrinted) globalThis.console?.[isFault ? "warn" : "info"](`[callboard] ${text}`);
    }
  };
}

const overdue: Note = [
  "overdue",
  "An answer is overdue, or the machine slept: checking whether the connection is alive.",
];
const answered: Note = ["answered", "The server has answered: the connection is alive."];
const notHandled: Note = [
  "not_handled",
  "The gateway could not handle a message; unanswered messages are sent again.",
];
const unreadable: Note = [
  "unreadable",
  "A frame came that is not a message of this version; it is ignored.",
  true,
];
const invalidName =
  "is not a channel: a channel is watch:<kind>/<id>, work:<kind>/<id>, inbox:user/<id>, inbox:role/<id> or list:<kind>. Nothing is sent to the server.";
const forbidden =
  "may not be followed with this token: for watch: its claims must allow the subject, work: is for owners, an inbox for its own user or role.";

const ofClock = (aheadMs: number): Note[] =>
  Math.abs(aheadMs) <= SKEW_MS
    ? []
    : [
        [
          "clock_skew",
          `This machine's clock is ${Math.round(Math.abs(aheadMs) / 1000)} s ${aheadMs > 0 ? "behind" : "ahead of"} the server's. Count deadlines by callboard.now(); a token issued by this clock may be refused.`,
          true,
        ],
      ];

function reasonText(state: ConnectionState & { state: "waiting" }, address: string): string {
  switch (state.reason) {
    case "no_token":
      return tokenFault(state.error, globalThis as Parameters<typeof tokenFault>[1]);
    case "unauthorized":
      return "The server is up but refuses the connection, most likely because of the token: it may have expired, or its key, issuer or audience is unknown to the server.";
    case "unauthorized_or_unreachable":
      return `Three attempts in a row failed at ${address}. Browsers do not report why: either nothing listens there, or the token is refused. The status in the browser's network panel shows it (401 and 403 are the token), and so does the option isServerUp.`;
    case "cannot_connect":
      return `Nothing answered at ${address}, or it refused.${mixedText(address)}`;
    case "offline":
      return "The browser has no network.";
    case "lost":
      return "The connection broke.";
    case "server_asked":
      return "The server asked the client to reconnect later.";
  }
}

/** What `token()` threw may hold a token; a note explains it instead. */
function withoutError(state: ConnectionState): ConnectionState {
  if (state.state !== "waiting") return state;
  const { error: _, ...rest } = state;
  return rest;
}

/** https://developer.mozilla.org/en-US/docs/Web/Security/Mixed_content */
function mixedText(address: string): string {
  const { location } = globalThis as { location?: { protocol?: string } };
  const isMixed = location?.protocol === "https:" && /^ws:\/\/(?!localhost|127\.)/.test(address);
  return isMixed ? " An https: page may open only wss: addresses." : "";
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
