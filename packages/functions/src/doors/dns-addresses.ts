import { Resolver } from "node:dns/promises";

/** The addresses of a name; none if it has none or no server answers. */
export type ResolveAddresses = (name: string) => Promise<readonly string[]>;

/** Timeout of one question to one server, in milliseconds; a second try may take twice as long. */
const TIMEOUT_MS = 2000;

/**
 * Asks this machine's name servers, or the given ones. Unlike the system's lookup, it does not use the hosts file or
 * append domains to a name, and a slow server does not block a Node thread.
 */
export const dnsAddresses =
  (servers?: readonly string[]): ResolveAddresses =>
  async (name) => {
    // A new resolver each time: the machine's network may have changed.
    const resolver = new Resolver({ timeout: TIMEOUT_MS, tries: 2 });
    if (servers) resolver.setServers(servers);
    const answers = await Promise.allSettled([resolver.resolve4(name), resolver.resolve6(name)]);
    return answers.flatMap((answer) => (answer.status === "fulfilled" ? answer.value : []));
  };
