import { useEffect, useRef, useSyncExternalStore } from "react";

const KEPT = "callboard.keys";
const followers = new Set<() => void>();
/** The choice in this tab, for browsers without storage. */
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

/** Whether single-letter keys are on, in every tab of the browser. */
export const useKeysAreOn = (): boolean => useSyncExternalStore(follow, areOn);

/** Turns single-letter keys on or off, and keeps the choice if the browser has storage. */
export function turnKeys(on: boolean): void {
  chosen = on;
  try {
    localStorage.setItem(KEPT, on ? "on" : "off");
  } catch {
    // This tab gets no event about its own change.
  }
  for (const changed of followers) changed();
}

const typed =
  'input:not([type="radio"], [type="checkbox"], [type="button"], [type="submit"], [type="file"]), textarea, select, [contenteditable]:not([contenteditable="false"]), video, audio';

/** Whether a key pressed there is typing, or for a media player. */
export const isTyped = (target: EventTarget | undefined): boolean =>
  target instanceof Element && target.closest(typed) !== null;

/**
 * The page's key that was pressed; undefined while somebody types or a dialog is open, and with Ctrl, Alt or
 * ⌘. A letter of another script, or one in an input method, counts by its position on the keyboard.
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

/** Runs the action of a key such as `j`, `/` or `?`, pressed anywhere on the page, while keys are on. */
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
