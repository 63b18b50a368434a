import type { ReceiptValue, RefusalCode, RequestValue } from "@callboard/protocol";
import type { AnswerState } from "./answers.ts";
import { isSamePerson } from "./attention.ts";

/** What is known of whoever answered before. */
interface Faster {
  /** Undefined where nobody says; `system` for the deadline's default. */
  readonly by: { readonly id: string; readonly name?: string | undefined } | undefined;
  /** Whether that was the same person, on another page or device. */
  readonly mine: boolean;
  readonly verb: string | undefined;
  /** In milliseconds. */
  readonly at: number | undefined;
}

/**
 * What has become of one's answer to a question. `idle`: none was given; `queued`: there is no connection, it is sent
 * when there is one; `accepted`: it is on its way to the workflow; `relayed`: the workflow has it; `undeliverable`: the
 * workflow did not get it; `unconfirmed`: nobody could find out; `lost`: somebody else was faster; `unsure`: nobody said
 * whether it arrived; `failed`: nothing has happened.
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

/** What an outcome is told by: where one's attempt on this page stands, the receipt of any, and the question itself. */
export interface OutcomeSources {
  readonly answer: AnswerState;
  readonly receipt?: Pick<ReceiptValue, "status" | "reason"> | undefined;
  readonly question?: Pick<RequestValue, "state" | "reply" | "reason"> | undefined;
  /** One's own id. */
  readonly me?: string | undefined;
}

/** Puts together what has become of one's answer to a question. An attempt on this page goes before one elsewhere. */
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

/** What exactly does not fit, as the server lists it in a refusal's details; at most ten lines. */
export function issuesOf(details: Readonly<Record<string, unknown>> | undefined): string[] {
  const issues = details?.issues;
  if (!Array.isArray(issues)) return [];
  return issues
    .map((issue) => (typeof issue === "string" ? issue : (issue as { message?: unknown } | null)?.message))
    .filter((issue): issue is string => typeof issue === "string")
    .slice(0, 10);
}

/**
 * The latest deadline that a refused `extend` leaves room for, by its details, in milliseconds; undefined when there is
 * no room beyond the present one.
 */
export function latestOf(
  { latest }: Readonly<Record<string, unknown>>,
  deadline: number | undefined,
): number | undefined {
  return typeof latest === "number" && latest > (deadline ?? 0) ? latest : undefined;
}

/** Refusals after which the same question cannot be answered by this person any more. */
const finalCodes: ReadonlySet<RefusalCode> = /* @__PURE__ */ new Set<RefusalCode>([
  "already_answered",
  "expired",
  "withdrawn",
  "superseded",
  "forbidden",
  "not_found",
]);

/** Whether nothing more can be done about a question by this person. */
export const isSettled = (outcome: Outcome): boolean =>
  ["accepted", "relayed", "undeliverable", "unconfirmed", "lost"].includes(outcome.phase) ||
  (outcome.phase === "refused" && finalCodes.has(outcome.code));
