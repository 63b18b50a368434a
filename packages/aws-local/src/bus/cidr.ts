import { BlockList, isIP } from "node:net";

/** An event pattern that EventBridge would refuse; the message says why. */
export class InvalidPattern extends Error {
  constructor(reason: string) {
    super(`Event pattern is not valid. Reason: ${reason}`);
    this.name = "InvalidPattern";
  }
}

/** A test whether a value is an IP address in a block such as `10.0.0.0/24`. Throws `InvalidPattern`. */
export function compileCidr(operand: unknown): (value: unknown) => boolean {
  if (typeof operand !== "string") throw new InvalidPattern("cidr match pattern must be a string");
  const [address = "", bits, ...others] = operand.split("/");
  const version = isIP(address);
  const longest = version === 4 ? 32 : 128;
  const prefix = /^\d{1,3}$/.test(bits ?? "") ? Number(bits) : -1;
  if (version === 0 || others.length > 0 || prefix < 0 || prefix > longest) {
    throw new InvalidPattern("Malformed CIDR, one '/' required");
  }
  const block = new BlockList();
  block.addSubnet(address, prefix, version === 4 ? "ipv4" : "ipv6");
  return (value) => {
    if (typeof value !== "string") return false;
    const found = isIP(value);
    return found === version && block.check(value, found === 4 ? "ipv4" : "ipv6");
  };
}
