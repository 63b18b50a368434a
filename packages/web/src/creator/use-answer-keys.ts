import { type RefObject, useEffect, useRef } from "react";
import { isTyped, useKeysAreOn } from "../ui/use-keys.ts";

/** The actions of a question's keys. */
export interface AnswerKeys {
  /** Selects the candidate with that number, from 1; false when there is none. */
  readonly mark: (number: number) => boolean;
  /** Presses the main button. */
  readonly send: () => void;
}

/**
 * Digits select a candidate while single-letter keys are on; Ctrl or Cmd with Enter sends. They work with the
 * focus inside the question; those of the main question also with no focus, as after the page was loaded.
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
