import type { ChangeSettings, ReachSettings } from "@callboard/protocol";
import { durationText } from "../model/time.ts";
import { said, sentence } from "../model/words.ts";
import type { SettingsAnswer, SettingsApi } from "./settings-api.ts";
import type { SettingsWords } from "./settings-words.ts";

/** The fields that may have a problem, by the server's names. */
export type SettingsField = "mail.address" | "mail.code" | "webhook.url" | "zone" | "quiet";
/** The parts of the page, each with its own buttons. */
export type SettingsPart = "mail" | "webhook" | "when";

/** The result of the last button in a part. */
export interface PartNews {
  readonly part: SettingsPart;
  readonly answer: "busy" | SettingsAnswer;
}

/** The settings, and the current action. */
export interface SettingsState {
  readonly settings: ReachSettings;
  readonly news: PartNews | undefined;
  /** The secret of a webhook: shown until the page is left, and never again. */
  readonly secret: string | undefined;
}

/** The actions of the page. */
export interface SettingsActions {
  change(part: SettingsPart, change: ChangeSettings): void;
  confirm(code: string): void;
}

/** Runs actions one after the other, and the same one only once; `set` is called with each new state. */
export function settingsActions(
  api: SettingsApi,
  before: () => SettingsState,
  set: (next: SettingsState) => void,
): SettingsActions {
  /** The running action, and those that wait for it. */
  const wishes: string[] = [];
  let turn = Promise.resolve();

  function act(part: SettingsPart, wish: unknown, call: () => Promise<SettingsAnswer>): void {
    const named = JSON.stringify(wish);
    if (wishes.at(-1) === named) return;
    wishes.push(named);
    turn = turn.then(async () => {
      set({ ...before(), news: { part, answer: "busy" } });
      const answer = await call();
      wishes.shift();
      const { settings, secret } = before();
      const next = answer.outcome === "settings" ? answer.settings : settings;
      set({ settings: next, news: { part, answer }, secret: next.webhook.secret ?? secret });
    });
  }
  return {
    change: (part, change) => act(part, change, () => api.change(change)),
    confirm: (code) => act("mail", code, () => api.confirm(code)),
  };
}

/** The problem of a field, as text; undefined when there is none. */
export function fieldProblem(
  field: SettingsField,
  news: PartNews | undefined,
  { settings: texts }: SettingsWords,
): string | undefined {
  if (news === undefined || news.answer === "busy") return undefined;
  const { answer } = news;
  if (field === "mail.code" && answer.outcome === "wrong_code") return texts.mail.wrongCode(answer.left);
  if (field === "mail.code" && answer.outcome === "code_ended") return texts.mail.codeEnded;
  if (answer.outcome !== "wrong") return undefined;
  const known = {
    "mail.address": texts.mail.wrongAddress,
    "mail.code": texts.mail.sixDigits,
    "webhook.url": texts.webhook.wrongUrl,
    zone: texts.when.wrongZone,
    quiet: texts.when.wrongQuiet,
  };
  return answer.issues.some((issue) => fieldOf(issue) === field) ? known[field] : undefined;
}

const fields: readonly string[] = ["mail.address", "mail.code", "webhook.url", "zone", "quiet"];

/** The field of a server's issue; undefined for a field that the page does not have. */
function fieldOf(issue: string): SettingsField | undefined {
  const [path = ""] = issue.split(":");
  // For quiet hours, an issue may name one of the two times.
  const known = path === "code" ? "mail.code" : path.replace(/^quiet\..*/, "quiet");
  return fields.includes(known) ? (known as SettingsField) : undefined;
}

/** The result of the last button in a part, if it concerns none of its fields. */
export function partText(
  part: SettingsPart,
  news: PartNews | undefined,
  words: SettingsWords,
): string | undefined {
  if (news?.part !== part) return undefined;
  const { settings: texts, account } = words;
  if (news.answer === "busy") return texts.saving;
  const { answer } = news;
  switch (answer.outcome) {
    case "settings":
      return texts.saved;
    case "wrong": {
      const other = answer.issues.find((issue) => fieldOf(issue) === undefined);
      return other && texts.wrong(said(sentence(other.replace(/^[\w.]+: /, ""))));
    }
    case "rate_limited":
      return texts.tooOften(durationText(answer.retryAfterMs, words));
    case "forbidden":
      return texts.forbidden;
    case "signed_out":
      return account.ended.title;
    case "unreachable":
      return texts.unsure;
    case "wrong_code":
    case "code_ended":
      return undefined;
  }
}
