import type { Channel } from "@callboard/protocol";
import type { Board, Shown } from "./board.ts";
import type { Breach } from "./wire-rules.ts";

type Fields = Readonly<Record<string, unknown>>;

/** What the program has printed so far. */
export interface ProgramLines {
  readonly shown: readonly (Shown & { readonly channel: string })[];
  readonly refused: ReadonlySet<string>;
  readonly receipts: readonly Fields[];
  /** Takes a line; returns why it cannot be right, if so. */
  take(text: string): Breach | undefined;
}

/** Reads the lines of a program that follows channels; `boards` are the channels that it should follow. */
export function readProgramLines(boards: ReadonlyMap<string, Board>): ProgramLines {
  const shown: (Shown & { channel: string })[] = [];
  const refused = new Set<string>();
  const receipts: Fields[] = [];

  function show(line: Shown & { channel: string }): Breach | undefined {
    const { channel } = line;
    const last = shown.findLast((one) => one.channel === channel);
    const board = boards.get(channel as Channel);
    const wrong = board ? board.wrong(line) : "a channel that is not followed";
    shown.push(line);
    if (wrong)
      return {
        expected: `a line of ${channel} that is true`,
        came: `${wrong}: ${cut(JSON.stringify(line))}`,
      };
    if (last && board?.isBefore(line, last))
      return {
        expected: `${channel} never goes backwards`,
        came: `from ${placeOf(last)} to ${placeOf(line)}`,
      };
    return undefined;
  }

  return {
    shown,
    refused,
    receipts,
    take(text) {
      const { channel, epoch, offset, items, error, receipt } = readObject(text) ?? {};
      if (isObject(receipt)) receipts.push(receipt);
      else if (typeof channel === "string" && error === "forbidden") refused.add(channel);
      else if (
        typeof channel === "string" &&
        typeof epoch === "string" &&
        Number.isInteger(offset) &&
        isObject(items)
      )
        return show({ channel, epoch, offset: offset as number, items });
      else
        return {
          expected:
            'a line of JSON: {"channel", "epoch", "offset", "items"}, {"channel", "error"} or {"receipt"}',
          came: cut(text),
        };
      return undefined;
    },
  };
}

const placeOf = ({ epoch, offset }: Shown) => `offset ${offset} of ${epoch}`;

const MAX_LENGTH = 300;

/** A text, short enough for a report. */
export const cut = (text: string): string =>
  text.length > MAX_LENGTH ? `${text.slice(0, MAX_LENGTH)}…` : text;

const isObject = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function readObject(text: string): Fields | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
