import { Resolver } from "node:dns/promises";

/** The addresses of a name; none when it has none, or nobody says. */
export type ResolveAddresses = (name: string) => Promise<readonly string[]>;

/** Of one question to one server, in milliseconds; a second try may take twice as long. */
const TIMEOUT_MS = 2000;

/**
 * Asks the name servers of this machine, or these. Neither its list of hosts nor the domains that it would append to a
 * name count, as they do for the system's own lookup; nor does a slow server hold a thread of Node's.
 */
export const dnsAddresses =
  (servers?: readonly string[]): ResolveAddresses =>
  async (name) => {
    // A new one each time: it knows the network in which the machine is now.
    const resolver = new Resolver({ timeout: TIMEOUT_MS, tries: 2 });
    if (servers) resolver.setServers(servers);
    const answers = await Promise.allSettled([resolver.resolve4(name), resolver.resolve6(name)]);
    return answers.flatMap((answer) => (answer.status === "fulfilled" ? answer.value : []));
  };
