import type { Hook } from "@callboard/protocol";

/** A plugin of this machine. */
export interface Plugin {
  readonly name: string;
  readonly hook: Hook;
  readonly required: boolean;
  readonly timeoutSeconds: number;
}

/** Callboard's result for an event that the plugin put. */
type Said = { readonly outcome: string } | { readonly code: string } | { readonly problem: string };

/** What a plugin did with one event, and how the life cycle reacted. */
export interface Trial extends Plugin {
  readonly event: object;
  /** Undefined when its function was not called. */
  readonly ran?: {
    readonly ms: number;
    readonly error?: { readonly type: string; readonly message: string };
  };
  readonly puts: readonly {
    readonly afterMs: number;
    readonly source: string;
    readonly detailType: string;
    readonly message?: unknown;
    readonly said?: Said;
  }[];
  readonly turn: { readonly message?: string; readonly reason?: string };
  readonly verdict: "goes_on" | "invalid" | "left_out" | "required_failed";
  readonly isRight: boolean;
  readonly handedOn?: unknown;
}

/** What to try: a plugin (`preValidate.length`) at a hook, or as registered. */
interface Wanted {
  readonly plugin: string;
  readonly hook?: Hook | undefined;
  readonly recording: object;
}

/** Why a trial is impossible, in the machine's words; without a message when it does not answer. */
class PluginsError extends Error {}

/** The requests of the page to its machine. Each call rejects with a `PluginsError`. */
export interface PluginsApi {
  list(): Promise<{ readonly plugins: readonly Plugin[]; readonly recording: object }>;
  attempt(wanted: Wanted): Promise<Trial>;
}

const LIST_MS = 5_000;
/** A function may run for half a minute. */
const TRIAL_MS = 60_000;

/** `base` is the address of the pages. */
export function pluginsApi(base: URL, fetch: typeof globalThis.fetch): PluginsApi {
  async function call<T>(ms: number, init: RequestInit): Promise<T> {
    const signal = AbortSignal.timeout(ms);
    try {
      const response = await fetch(new URL("dev/plugins", base), { cache: "no-store", signal, ...init });
      const body = (await response.json()) as T & { error?: { message: string } };
      if (!response.ok) throw new PluginsError(body.error?.message);
      return body;
    } catch (cause) {
      throw cause instanceof PluginsError ? cause : new PluginsError();
    }
  }
  return {
    list: () => call(LIST_MS, {}),
    attempt: (wanted) =>
      call(TRIAL_MS, {
        method: "POST",
        headers: { "content-type": "application/json", "x-callboard-theatre": "1" },
        body: JSON.stringify(wanted),
      }),
  };
}
