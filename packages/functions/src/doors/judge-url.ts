import { isIP } from "node:net";

/** The target of an address: a name or an IP address, and the request. */
export interface Place {
  readonly url: URL;
  /** A name without a dot at the end, or an IP address without brackets. */
  readonly host: string;
}

const MAX_LENGTH = 2048;
const DEFAULT_PORTS: Readonly<Record<string, number>> = { "https:": 443, "http:": 80 };
/** Lower ports include those of mail and directories with TLS, which could take a post for commands of their protocol. */
const FIRST_USER_PORT = 1024;

const LABEL_PATTERN = "[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?";
const domain = new RegExp(`^(?=.{1,253}$)${LABEL_PATTERN}(?:\\.${LABEL_PATTERN})+$`);
/**
 * Names for private use: RFC 6761, 6762, 8375, and ICANN's. Their addresses would be refused too; these names are not
 * even looked up.
 */
const ownNames = /(^|\.)(localhost|local|internal|home\.arpa)$/;

/** Reads an address that somebody named, or says why it may never be fetched. */
export function readPlace(text: string, base?: string): Place | { readonly problem: string } {
  if (text.length > MAX_LENGTH) return { problem: `its address is longer than ${MAX_LENGTH} characters` };
  if (!URL.canParse(text, base)) return { problem: "its address is not a URL" };
  const url = new URL(text, base);
  if (!(url.protocol in DEFAULT_PORTS)) return { problem: "its address does not begin with https:" };
  if (url.username !== "" || url.password !== "")
    return { problem: "its address contains a user name or a password" };
  const host = url.hostname.replace(/^\[|\]$/g, "").replace(/\.$/, "");
  if (isIP(host)) return { url, host };
  if (!domain.test(host) || ownNames.test(host)) return { problem: "its name is not of the public internet" };
  url.hostname = host;
  return { url, host };
}

/** The host and port to connect to. */
export const portOf = ({ url }: Place): number => Number(url.port || DEFAULT_PORTS[url.protocol]);

/**
 * Why a public address may not be fetched, whatever its IP address: only addresses that the machine's owner allowed may
 * do more.
 */
export function problemForOthers(place: Place): string | undefined {
  if (place.url.protocol !== "https:") return "its address does not begin with https:";
  const port = portOf(place);
  if (port === DEFAULT_PORTS["https:"] || port >= FIRST_USER_PORT) return undefined;
  return `its port is neither 443 nor one from ${FIRST_USER_PORT} on`;
}
