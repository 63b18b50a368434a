import { account } from "./account.ts";
import { common } from "./common.ts";
import { shell } from "./shell.ts";

/** Texts of the page for notification settings. */
export const settings = {
  page: "Settings · Callboard",
  heading: "How you are reached",
  lead: "When a question waits for you and you are not there, Callboard notifies you elsewhere.",
  back: "Back to Callboard",
  looking: "Looking…",
  tryAgain: "Try again",
  silent: "Callboard does not answer.",
  unsure: "Callboard did not answer. This may not be saved: try again.",
  forbidden: "You may not change this.",
  save: "Save",
  saving: "Saving…",
  saved: "Saved.",
  tooOften: (wait: string) => `That was too often in a short time. Wait ${wait} and try again.`,
  /** `rule` is the server's rule. */
  wrong: (rule: string) => `This was not accepted: ${rule}`,

  mail: {
    heading: "Mail",
    on: "Send me mails about questions",
    address: "Address",
    none: "No address is known. Without one no mail is sent.",
    issuer: "This is the address that you sign in with. You can choose another.",
    confirmed: "You chose this address.",
    unconfirmed: "A code was sent to this address. Until it is entered here no mail goes to it.",
    change: "Use this address",
    forget: "Use the address of my sign-in",
    code: "Code of six digits",
    confirm: "Confirm",
    sendAgain: "Send another code",
    wrongAddress: "This is not a valid mail address.",
    /** The number of attempts before other codes are invalid too. */
    wrongCode: (left: number) =>
      left === 1
        ? "This is not the code that was sent. You can try once more."
        : `This is not the code that was sent. You can try ${left} more times.`,
    codeEnded: "This code is no longer valid. Ask for another.",
    sixDigits: "The code has six digits.",
  },

  webhook: {
    heading: "Webhook",
    about: "Callboard posts questions to a server of yours, such as a bot’s.",
    on: "Post to my webhook about questions",
    url: "Address of the webhook",
    change: "Save the address",
    remove: "Remove the webhook",
    newSecret: "Make a new secret",
    newSecretHint: "The former secret stays valid too, until you make another one.",
    secret: "Its secret, which is shown this once",
    keep: "Store it where your server can use it to check messages.",
    copy: "Copy",
    copied: "Copied",
    notCopied: "The browser does not let this page copy.",
    wrongUrl: "It must be an https address without a user name, a password or a fragment.",
  },

  paused: {
    bounced: "Paused: a mail to it came back.",
    complained: "Paused: a mail to it was reported as unwanted.",
    refused: "Paused: the server refused the messages.",
    goOn: "Resume",
  },

  when: {
    heading: "Language and time",
    lang: "Language of the messages",
    zone: "Time zone",
    quiet: "Quiet hours, without messages",
    from: "From",
    to: "To",
    here: (zone: string) => `Use this device’s: ${zone}`,
    wrongZone: "There is no such time zone.",
    wrongQuiet: "Quiet hours need two times that are not the same.",
  },
};

/** All texts in English that this page shows. */
export const enSettings = { account, common, shell, settings };

/** All of them in one language. */
export type SettingsTexts = typeof enSettings;
