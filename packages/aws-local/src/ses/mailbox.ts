import type { Key, Store, View, Write } from "../store/store.ts";
import type { Mail, MailFile } from "./mail.ts";

/** The limits of a mailbox: beyond them the oldest mails are deleted. */
interface Bounds {
  readonly mails: number;
  readonly bytes: number;
}

const usualBounds: Bounds = { mails: 500, bytes: 50 * 1024 * 1024 };

/** What is known of a mail without reading it. */
interface Size {
  readonly id: string;
  readonly at: number;
  readonly bytes: number;
  readonly files: number;
}

interface StoredFile {
  /** Base64. */
  readonly content: string;
}

/** The mails that were delivered on this machine, for all recipients. */
export interface Mailbox {
  /** The mails, the newest last; only those after a given mail if its id is given and still known. */
  list(after?: string): Mail[];
  get(id: string): Mail | undefined;
  /** A file of a mail, by its content id or by its index among the mail's files. */
  file(id: string, name: string | number): MailFile | undefined;
}

const sizes: Key = ["ses", "size"];
const mails: Key = ["ses", "mail"];

/** The mailbox in the store: a mail, its size and its files are separate records. */
export function openMailbox(store: Store, bounds: Bounds = usualBounds) {
  const numberOf = (id: string): number | undefined => {
    for (const [key, size] of store.list<Size>({ prefix: sizes, reverse: true }))
      if (size.id === id) return key[2] as number;
    return undefined;
  };
  const mailbox: Mailbox = {
    list(after) {
      const from = after === undefined ? undefined : numberOf(after);
      const range = { prefix: mails, ...(from === undefined ? {} : { gt: [...mails, from] as const }) };
      return [...store.list<Mail>(range)].map(([, mail]) => mail);
    },
    get(id) {
      const number = numberOf(id);
      return number === undefined ? undefined : store.get<Mail>([...mails, number]);
    },
    file(id, name) {
      const number = numberOf(id);
      const mail = number === undefined ? undefined : store.get<Mail>([...mails, number]);
      const at =
        typeof name === "number" ? name : mail?.attachments.findIndex(({ contentId }) => contentId === name);
      const attachment = at === undefined ? undefined : mail?.attachments[at];
      const stored = attachment && store.get<StoredFile>(["ses", "file", number!, at!]);
      if (!attachment || !stored) return undefined;
      const { bytes: _, ...rest } = attachment;
      return { ...rest, content: Buffer.from(stored.content, "base64") };
    },
  };
  return {
    ...mailbox,
    /** How many of the stored mails have come since a time. */
    since: (time: number) =>
      [...store.list<Size>({ prefix: sizes })].filter(([, { at }]) => at >= time).length,
    /** The writes that store a mail under a new number, and delete the oldest if necessary. */
    put(view: View, number: number, mail: Mail, files: readonly MailFile[], bytes: number): Write[] {
      const size: Size = { id: mail.id, at: mail.at, bytes, files: files.length };
      return [
        ...writesOf(number, mail, size, files),
        ...leaving([...view.list<Size>({ prefix: sizes })], bytes, bounds),
      ];
    },
  };
}

const writesOf = (number: number, mail: Mail, size: Size, files: readonly MailFile[]): Write[] => [
  [[...sizes, number], size],
  [[...mails, number], mail],
  ...files.map(({ content }, at): Write => {
    const stored: StoredFile = { content: Buffer.from(content).toString("base64") };
    return [["ses", "file", number, at], stored];
  }),
];

/** Deletes the oldest mails until another one of this size fits. */
function leaving(kept: readonly (readonly [Key, Size])[], bytes: number, bounds: Bounds): Write[] {
  let count = kept.length + 1;
  let all = kept.reduce((sum, [, size]) => sum + size.bytes, bytes);
  const writes: Write[] = [];
  for (const [key, size] of kept) {
    if (count <= bounds.mails && all <= bounds.bytes) break;
    count--;
    all -= size.bytes;
    const number = key[2] as number;
    writes.push([key, undefined], [[...mails, number], undefined]);
    for (let at = 0; at < size.files; at++) writes.push([["ses", "file", number, at], undefined]);
  }
  return writes;
}
