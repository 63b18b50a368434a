import ipaddr from "ipaddr.js";

/** The public IPv6 space that is allocated so far: https://www.iana.org/assignments/ipv6-address-space.. */
const GLOBAL_UNICAST = ipaddr.IPv6.parseCIDR("2000::/3");
/** The prefix by which a network without IPv4 reaches it (RFC 6052): the last four bytes are the IPv4 address. */
const NAT64 = ipaddr.IPv6.parseCIDR("64:ff9b::/96");

/** The upper half of an interface id that contains an IPv4 address (ISATAP, RFC 5214). */
const isIsatap = ({ parts }: ipaddr.IPv6): boolean => (parts[4]! & ~0x200) === 0 && parts[5] === 0x5efe;

/**
 * Whether an IP address, in any notation, can be reached by anybody on the internet: not one for a machine, a network, a
 * provider, multicast, examples or tunnels. For IPv6, only allocated public space counts, so an unknown form is not
 * public. False for anything that is not an address.
 */
export function isPublicAddress(address: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  const ip = ipaddr.parse(address);
  if (ip instanceof ipaddr.IPv4) return ip.range() === "unicast";
  if (ip.match(NAT64)) return isPublicAddress(ip.toByteArray().slice(12).join("."));
  return ip.match(GLOBAL_UNICAST) && ip.range() === "unicast" && !ip.zoneId && !isIsatap(ip);
}
