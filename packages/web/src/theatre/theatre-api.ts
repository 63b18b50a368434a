import type { Asl } from "./machine-graph.ts";
import type { TraceEvent } from "./trace.ts";

/** What happened in an execution since the last call, and all its answers. */
interface ExecutionAnswer {
  readonly status: ExecutionStatus;
  readonly events: readonly TraceEvent[];
  readonly answers: readonly { readonly replyId: string; readonly verb: string }[];
  readonly after: number;
}

export type ExecutionStatus = "RUNNING" | "SUCCEEDED" | "FAILED" | "TIMED_OUT" | "ABORTED";

/** An event that a state put on the bus, without task tokens. */
export interface PutEntry {
  readonly source: string;
  readonly "detail-type": string;
  readonly detail: unknown;
}

/** The item does not exist, or the server does not answer (status 0). */
export class TheatreError extends Error {
  readonly status: number;
  constructor(status: number) {
    super(`the server answered ${status}`);
    this.status = status;
  }
}

/** The requests of the theatre to its machine. Each call rejects with a `TheatreError`. */
export interface TheatreApi {
  token(user: string, role: "creator" | "viewer"): Promise<string>;
  /** Starts the sample; its question goes to the person who plays it. */
  playSample(options: { readonly timeoutSeconds?: number; readonly lang: string }): Promise<Started>;
  machine(execution?: string): Promise<{ readonly arn: string; readonly definition: Asl }>;
  execution(arn: string, after: number): Promise<ExecutionAnswer>;
  entries(arn: string, id: number): Promise<readonly PutEntry[]>;
  kill(): Promise<void>;
}

export interface Started {
  readonly subject: string;
  readonly executionArn: string;
}

const ANSWER_MS = 5_000;

/** `base` is the address of the pages, `httpUrl` that of the HTTP API. */
export function theatreApi(base: URL, httpUrl: string, user: string): TheatreApi {
  async function call<T>(address: URL, init: RequestInit = {}): Promise<T> {
    const response = await fetch(address, {
      cache: "no-store",
      signal: AbortSignal.timeout(ANSWER_MS),
      ...init,
    }).catch(() => undefined);
    if (!response?.ok) throw new TheatreError(response?.status ?? 0);
    return (await response.json().catch(() => {
      throw new TheatreError(0);
    })) as T;
  }
  const dev = (path: string, query: Record<string, string | number> = {}) => {
    const address = new URL(`dev/${path}`, base);
    for (const [name, value] of Object.entries(query)) address.searchParams.set(name, String(value));
    return address;
  };
  const token: TheatreApi["token"] = async (user, role) =>
    (await call<{ token: string }>(dev("token", { user, role }))).token;

  return {
    token,
    async playSample({ timeoutSeconds, lang }) {
      return call(new URL(`${httpUrl}/videos/sample`), {
        method: "POST",
        headers: {
          authorization: `Bearer ${await token(user, "creator")}`,
          "content-type": "application/json",
        },
        body: JSON.stringify({ lang, ...(timeoutSeconds === undefined ? {} : { timeoutSeconds }) }),
      });
    },
    machine: (arn) => call(dev("machine", arn === undefined ? {} : { arn })),
    execution: (arn, after) => call(dev("execution", { arn, after })),
    entries: async (arn, id) => (await call<{ entries: PutEntry[] }>(dev("event", { arn, id }))).entries,
    async kill() {
      await call(dev("kill"), { method: "POST", headers: { "x-callboard-theatre": "1" } });
    },
  };
}
