import type { Principal, RequestId } from "@callboard/protocol";
import type { Asking, RequestStore, Thread, ThreadHead, TokenVault, TurnStore } from "../ports/index.ts";
import { type FeedbackRequest, type LedgerEntry, noteOn } from "../request/request.ts";
import { structuredCopy as copy } from "./memory-head-store.ts";

/** A request store that a test can inspect. */
export interface MemoryRequests extends RequestStore {
  readonly vault: TokenVault;
  readonly turns: TurnStore;
  versionOf(id: RequestId): number | undefined;
  all(): readonly FeedbackRequest[];
}

/** Requests, task tokens, ledger and thread heads in memory. */
export function memoryRequestStore(): MemoryRequests {
  const requests = new Map<RequestId, FeedbackRequest>();
  const tokens = new Map<RequestId, string>();
  const details = new Map<RequestId, Record<string, unknown>>();
  const ledgers = new Map<RequestId, LedgerEntry[]>();
  const threads = new Map<string, ThreadHead>();
  const asked = new Map<RequestId, Set<Principal>>();
  const threadKey = ({ execution, subject, thread }: Thread) => [execution, subject, thread].join("\n");
  const write = (request: FeedbackRequest, entry: LedgerEntry | undefined) => {
    requests.set(request.id, copy(request));
    if (entry) ledgers.set(request.id, [...(ledgers.get(request.id) ?? []), copy(entry)]);
    const names = [...request.assignees, ...(request.formerAssignees ?? [])];
    asked.set(request.id, new Set([...(asked.get(request.id) ?? []), ...names]));
  };
  const isTaken = (id: RequestId, entry: LedgerEntry | undefined) =>
    ledgers.get(id)?.some(({ n }) => n === entry?.n) ?? false;

  const store: RequestStore = {
    read: async (id) => copy(requests.get(id)),
    readThread: async (thread) => copy(threads.get(threadKey(thread))),
    threads: async (execution) => copy([...threads.values()].filter((head) => head.execution === execution)),
    async ask({ request, taskToken, detail, ledger, thread, supersedes }: Asking) {
      if (requests.has(request.id)) return "exists";
      const head = threads.get(threadKey(request));
      if (head?.requestId !== thread.before?.requestId) return "conflict";
      if (supersedes && requests.get(supersedes.request.id)?.version !== supersedes.from) return "conflict";
      write(request, ledger);
      tokens.set(request.id, taskToken);
      if (detail) details.set(request.id, copy(detail));
      if (thread.after) threads.set(threadKey(request), copy(thread.after));
      if (supersedes) write(supersedes.request, supersedes.ledger);
      return "stored";
    },
    async move({ from, request, ledger }) {
      const current = requests.get(request.id);
      if (current?.version !== from) return { won: false, current: copy(current) };
      if (isTaken(request.id, ledger)) throw new Error(`the ledger of ${request.id} is ahead of it`);
      write({ ...request, announced: current.announced }, ledger);
      return { won: true };
    },
    async note(request, note) {
      const current = requests.get(request.id);
      if (current?.version !== request.version) return false;
      requests.set(request.id, noteOn(current, note));
      return true;
    },
    async openFor(principal, limit) {
      return [...requests.values()]
        .filter(({ status, assignees }) => status.state === "open" && assignees.includes(principal))
        .sort((a, b) => a.askedAt - b.askedAt)
        .slice(0, limit)
        .map((request) => request.id);
    },
    ofExecution: async (execution) =>
      [...requests.values()]
        .filter((request) => request.execution === execution)
        .sort((a, b) => a.askedAt - b.askedAt)
        .map((request) => request.id),
    ledgerEntry: async (id, n) => copy(ledgers.get(id)?.find((entry) => entry.n === n)),
    ledger: async (id) => copy(ledgers.get(id) ?? []),
    async *touchedBy(principal) {
      const acted = ([, entries]: [RequestId, LedgerEntry[]]) =>
        entries.some(({ by }) => by && `user/${by.id}` === principal);
      const ids = [...ledgers].filter(acted).map(([id]) => id);
      const put = [...asked].filter(([, names]) => names.has(principal)).map(([id]) => id);
      yield* new Set([...ids, ...put]);
    },
    async redact(id, entry) {
      const entries = ledgers.get(id)?.map((one) => (one.n === entry.n ? copy(entry) : one));
      if (entries) ledgers.set(id, entries);
    },
    async release(id, principal) {
      asked.get(id)?.delete(principal);
    },
  };
  return {
    ...store,
    vault: {
      async open(id) {
        const request = requests.get(id);
        const taskToken = tokens.get(id);
        return request && taskToken !== undefined ? { request: copy(request), taskToken } : undefined;
      },
    },
    turns: { detail: async (id) => copy(details.get(id)) },
    versionOf: (id) => requests.get(id)?.version,
    all: () => [...requests.values()],
  };
}
