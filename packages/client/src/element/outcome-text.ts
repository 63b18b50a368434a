import type { Callboard } from "../callboard.ts";
import { isSamePerson, plainId } from "../headless/attention.ts";
import type { QuestionNow } from "./followed-question.ts";
import { TokenFault } from "./shared-client.ts";
import type { Words } from "./words.ts";

type Person = { readonly id: string; readonly name?: string | undefined } | undefined;
const nameOf = (person: Person) => person && (person.name || plainId(person.id));

/** The outcome of the user's answer, or of the question; empty while there is none. */
export function outcomeText({ outcome, question, me }: QuestionNow, words: Words): string {
  switch (outcome.phase) {
    case "idle":
      break;
    case "lost":
      if (outcome.mine) return words.lostToMyself;
      return outcome.by?.id === "system" ? words.lostToSystem : words.lost(nameOf(outcome.by));
    case "refused":
      return words.refused[outcome.code] ?? words.lost(undefined);
    case "failed":
      return words.failed(outcome.code);
    default:
      return words.phases[outcome.phase]!;
  }
  if (!question || question.state === "open") return "";
  const by: Person = question.reply?.by;
  if (!by) return words.closed[question.state] ?? words.answeredBy(undefined);
  if (by.id === "system") return words.answeredBySystem;
  return me !== undefined && isSamePerson(by.id, me) ? words.answeredByYou : words.answeredBy(nameOf(by));
}

/** When the connection is down: why, and what to check. */
export function connectionText({ state }: Pick<Callboard, "state">, words: Words): string {
  switch (state.state) {
    case "connected":
      return "";
    case "idle":
    case "connecting":
      return words.connecting;
    case "closed":
      return state.code === "unauthorized" || state.code === "token_expired"
        ? words.unauthorized
        : words.ended;
    case "waiting":
      switch (state.reason) {
        case "offline":
          return words.offline;
        case "no_token":
          return tokenText(state.error, words);
        case "unauthorized":
        case "unauthorized_or_unreachable":
          return words.unauthorized;
        default:
          return words.reconnecting;
      }
  }
}

function tokenText(fault: unknown, words: Words): string {
  if (!(fault instanceof TokenFault)) return words.noToken;
  if (fault.kind === "status") return words.tokenStatus(fault.status);
  if (fault.kind === "unreadable") return words.tokenUnreadable;
  return fault.isForeign ? words.tokenForeign(globalThis.location.origin) : words.tokenUnreachable;
}
