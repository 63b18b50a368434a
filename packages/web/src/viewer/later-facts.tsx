import type { Items } from "@callboard/client/headless";
import { later } from "../ui/later.tsx";

const Facts = later(async () => (await import("../facts/facts.tsx")).Facts);

/** The facts of a subject, whose code is loaded with the first of them. */
export const LaterFacts = ({ items }: { items: Items }) =>
  [...items.keys()].some((key) => key.startsWith("fact/")) && <Facts items={items} />;
