import ipaddr from "ipaddr.js";

/** What is given out so far of what anybody may reach: https://www.iana.org/assignments/ipv6-address-space. */
const GLOBAL_UNICAST = ipaddr.IPv6.parseCIDR("2000::/3");
/** By which a network without IPv4 reaches it (RFC 6052): the last four bytes are the IPv4 address. */
const NAT64 = ipaddr.IPv6.parseCIDR("64:ff9b::/96");

/** The upper half of an interface's name after which an IPv4 address stands (ISATAP, RFC 5214). */
const isIsatap = ({ parts }: ipaddr.IPv6): boolean => (parts[4]! & ~0x200) === 0 && parts[5] === 0x5efe;

/**
 * Whether an address is one that anybody on the internet may reach: none of a machine, a network, a provider, a group,
 * an example or a tunnel, however it is written. Of IPv6 only what is given out as public counts, so that a form which
 * nobody here has heard of is not public. False for what is no address.
 */
export function isPublicAddress(address: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  const ip = ipaddr.parse(address);
  if (ip instanceof ipaddr.IPv4) return ip.range() === "unicast";
  if (ip.match(NAT64)) return isPublicAddress(ip.toByteArray().slice(12).join("."));
  return ip.match(GLOBAL_UNICAST) && ip.range() === "unicast" && !ip.zoneId && !isIsatap(ip);
}
