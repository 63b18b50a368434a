/** Reads a text aloud when it changes, without showing it. `assertive` interrupts: for questions alone. */
export function Announcer({ text, assertive = false }: { text: string; assertive?: boolean }) {
  return (
    <p className="visually-hidden" aria-live={assertive ? "assertive" : "polite"}>
      {text}
    </p>
  );
}
