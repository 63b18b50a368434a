import type { Item } from "@callboard/client";

/** A channel's map in a client, up to an offset of its epoch. */
export interface Held {
  readonly epoch: string | undefined;
  readonly offset: number;
  readonly items: ReadonlyMap<string, Item>;
}

/** Signed URLs differ in each delivery. */
const signed = new Set(["url", "expiresAt"]);

const plain = ({ value, offset, version }: Item): string =>
  JSON.stringify([offset, version, value], (name, one) => (signed.has(name) ? undefined : sorted(one)));

const sorted = (value: unknown): unknown =>
  typeof value === "object" && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
    : value;

/** The keys with different values in two maps. */
export function differingKeys(ours: Held, theirs: Held): string[] {
  const keys = new Set([...ours.items.keys(), ...theirs.items.keys()]);
  return [...keys].filter((key) => {
    const [a, b] = [ours.items.get(key), theirs.items.get(key)];
    return a === undefined || b === undefined || plain(a) !== plain(b);
  });
}

/** Whether two maps have the same position, so that they must be equal. */
export const areOfOneMoment = (ours: Held, theirs: Held): boolean =>
  ours.epoch === theirs.epoch && ours.offset === theirs.offset;
