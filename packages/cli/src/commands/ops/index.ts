export { connections } from "./connections.ts";
export { deadLetters } from "./dead-letters.ts";
export { drop } from "./drop.ts";
export { relays } from "./relays.ts";
export { requests } from "./requests.ts";
export { resend } from "./resend.ts";
