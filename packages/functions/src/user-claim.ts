import { isReservedUser, Principal } from "@callboard/protocol";

/** The default claim with a person's id: an issuer never gives it to another person. */
export const USER_CLAIM = "sub";

/** Claims that issuers do not promise to be unique, or to be verified. */
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

/** What a claim that names people must be like. */
export const USER_CLAIM_RULE =
  "the name of a claim that belongs to one person only: sub, email, preferred_username, cognito:username, …";

/** Whether a deployment may take people's ids from a claim. */
export const isUserClaim = (text: string): boolean =>
  /^[A-Za-z][\w:./-]{0,99}$/.test(text) && !notUnique.has(text);

/**
 * The id of the person that a token names, undefined if it names none. An e-mail address counts only if the issuer has
 * verified it: people who can write any address into their profile could be anybody. Addresses are compared without case.
 */
export function userOf(claims: Readonly<Record<string, unknown>>, claim: string): string | undefined {
  const text = claims[claim];
  if (typeof text !== "string") return undefined;
  if (claim === "email" && claims.email_verified !== true) return undefined;
  const id = claim === "email" ? inLowerCase(text) : text;
  return Principal.safeParse(`user/${id}`).success && !isReservedUser(id) ? id : undefined;
}

/**
 * Lower case for ASCII letters only: the lower case of a Kelvin sign is k, and an address with one is another person's.
 */
const inLowerCase = (text: string): string => text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
