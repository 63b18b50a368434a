import { isReservedUser, Principal } from "@callboard/protocol";

/** Where a person's id is looked for unless the deployment says otherwise: what an issuer never gives to somebody else. */
export const USER_CLAIM = "sub";

/** What no issuer promises to be one person's alone, or to be checked. */
const notUnique = new Set([
  "name",
  "given_name",
  "family_name",
  "middle_name",
  "nickname",
  "phone_number",
  "iss",
  "aud",
  "azp",
  "client_id",
  "token_use",
  "jti",
  "sid",
]);

/** What a claim that names people is like, as those read it who set another. */
export const userClaimRule =
  "the name of a claim that is one person's alone: sub, email, preferred_username, cognito:username, …";

/** Whether a deployment may take people's ids from a claim. */
export const isUserClaim = (text: string): boolean =>
  /^[A-Za-z][\w:./-]{0,99}$/.test(text) && !notUnique.has(text);

/**
 * The id of the person that a token names, undefined when it names none. An e-mail address counts only where the issuer
 * has verified it, since whoever may write any address into a profile could be anybody; it is the same in capitals.
 */
export function userOf(claims: Readonly<Record<string, unknown>>, claim: string): string | undefined {
  const text = claims[claim];
  if (typeof text !== "string") return undefined;
  if (claim === "email" && claims.email_verified !== true) return undefined;
  const id = claim === "email" ? inSmallLetters(text) : text;
  return Principal.safeParse(`user/${id}`).success && !isReservedUser(id) ? id : undefined;
}

/** The letters of ASCII alone: the small letter of a Kelvin sign is k, and an address with one is somebody else's. */
const inSmallLetters = (text: string): string => text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
