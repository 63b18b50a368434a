import { isIP } from "node:net";

/** Where an address leads: a name or an IP address, and what is asked there. */
export interface Place {
  readonly url: URL;
  /** A name without a dot at its end, or an IP address without brackets. */
  readonly host: string;
}

const LONGEST = 2048;
const DEFAULT_PORTS: Readonly<Record<string, number>> = { "https:": 443, "http:": 80 };
/** Below are the ports of mail and directories that speak TLS as well, and would take a post for words of their own. */
const FIRST_USER_PORT = 1024;

const label = "[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?";
const domain = new RegExp(`^(?=.{1,253}$)${label}(?:\\.${label})+$`);
/**
 * Names that are somebody's own: RFC 6761, 6762, 8375, and what ICANN keeps for private use. Their addresses would be
 * refused as well; these are not even looked up.
 */
const ownNames = /(^|\.)(localhost|local|internal|home\.arpa)$/;

/** Reads an address that somebody named, or says why nothing is ever asked there. */
export function readPlace(text: string, base?: string): Place | { readonly problem: string } {
  if (text.length > LONGEST) return { problem: `its address is longer than ${LONGEST} characters` };
  if (!URL.canParse(text, base)) return { problem: "its address is no URL" };
  const url = new URL(text, base);
  if (!(url.protocol in DEFAULT_PORTS)) return { problem: "its address does not begin with https:" };
  if (url.username !== "" || url.password !== "")
    return { problem: "its address holds a name or a password" };
  const host = url.hostname.replace(/^\[|\]$/g, "").replace(/\.$/, "");
  if (isIP(host)) return { url, host };
  if (!domain.test(host) || ownNames.test(host))
    return { problem: "its name is none of the public internet" };
  url.hostname = host;
  return { url, host };
}

/** Where it is to be connected to. */
export const portOf = ({ url }: Place): number => Number(url.port || DEFAULT_PORTS[url.protocol]);

/** Why nothing is asked there of others, whatever its IP address: only whoever owns the machine may go further. */
export function problemForOthers(place: Place): string | undefined {
  if (place.url.protocol !== "https:") return "its address does not begin with https:";
  const port = portOf(place);
  if (port === DEFAULT_PORTS["https:"] || port >= FIRST_USER_PORT) return undefined;
  return `its port is neither 443 nor one from ${FIRST_USER_PORT} on`;
}
