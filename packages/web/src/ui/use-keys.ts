import { useEffect, useRef, useSyncExternalStore } from "react";

const KEPT = "callboard.keys";
const followers = new Set<() => void>();
/** What was chosen in this tab, for where the browser keeps nothing. */
let chosen: boolean | undefined;

function follow(changed: () => void) {
  const elsewhere = () => {
    chosen = undefined;
    changed();
  };
  followers.add(changed);
  window.addEventListener("storage", elsewhere);
  return () => {
    followers.delete(changed);
    window.removeEventListener("storage", elsewhere);
  };
}

function areOn(): boolean {
  if (chosen !== undefined) return chosen;
  try {
    return localStorage.getItem(KEPT) !== "off";
  } catch {
    return true;
  }
}

/** Whether keys of one letter do something, in every tab of the browser. */
export const useKeysAreOn = (): boolean => useSyncExternalStore(follow, areOn);

/** Turns the keys of one letter on or off, and has the browser remember it where it keeps anything. */
export function turnKeys(on: boolean): void {
  chosen = on;
  try {
    localStorage.setItem(KEPT, on ? "on" : "off");
  } catch {
    // The tab knows it by itself.
  }
  for (const changed of followers) changed();
}

const typed =
  'input:not([type="radio"], [type="checkbox"], [type="button"], [type="submit"], [type="file"]), textarea, select, [contenteditable]:not([contenteditable="false"]), video, audio';

/** Whether a key that is pressed there is somebody's typing, or a player's. */
export const isTyped = (target: EventTarget | undefined): boolean =>
  target instanceof Element && target.closest(typed) !== null;

/**
 * Which of a page's keys was pressed; undefined while somebody types or a dialog is open, and with Ctrl, Alt or ⌘. A letter
 * of another script, or one that an input method has taken, counts by where it lies on the keyboard.
 */
function keyOf(event: KeyboardEvent): string | undefined {
  const { key, code, ctrlKey, altKey, metaKey, shiftKey } = event;
  if (event.defaultPrevented || event.isComposing || ctrlKey || altKey || metaKey) return undefined;
  if (isTyped(event.composedPath()[0])) return undefined;
  if (document.querySelector("dialog[open]")) return undefined;
  if (/^[a-z]$/i.test(key)) return shiftKey ? undefined : key.toLowerCase();
  const isForeign = key === "Process" || /^[^\p{ASCII}]$/u.test(key);
  if (!isForeign) return key;
  return /^Key[A-Z]$/.test(code) && !shiftKey ? code.slice(3).toLowerCase() : undefined;
}

/** Does what belongs to a key, such as `j`, `/` or `?`, wherever on the page it is pressed, as long as keys are on. */
export function useKeys(actions: Readonly<Record<string, (event: KeyboardEvent) => void>>): void {
  const latest = useRef(actions);
  latest.current = actions;
  const on = useKeysAreOn();
  useEffect(() => {
    if (!on) return;
    const pressed = (event: KeyboardEvent) => {
      const key = keyOf(event);
      const action = key !== undefined && Object.hasOwn(latest.current, key) && latest.current[key];
      if (!action) return;
      event.preventDefault();
      action(event);
    };
    window.addEventListener("keydown", pressed);
    return () => window.removeEventListener("keydown", pressed);
  }, [on]);
}
