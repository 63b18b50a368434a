import type { Mail } from "../mailer.ts";

/** A mail as the door passes it on. */
export function mailOf(changes: Partial<Mail> = {}): Mail {
  return {
    from: { name: "Callboard", address: "board@example.com" },
    to: "ana@example.com",
    subject: "Which title fits?",
    text: "A workflow asks you:\n",
    html: "<p>A workflow asks you:</p>",
    messageId: "<ntc_1@example.com>",
    headers: [["Auto-Submitted", "auto-generated"]],
    pictures: [],
    ...changes,
  };
}
