import type { SettingsOperation } from "@callboard/protocol";
import { type About, type Answers, always, badBody, FORBIDDEN } from "./requests.ts";

const shown = { description: "How the caller is reached.", bodies: ["ReachSettings"] } as const;

const refused = {
  description: `${FORBIDDEN}, or the caller is a guest or was erased within two days.`,
  bodies: ["HttpError", "GatewayError"],
} as const;

export const settingsAnswers: Readonly<Record<SettingsOperation, Answers>> = {
  readSettings: { 200: shown, 403: refused, ...always },
  changeSettings: {
    200: {
      description:
        "How the caller is reached from now on, with the secret of a webhook that this request created.",
      bodies: ["ReachSettings"],
    },
    ...badBody,
    403: refused,
    429: {
      description:
        "Five codes were sent to this person within an hour. Or too many requests (the gateway says so).",
      bodies: ["HttpError", "GatewayError"],
      headers: { "Retry-After": "Seconds until another code may be sent." },
    },
    ...always,
  },
  confirmAddress: {
    200: { description: "The address is confirmed, and used from now on.", bodies: ["ReachSettings"] },
    ...badBody,
    403: refused,
    410: {
      description:
        "`code_ended`: no code was sent, it is more than ten minutes old, or a wrong one was given five times. Claim the address again for another.",
      bodies: ["HttpError"],
    },
    422: {
      description: "`wrong_code`: this is not the code; `details.left` tries are left.",
      bodies: ["HttpError"],
    },
    ...always,
  },
};

export const settingsAbout: Readonly<Record<SettingsOperation, About>> = {
  readSettings: {
    summary: "Show how I am reached",
    description:
      "Through which doors the caller is notified of questions that nobody has opened, in which language, and when not. Defaults come from the token. A webhook's secret is not shown again.",
  },
  changeSettings: {
    summary: "Change how I am reached",
    description:
      "A missing member stays unchanged, null removes a choice; all changes are made or none. A new address is used after it is confirmed with the code that is sent there; the same address again requests another code, at most five within an hour. A new webhook, or one at another address, gets a secret, which only this answer shows.",
  },
  confirmAddress: {
    summary: "Confirm my address",
    description:
      "Takes the code of six digits that was sent to the address. It is valid for ten minutes and five tries.",
  },
};
