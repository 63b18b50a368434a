import type { Items } from "@callboard/client/headless";
import { later } from "../ui/later.tsx";

const Facts = later(async () => (await import("./facts.tsx")).Facts);

/** Whether a channel has a key under a prefix: what shows those is loaded with the first of them. */
export const hasUnder = (items: Items, prefix: string): boolean =>
  [...items.keys()].some((key) => key.startsWith(prefix));

/** The facts of a subject, once there are any. */
export const LaterFacts = ({ items }: { items: Items }) =>
  (hasUnder(items, "fact/") || hasUnder(items, "private/")) && <Facts items={items} />;
