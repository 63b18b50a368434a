import type { Inbox } from "@callboard/client/react";
import { cutText } from "@callboard/protocol";
import { useCallback, useEffect, useRef, useState } from "react";
import { useWords } from "../words/use-words.ts";
import { createNotifier, type Notifier, type Shown, type Told } from "./notifier.ts";

/** Whether the reader is notified: `ask` before they asked for it, `denied` once the browser has refused it. */
export type Notifying = "unsupported" | "ask" | "on" | "off" | "denied";

const KEPT = "callboard.notify";
/** Characters of a prompt: systems cut at about as many. */
const LONGEST_BODY = 120;

function standing(): Notifying {
  if (typeof Notification === "undefined" || !window.isSecureContext) return "unsupported";
  if (Notification.permission !== "granted") return "ask";
  return keptChoice() === "off" ? "off" : "on";
}

function keptChoice(): string | null {
  try {
    return localStorage.getItem(KEPT);
  } catch {
    return null;
  }
}

function keepChoice(choice: "on" | "off"): void {
  try {
    localStorage.setItem(KEPT, choice);
  } catch {
    // It is asked for again in the next tab.
  }
}

/** Notifies of questions while nobody looks at any page of this reader's; gives how that stands and a way to change it. */
export function useNotifications(
  { wanted, stale }: Inbox,
  nameOf: (subject: string) => string,
  open: (requestId: string) => void,
): [Notifying, () => void] {
  const words = useWords();
  const [state, setState] = useState(standing);
  const change = useCallback(() => {
    const next = standing();
    if (next === "ask")
      void Notification.requestPermission().then((permission) =>
        setState(permission === "denied" ? "denied" : standing()),
      );
    else if (next === "on" || next === "off") {
      keepChoice(next === "on" ? "off" : "on");
      setState(standing());
    }
  }, []);

  const latest = useRef({ open, lang: words.lang });
  latest.current = { open, lang: words.lang };
  const notifier = useRef<Notifier>(undefined);
  useEffect(() => {
    if (state !== "on") return;
    const mine = createNotifier({
      isHidden: () => document.visibilityState === "hidden",
      claim,
      show: (told, pressed) => show(told, latest.current.lang, pressed),
      open: (requestId) => latest.current.open(requestId),
    });
    notifier.current = mine;
    const stopBeingSeen = saySeen();
    return () => {
      mine.stop();
      stopBeingSeen();
      notifier.current = undefined;
    };
  }, [state]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: a notifier that was just made learns what there was before it
  useEffect(() => {
    if (stale) return;
    const told = wanted.map(
      ({ requestId, subject, title, prompt, round, remindedAt }): Told => ({
        requestId,
        mark: `${round} ${remindedAt ?? ""}`,
        title: cutText(title ?? nameOf(subject), LONGEST_BODY),
        body: cutText(prompt, LONGEST_BODY),
      }),
    );
    notifier.current?.follow(told, words.frame.notify.many);
  }, [wanted, stale, nameOf, words, state]);
  return [state, change];
}

/** The name that every page of this reader's holds while somebody looks at it. */
const SEEN = "callboard.seen";

const locks = (): LockManager | undefined => (navigator as { locks?: LockManager }).locks;

async function claim(name: string): Promise<(() => void) | undefined> {
  const manager = locks();
  if (!manager) return () => {};
  const { held = [] } = await manager.query();
  if (held.some((lock) => lock.name === SEEN)) return undefined;
  return new Promise((resolve) => {
    const hold = (lock: Lock | null) => {
      if (lock === null) return resolve(undefined);
      return new Promise<void>((letGo) => resolve(letGo));
    };
    manager.request(`callboard.notify ${name}`, { ifAvailable: true }, hold).catch(() => resolve(undefined));
  });
}

/** Says to the other tabs, by a lock, that this one is looked at, as long as it is. */
function saySeen(): () => void {
  let letGo: AbortController | undefined;
  const say = () => {
    letGo?.abort();
    letGo = undefined;
    if (document.visibilityState !== "visible") return;
    const mine = new AbortController();
    letGo = mine;
    const until = new Promise<void>((resolve) => mine.signal.addEventListener("abort", () => resolve()));
    // What is aborted before it is granted rejects.
    locks()
      ?.request(SEEN, { mode: "shared", signal: mine.signal }, () => until)
      .catch(() => {});
  };
  say();
  document.addEventListener("visibilitychange", say);
  return () => {
    document.removeEventListener("visibilitychange", say);
    letGo?.abort();
  };
}

function show(
  { requestId, title, body }: Omit<Told, "mark">,
  lang: string,
  pressed: () => void,
): Shown | undefined {
  try {
    const shown = new Notification(title, { body, tag: requestId, lang, dir: "auto" });
    shown.onclick = () => {
      window.focus();
      pressed();
    };
    return shown;
  } catch {
    // Browsers of phones let service workers alone show any.
    return undefined;
  }
}
