export { deadLetters } from "./dead-letters.ts";
export { drop } from "./drop.ts";
export { connections, relays, requests } from "./overview.ts";
export { resend } from "./resend.ts";
