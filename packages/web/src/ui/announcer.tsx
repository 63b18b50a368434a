/**
 * Announces a text to screen readers when it changes, without showing it. `assertive` interrupts: only for
 * questions.
 */
export function Announcer({ text, assertive = false }: { text: string; assertive?: boolean }) {
  return (
    <p className="visually-hidden" aria-live={assertive ? "assertive" : "polite"}>
      {text}
    </p>
  );
}
