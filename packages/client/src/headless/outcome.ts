import type { ReceiptValue, RefusalCode, RequestValue } from "@callboard/protocol";
import type { AnswerState } from "./answers.ts";
import { isSamePerson } from "./attention.ts";

/** What is known about the person who answered first. */
interface Faster {
  /** Undefined when unknown; `system` for the default at the deadline. */
  readonly by: { readonly id: string; readonly name?: string | undefined } | undefined;
  /** Whether it was the same person, on another page or device. */
  readonly mine: boolean;
  readonly verb: string | undefined;
  /** In milliseconds. */
  readonly at: number | undefined;
}

/**
 * The outcome of the user's answer to a question. `idle`: there is no answer; `queued`: there is no
 * connection, and it is sent when there is one; `accepted`: it is on its way to the workflow; `relayed`: the
 * workflow has it; `undeliverable`: the workflow did not get it; `unconfirmed`: it is not known whether the
 * workflow got it; `lost`: somebody else was faster; `unsure`: it is not known whether it arrived; `failed`:
 * nothing has happened.
 */
export type Outcome =
  | { readonly phase: "idle" | "queued" | "sending" | "accepted" | "relayed" | "unsure" }
  | { readonly phase: "undeliverable" | "unconfirmed"; readonly reason: string | undefined }
  | ({ readonly phase: "lost" } & Faster)
  | {
      readonly phase: "refused";
      readonly code: RefusalCode;
      readonly details: Readonly<Record<string, unknown>>;
      /** What exactly does not fit, as the server lists it. */
      readonly issues: readonly string[];
    }
  | Extract<AnswerState, { phase: "failed" }>;

/**
 * The data that an outcome is computed from: the answer given on this page, the receipt of any answer, and
 * the question.
 */
export interface OutcomeSources {
  readonly answer: AnswerState;
  readonly receipt?: Pick<ReceiptValue, "status" | "reason"> | undefined;
  readonly question?: Pick<RequestValue, "state" | "reply" | "reason"> | undefined;
  /** The user's own id. */
  readonly me?: string | undefined;
}

/**
 * Computes the outcome of the user's answer to a question. An answer given on this page comes before one
 * given elsewhere.
 */
export function outcomeOf({ answer, receipt, question, me }: OutcomeSources): Outcome {
  const isMine = (id: string | undefined) => id !== undefined && me !== undefined && isSamePerson(id, me);
  switch (answer.phase) {
    case "queued":
    case "sending":
    case "failed":
      return answer;
    case "refused": {
      const { code, details } = answer;
      if (code !== "already_answered") return { ...answer, issues: issuesOf(details) };
      const by = personOf(details.by);
      const verb = typeof details.verb === "string" ? details.verb : undefined;
      const at = typeof details.at === "number" ? details.at : undefined;
      return { phase: "lost", by, mine: isMine(by?.id), verb, at };
    }
  }
  if (receipt) return delivered(receipt.status, receipt.reason);
  const { reply, state, reason } = question ?? {};
  if (reply && isMine(reply.by.id)) {
    if (state === "answered") return { phase: "accepted" };
    if (state === "relayed" || state === "undeliverable" || state === "unconfirmed")
      return delivered(state, reason);
  }
  if (reply && answer.phase === "unsure")
    return { phase: "lost", by: reply.by, mine: false, verb: reply.verb, at: reply.at };
  return { phase: answer.phase };
}

const delivered = (status: ReceiptValue["status"], reason: string | undefined): Outcome =>
  status === "undeliverable" || status === "unconfirmed" ? { phase: status, reason } : { phase: status };

function personOf(by: unknown): Faster["by"] {
  if (typeof by === "string") return { id: by };
  const { id, name } = (by ?? {}) as { id?: unknown; name?: unknown };
  if (typeof id !== "string") return undefined;
  return { id, name: typeof name === "string" ? name : undefined };
}

/** What exactly does not fit, from the details of a refusal; at most ten lines. */
export function issuesOf(details: Readonly<Record<string, unknown>> | undefined): string[] {
  const issues = details?.issues;
  if (!Array.isArray(issues)) return [];
  return issues
    .map((issue) => (typeof issue === "string" ? issue : (issue as { message?: unknown } | null)?.message))
    .filter((issue): issue is string => typeof issue === "string")
    .slice(0, 10);
}

/**
 * The latest possible deadline, from the details of a refused `extend`, in milliseconds; undefined when the
 * deadline cannot be later than it is.
 */
export function latestOf(
  { latest }: Readonly<Record<string, unknown>>,
  deadline: number | undefined,
): number | undefined {
  return typeof latest === "number" && latest > (deadline ?? 0) ? latest : undefined;
}

/** Refusals after which this user cannot answer the question any more. */
const finalCodes: ReadonlySet<RefusalCode> = /* @__PURE__ */ new Set<RefusalCode>([
  "already_answered",
  "expired",
  "withdrawn",
  "superseded",
  "forbidden",
  "not_found",
]);

/** Whether this user can do nothing more about a question. */
export const isSettled = (outcome: Outcome): boolean =>
  ["accepted", "relayed", "undeliverable", "unconfirmed", "lost"].includes(outcome.phase) ||
  (outcome.phase === "refused" && finalCodes.has(outcome.code));
