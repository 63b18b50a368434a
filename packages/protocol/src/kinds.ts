import type { ChannelKind } from "./names.ts";

/** Who sees the keys of one kind. */
interface KeyKind {
  /** The channels that show such keys; a key never moves from one to another. */
  readonly shownIn: readonly ChannelKind[];
  /** Fields of the value that only owners see: `watch:` leaves them out. */
  readonly ownersOnly?: readonly string[];
  /** Fields of the value that are also parts of the key, from its second part on. A table need not store them twice. */
  readonly named?: readonly string[];
}

const everybody = ["watch", "work"] as const;
const viewers = ["watch"] as const;
const owners = ["work"] as const;

/**
 * Who sees which keys, by the kind of a key: the part before its first `/`. A change of this table needs a new epoch of
 * every channel, because clients keep values from before.
 */
export const keyKinds = {
  step: { shownIn: everybody, ownersOnly: ["cause"], named: ["execution", "step"] },
  execution: { shownIn: everybody, ownersOnly: ["cause", "arn"], named: ["execution"] },
  title: { shownIn: everybody },
  avatar: { shownIn: everybody },
  media: { shownIn: everybody },
  captions: { shownIn: everybody },
  fact: { shownIn: everybody, named: ["name"] },
  private: { shownIn: owners, named: ["name"] },
  viewers: { shownIn: viewers },
  waiting: { shownIn: viewers },
  request: { shownIn: ["work", "inbox"], named: ["requestId"] },
  candidate: { shownIn: owners, named: ["thread", "round", "by", "id"] },
  attending: { shownIn: owners, named: ["requestId"] },
  warning: { shownIn: owners },
  receipt: { shownIn: ["inbox"], named: ["replyId"] },
  subject: { shownIn: ["list"] },
} as const satisfies Record<string, KeyKind>;

/** A key of another kind is for owners, or for the owner of the inbox that has it. */
const otherKind: KeyKind = { shownIn: ["work", "inbox"] };

/** The rules for a key. */
export function kindOf(key: string): KeyKind {
  const kind = key.split("/", 1)[0]!;
  return Object.hasOwn(keyKinds, kind) ? keyKinds[kind as keyof typeof keyKinds] : otherKind;
}

/**
 * Whether a key is of a kind. In TypeScript it narrows the type of the key's value: after `isKeyOf("request", key)`,
 * `view.get(key)` is a request.
 */
export const isKeyOf = <Kind extends keyof typeof keyKinds>(
  kind: Kind,
  key: string,
): key is Kind | `${Kind}/${string}` => key === kind || key.startsWith(`${kind}/`);

/** Whether channels of this kind show a key. */
export const isShownIn = (channel: ChannelKind, key: string): boolean =>
  kindOf(key).shownIn.includes(channel);

/** A key's value as channels of this kind show it. */
export function valueShownIn(channel: ChannelKind, key: string, value: unknown): unknown {
  const { ownersOnly } = kindOf(key);
  if (channel !== "watch" || !isRecord(value) || !ownersOnly?.some((field) => Object.hasOwn(value, field)))
    return value;
  return Object.fromEntries(Object.entries(value).filter(([field]) => !ownersOnly.includes(field)));
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
