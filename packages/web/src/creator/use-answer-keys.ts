import { type RefObject, useEffect, useRef } from "react";
import { isTyped, useKeysAreOn } from "../ui/use-keys.ts";

/** What the keys of a question do. */
export interface AnswerKeys {
  /** Marks the candidate of that number, the first being 1; false when there is none. */
  readonly mark: (number: number) => boolean;
  /** Sends what the main button sends. */
  readonly send: () => void;
}

/**
 * Digits mark a candidate, as long as keys of one letter are on; Ctrl or Cmd with Enter sends. They count where the focus is
 * within the question; those of the one that leads also where it is nowhere, as after the page was loaded.
 */
export function useAnswerKeys(
  panel: RefObject<HTMLElement | null>,
  { leads, keys }: { leads: boolean; keys: AnswerKeys | undefined },
): void {
  const now = useRef(keys);
  const areOn = useKeysAreOn();
  useEffect(() => {
    now.current = keys;
  });
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      const { target } = event;
      if (event.defaultPrevented || event.isComposing || event.altKey || !(target instanceof Element)) return;
      if (!panel.current?.contains(target) && !(leads && target === document.body)) return;
      const withControl = event.ctrlKey || event.metaKey;
      if (event.key === "Enter" && withControl && !event.repeat) {
        event.preventDefault();
        now.current?.send();
      } else if (areOn && /^[1-9]$/.test(event.key) && !withControl && !isTyped(target)) {
        if (now.current?.mark(Number(event.key))) event.preventDefault();
      }
    };
    document.addEventListener("keydown", press);
    return () => document.removeEventListener("keydown", press);
  }, [leads, panel, areOn]);
}
