import { fragmentOf, parseLink } from "./link.ts";
import { keepToken, type Role } from "./token.ts";

/**
 * Keeps a link's token for the tab and leaves only the place in the address, so that it is not shared by accident. Says
 * whether there was one. Throws where the browser keeps nothing for the pages.
 */
export function takeTokenFromAddress(role: Role): boolean {
  const { token, ...place } = parseLink(window.location.hash);
  if (token === undefined) return false;
  keepToken(sessionStorage, role, token);
  const { pathname, search } = window.location;
  window.history.replaceState(window.history.state, "", `${pathname}${search}${fragmentOf(place)}`);
  return true;
}
