import type { Receipt } from "@callboard/client";
import type { RequestValue, Subject } from "@callboard/protocol";
import type { TheatreStore } from "./theatre-store.ts";

/** The ways to break it. */
export type BreakName = "kill" | "offline" | "tabs" | "nothing";

/** The result of an attempt to break it, without its text. */
export type BreakNews =
  /** It is in progress; `seconds` are left, if known. */
  | { readonly kind: "waiting_for_question" | "killing" | "answering" }
  | { readonly kind: "offline" | "waiting_for_deadline"; readonly seconds: number }
  /** The server was up again after `upMs`, and both pages were connected after `backMs`. */
  | { readonly kind: "killed"; readonly upMs: number; readonly backMs: number; readonly isOpen: boolean }
  | { readonly kind: "came_back"; readonly backMs: number }
  | { readonly kind: "one_accepted"; readonly title: string; readonly first: string; readonly code: string }
  | { readonly kind: "default_taken"; readonly title: string; readonly by: string }
  /** The expected result did not come. */
  | { readonly kind: "failed"; readonly accepted?: number };

/** Reports progress; the last report stays. */
type Say = (news: BreakNews) => void;

const OFFLINE_SECONDS = 8;
/** The shortest wait for an answer that the video application allows, in seconds. */
const MIN_ANSWER_LENGTH = 20;
/**
 * The longest time until the question, in milliseconds: first the sample is transcribed, and titles are
 * proposed.
 */
const QUESTION_MS = 60_000;
const BACK_MS = 30_000;

type Break = (store: TheatreStore, say: Say, lang: string) => Promise<BreakNews>;

/** Each resolves with what happened, and rejects when the server refuses a step. */
export const breaks: Readonly<Record<BreakName, Break>> = {
  async kill(store, say) {
    say({ kind: "killing" });
    const wasOpen = store.question()?.requestId;
    const from = performance.now();
    await store.api.kill();
    await untilServer(store, false, 5_000);
    const isBack = await untilServer(store, true, BACK_MS);
    const upMs = performance.now() - from;
    for (const page of frames(store)) page.retryNow();
    const areBack = isBack && (await store.until(() => areFollowing(store), BACK_MS));
    if (!areBack) return { kind: "failed" };
    const isOpen = wasOpen !== undefined && store.question()?.requestId === wasOpen;
    return { kind: "killed", upMs, backMs: performance.now() - from, isOpen };
  },

  async offline(store, say) {
    store.stage.cut("creator");
    await countdown(OFFLINE_SECONDS, (seconds) => say({ kind: "offline", seconds }));
    store.stage.mend("creator");
    const from = performance.now();
    store.clientOf("creator")?.retryNow();
    if (!(await store.until(() => areFollowing(store), BACK_MS))) return { kind: "failed" };
    return { kind: "came_back", backMs: performance.now() - from };
  },

  async tabs(store, say, lang) {
    const question = await openQuestion(store, say, lang);
    const [one, other] = question?.candidates ?? [];
    if (!question || one === undefined || other === undefined) return { kind: "failed" };
    say({ kind: "answering" });
    const tabs = await Promise.all(["tab-1", "tab-2"].map((name) => store.open(name, "ana", "creator")));
    try {
      if (!(await store.until(() => tabs.every(({ state }) => state.state === "connected"), BACK_MS)))
        return { kind: "failed" };
      const { requestId, round } = question;
      const pick = (at: number, candidateId: string) =>
        tabs[at]!.reply({ requestId, round, verb: "pick", candidateId });
      const receipts = await Promise.all([pick(0, one), pick(1, other)]);
      return whoWon(store, question, receipts, [one, other]);
    } finally {
      for (const tab of tabs) tab.close();
    }
  },

  async nothing(store, say, lang) {
    say({ kind: "waiting_for_question" });
    await store.run({ timeoutSeconds: MIN_ANSWER_LENGTH, lang });
    if (!(await store.until(() => store.question() !== undefined, QUESTION_MS))) return { kind: "failed" };
    const { requestId, subject, deadline = 0 } = store.question()!;
    const left = () => Math.max(0, Math.ceil((deadline - (store.clientOf("creator")?.now() ?? 0)) / 1000));
    await countdown(left(), (seconds) => say({ kind: "waiting_for_deadline", seconds }));
    const answered = () => requestOf(store, subject, requestId);
    await store.until(() => answered()?.reply !== undefined, BACK_MS);
    const request = answered();
    if (!request?.reply) return { kind: "failed" };
    const { by, candidateId } = request.reply;
    return { kind: "default_taken", by: by.id, title: titleOf(store, request, candidateId ?? "") };
  },
};

/** The run's open question; waits for it, and starts a run if there is none. */
async function openQuestion(store: TheatreStore, say: Say, lang: string): Promise<RequestValue | undefined> {
  if (!store.question()) {
    say({ kind: "waiting_for_question" });
    if (store.state.run?.status !== "RUNNING") await store.run({ lang });
    await store.until(() => store.question() !== undefined, QUESTION_MS);
  }
  return store.question();
}

function whoWon(
  store: TheatreStore,
  question: RequestValue,
  receipts: readonly Receipt[],
  candidates: readonly string[],
): BreakNews {
  const accepted = receipts.filter(({ status }) => status === "accepted");
  const refused = receipts.find((receipt) => receipt.status === "refused");
  if (accepted.length !== 1 || !refused) return { kind: "failed", accepted: accepted.length };
  const { by } = refused.details as { by?: { id?: string; name?: string } };
  const won = candidates[receipts.indexOf(accepted[0]!)]!;
  return {
    kind: "one_accepted",
    title: titleOf(store, question, won),
    first: by?.name ?? by?.id ?? "",
    code: refused.code,
  };
}

const itemsOf = (store: TheatreStore, subject: string) =>
  store.clientOf("creator")?.channel(`work:${subject as Subject}`).items;

const requestOf = (store: TheatreStore, subject: string, requestId: string) =>
  itemsOf(store, subject)?.get(`request/${requestId}`)?.value as RequestValue | undefined;

function titleOf(store: TheatreStore, { subject, round }: RequestValue, candidateId: string): string {
  for (const { key, value } of itemsOf(store, subject)?.values() ?? []) {
    const candidate = value as { id?: string; round?: number; title?: string };
    if (key.startsWith("candidate/") && candidate.id === candidateId && candidate.round === round)
      return candidate.title ?? candidateId;
  }
  return candidateId;
}

const frames = (store: TheatreStore) =>
  (["creator", "viewer"] as const).flatMap((name) => store.clientOf(name) ?? []);

const areFollowing = (store: TheatreStore): boolean =>
  frames(store).every(
    (page) =>
      page.state.state === "connected" && page.channels().every(({ status }) => status !== "catching_up"),
  );

/** Polls until the server answers, or until it does not; false when that took too long. */
async function untilServer({ api }: TheatreStore, isUp: boolean, longestMs: number): Promise<boolean> {
  const from = performance.now();
  while (performance.now() - from < longestMs) {
    const answers = await api.machine().then(
      () => true,
      () => false,
    );
    if (answers === isUp) return true;
    await new Promise<void>((later) => setTimeout(later, 50));
  }
  return false;
}

/** Reports each second how many are left. */
function countdown(seconds: number, say: (left: number) => void): Promise<void> {
  return new Promise((resolve) => {
    let left = seconds;
    const tick = () => {
      if (left <= 0) {
        clearInterval(each);
        resolve();
      } else say(left--);
    };
    const each = setInterval(tick, 1000);
    tick();
  });
}
