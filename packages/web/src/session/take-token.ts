import { keepTabFor } from "./browser-session.ts";
import { fragmentOf, parseLink } from "./link.ts";
import { claimsOf, keepToken, type Role, type TokenStorage } from "./token.ts";

/**
 * Keeps a link's token for the tab and leaves only the place in the address, so that it is not shared by
 * accident; deletes what another person has begun to answer in the tab. In a frame the address keeps the
 * token, because a reload needs it. Returns whether there was one; throws in a browser without storage.
 */
export function takeTokenFromAddress(
  role: Role,
  storage: TokenStorage,
  { isTakenOut }: { isTakenOut: boolean },
): boolean {
  const { token, ...place } = parseLink(window.location.hash);
  if (token === undefined) return false;
  const { user } = claimsOf(token);
  if (role === "creator" && isTakenOut && user !== undefined) keepTabFor(sessionStorage, user);
  keepToken(storage, role, token);
  if (!isTakenOut) return true;
  const { pathname, search } = window.location;
  window.history.replaceState({ subject: place.subject }, "", `${pathname}${search}${fragmentOf(place)}`);
  return true;
}
