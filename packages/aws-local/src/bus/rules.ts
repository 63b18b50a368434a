import { isDeepStrictEqual } from "node:util";
import { openJournal } from "../journal/journal.ts";
import type { InputShape } from "./input.ts";
import { compilePattern } from "./pattern.ts";

/** What a rule's matches are handed to. */
export interface Target extends InputShape {
  readonly Id: string;
  readonly Arn: string;
  readonly RetryPolicy?: {
    readonly MaximumRetryAttempts?: number;
    readonly MaximumEventAgeInSeconds?: number;
  };
  readonly DeadLetterConfig?: { readonly Arn?: string };
}

/** A rule of a bus, as it is kept. */
export interface Rule {
  readonly bus: string;
  readonly name: string;
  readonly arn: string;
  /** The event pattern as JSON text. */
  readonly pattern: string;
  readonly enabled: boolean;
  readonly description?: string;
  readonly targets: readonly Target[];
}

type Change = { bus: string } | { rule: Rule } | { removed: { bus: string; name: string } };

/** The buses and their rules; every change is on the disk when its promise resolves. */
export interface Rules {
  buses(): string[];
  addBus(name: string): Promise<void>;
  /** The rules of a bus by name. */
  list(bus: string): Rule[];
  find(bus: string, name: string): Rule | undefined;
  put(rule: Rule): Promise<void>;
  remove(bus: string, name: string): Promise<void>;
  /** Every target of an enabled rule that the event matches. */
  matching(bus: string, event: object): { rule: Rule; target: Target }[];
  /** A target as it is now, if it still is. */
  target(ruleArn: string, targetId: string): { rule: Rule; target: Target } | undefined;
  close(): Promise<void>;
}

type Entry = { readonly rule: Rule; readonly matches: (event: unknown) => boolean };

/** Opens the rules kept in a file, or rules that are forgotten with the process. The default bus always exists. */
export async function openRules(path: string | undefined): Promise<Rules> {
  const buses = new Map<string, Map<string, Entry>>([["default", new Map()]]);
  const byArn = new Map<string, Entry>();

  const apply = (change: Change) => {
    if ("bus" in change) buses.set(change.bus, buses.get(change.bus) ?? new Map());
    else if ("rule" in change) {
      const entry = { rule: change.rule, matches: compilePattern(JSON.parse(change.rule.pattern)) };
      buses.get(change.rule.bus)?.set(change.rule.name, entry);
      byArn.set(change.rule.arn, entry);
    } else {
      const rules = buses.get(change.removed.bus);
      const entry = rules?.get(change.removed.name);
      if (entry) byArn.delete(entry.rule.arn);
      rules?.delete(change.removed.name);
    }
  };

  const { journal, records } = await openJournal(path);
  for (const record of records) apply(record as Change);
  if (records.length > 0) {
    const rules = [...byArn.values()].map(({ rule }): Change => ({ rule }));
    await journal.rewrite([...[...buses.keys()].map((bus): Change => ({ bus })), ...rules]);
  }
  let written: Promise<void> = Promise.resolve();
  const commit = (change: Change) => {
    apply(change);
    written = journal.append(change);
    return written;
  };
  const find = (bus: string, name: string) => buses.get(bus)?.get(name)?.rule;

  return {
    buses: () => [...buses.keys()],
    addBus: (bus) => commit({ bus }),
    list: (bus) => {
      const rules = [...(buses.get(bus)?.values() ?? [])].map(({ rule }) => rule);
      return rules.sort((a, b) => (a.name < b.name ? -1 : 1));
    },
    find,
    // Whoever starts puts its rules again: as they stand already they cost no write.
    put: (rule) => (isDeepStrictEqual(find(rule.bus, rule.name), rule) ? written : commit({ rule })),
    remove: (bus, name) => commit({ removed: { bus, name } }),
    matching(bus, event) {
      return [...(buses.get(bus)?.values() ?? [])]
        .filter(({ rule, matches }) => rule.enabled && rule.targets.length > 0 && matches(event))
        .flatMap(({ rule }) => rule.targets.map((target) => ({ rule, target })));
    },
    target(ruleArn, targetId) {
      const rule = byArn.get(ruleArn)?.rule;
      const target = rule?.targets.find(({ Id }) => Id === targetId);
      return rule && target ? { rule, target } : undefined;
    },
    close: () => journal.close(),
  };
}
