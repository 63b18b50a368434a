import type { Inbox } from "@callboard/client/react";
import { cutText } from "@callboard/protocol";
import { useCallback, useEffect, useRef, useState } from "react";
import { useWords } from "../words/use-words.ts";
import type { Notifier, Told } from "./notifier.ts";

/**
 * The state of notifications: `ask` before the reader wanted them, `denied` when the browser has refused
 * them.
 */
export type Notifying = "unsupported" | "ask" | "on" | "off" | "denied";

const KEPT = "callboard.notify";
/** The length of a prompt in a notification: systems cut at about this length. */
const MAX_BODY_LENGTH = 120;

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
    // The next tab asks again.
  }
}

/**
 * Notifies about questions while no page of this reader is visible; returns the state and a function that
 * changes it.
 */
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
  const [notifier, setNotifier] = useState<Notifier>();
  useEffect(() => {
    if (state !== "on") return;
    let isOver = false;
    let stop = () => {};
    const begin = ({ openNotifier }: typeof import("./open-notifier.ts")) => {
      if (isOver) return;
      const mine = openNotifier(
        () => latest.current.lang,
        (requestId) => latest.current.open(requestId),
      );
      stop = mine.stop;
      setNotifier(mine);
    };
    // Without its code there are no notifications, as when the browser refuses them; the page itself still
    // shows everything.
    import("./open-notifier.ts").then(begin, () => {});
    return () => {
      isOver = true;
      stop();
      setNotifier(undefined);
    };
  }, [state]);

  useEffect(() => {
    if (stale || !notifier) return;
    const told = wanted.map(
      ({ requestId, subject, title, prompt, round, remindedAt }): Told => ({
        requestId,
        mark: `${round} ${remindedAt ?? ""}`,
        title: cutText(title ?? nameOf(subject), MAX_BODY_LENGTH),
        body: cutText(prompt, MAX_BODY_LENGTH),
      }),
    );
    notifier.follow(told, words.frame.notify.many);
  }, [wanted, stale, nameOf, words, notifier]);
  return [state, change];
}
