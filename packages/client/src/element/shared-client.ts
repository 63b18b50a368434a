import { type Callboard, type ConnectOptions, openCallboard } from "../callboard.ts";
import { silentDebug } from "../debug-feed.ts";
import { answersOf, isUnderWay } from "../headless/answers.ts";

/** Where tokens come from: an absolute URL, or a function of the page. */
export type TokenSource = string | ConnectOptions["token"];

/** Why an address gave no token: its status, an answer that is not a token, or no readable answer. */
export class TokenFault extends Error {
  readonly kind: "status" | "unreadable" | "unreachable";
  readonly status: number;
  readonly isForeign: boolean;

  constructor(kind: TokenFault["kind"], status = 0, isForeign = false) {
    super(`no token: ${kind} ${status || ""}`);
    this.kind = kind;
    this.status = status;
    this.isForeign = isForeign;
  }
}

interface Shared {
  readonly client: Callboard;
  /** Questions that were answered over this client. */
  readonly answered: Set<string>;
  users: number;
}

/** By socket, then by the source of the tokens. */
const all = new Map<string, Map<TokenSource, Shared>>();

/** A client for one more user, who calls `release` once and calls `answered` for each question answered. */
interface Held {
  readonly client: Callboard;
  readonly answered: (requestId: string) => void;
  readonly release: () => void;
}

/**
 * A client shared by all users on the page with the same socket and source of tokens. It is closed when it
 * has no users and every answer sent over it is settled. Throws for a URL that is not a WebSocket URL.
 */
export function holdClient(socket: string, source: TokenSource): Held {
  const bySource = all.get(socket) ?? new Map<TokenSource, Shared>();
  const known = bySource.get(source);
  const isOver = known === undefined || known.client.state.state === "closed";
  const shared = !isOver
    ? known
    : { client: clientFor(socket, source), answered: new Set<string>(), users: 0 };
  all.set(socket, bySource.set(source, shared));
  shared.users++;
  let isHeld = true;

  function closeOnceIdle(): void {
    const answers = answersOf(shared.client);
    const stop = answers.follow(check);
    function check(): void {
      const isIdle = ![...shared.answered].some((id) => isUnderWay(answers.stateOf(id)));
      if (shared.users > 0 || isIdle) stop();
      if (shared.users > 0 || !isIdle) return;
      if (bySource.get(source) === shared) bySource.delete(source);
      shared.client.close();
    }
    check();
  }

  return {
    client: shared.client,
    answered: (requestId) => void shared.answered.add(requestId),
    release() {
      if (!isHeld) return;
      isHeld = false;
      shared.users--;
      if (shared.users === 0) closeOnceIdle();
    },
  };
}

const clientFor = (url: string, source: TokenSource): Callboard =>
  openCallboard(
    {
      url,
      name: "callboard-question",
      token: typeof source === "string" ? () => fetchToken(source) : source,
    },
    silentDebug,
  );

async function fetchToken(url: string): Promise<string> {
  let response: Response;
  try {
    // Cookies are sent only to the page's own origin.
    response = await fetch(url, { credentials: "same-origin", cache: "no-store" });
  } catch {
    throw new TokenFault("unreachable", 0, new URL(url).origin !== globalThis.location?.origin);
  }
  if (!response.ok) throw new TokenFault("status", response.status);
  const token = tokenIn((await response.text()).trim());
  if (token === undefined) throw new TokenFault("unreadable");
  return token;
}

/** A token as plain text or in JSON; text with white space or markup is a page, not a token. */
function tokenIn(text: string): string | undefined {
  if (/^[\w.~+/=-]+$/.test(text)) return text;
  try {
    const { token } = JSON.parse(text) as { token?: unknown };
    return typeof token === "string" && token !== "" ? token : undefined;
  } catch {
    return undefined;
  }
}
