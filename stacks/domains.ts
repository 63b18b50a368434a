import type { CallboardArgs, CallboardDomains } from "./arguments.ts";
import type { Settings } from "./settings.ts";

/** The domain names of each part, as SST's components take them. */
export type Domains = CallboardDomains;

/** A single name is that of the pages, with both APIs under it; otherwise each part has its own. */
export function domainsOf({ domain: name }: Settings, said: CallboardArgs["domain"]): Domains {
  if (typeof said === "object") return said;
  return name ? { pages: name, http: `api.${name}`, socket: `socket.${name}` } : {};
}

/** Whether pages from any origin may call. */
export const isAny = (origins: readonly string[]): boolean =>
  origins.includes("*") || origins.includes("https://*");

/** The origins, with the pages' own if it is known in advance. */
export function withPages(origins: readonly string[], { pages }: Domains): string[] {
  const name = typeof pages === "string" ? pages : (pages as { name?: unknown } | undefined)?.name;
  if (typeof name !== "string" || isAny(origins)) return [...origins];
  return [...new Set([...origins, `https://${name}`])];
}
