import { isDeepStrictEqual } from "node:util";
import type { Key, Store } from "../store/store.ts";
import type { InputShape } from "./input.ts";
import { compilePattern } from "./pattern.ts";

/** The receiver of events that match a rule. */
export interface Target extends InputShape {
  readonly Id: string;
  readonly Arn: string;
  readonly RetryPolicy?: {
    readonly MaximumRetryAttempts?: number;
    readonly MaximumEventAgeInSeconds?: number;
  };
  readonly DeadLetterConfig?: { readonly Arn?: string };
}

/** A stored rule of a bus. */
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

/** The stored buses and rules; a change is on the disk when its promise resolves. */
export interface Rules {
  buses(): string[];
  /** Adds a bus unless `check` throws, which gets the number of buses and whether this one exists. */
  addBus(name: string, check: (count: number, exists: boolean) => void): Promise<void>;
  /** The rules of a bus by name. */
  list(bus: string): Rule[];
  find(bus: string, name: string): Rule | undefined;
  /**
   * Changes a rule to the result of `decide`; undefined deletes it. `others` counts the bus's rules. Changes run one
   * after another; an error of `decide` is rethrown and nothing changes.
   */
  change(
    bus: string,
    name: string,
    decide: (rule: Rule | undefined, others: () => number) => Rule | undefined,
  ): Promise<void>;
  /** Every target of an enabled rule that the event matches. */
  matching(bus: string, event: object): MatchedTarget[];
  /** The current form of a target, if it still exists. */
  target(ruleArn: string, targetId: string): MatchedTarget | undefined;
}

/** A target with its rule. */
export interface MatchedTarget {
  readonly rule: Rule;
  readonly target: Target;
}

interface Entry {
  readonly rule: Rule;
  readonly matches: (event: unknown) => boolean;
  /** None while the rule is disabled. */
  readonly targets: readonly MatchedTarget[];
}

const busKey = (name: string): Key => ["bus", "bus", name];
const ruleKey = (bus: string, name: string): Key => ["bus", "rule", bus, name];

/** Opens the rules of a store. The default bus always exists. */
export function openRules(store: Store): Rules {
  const buses = new Map<string, Map<string, Entry>>([["default", new Map()]]);
  const byArn = new Map<string, Entry>();

  const apply = (rule: Rule) => {
    const targets = rule.enabled ? rule.targets.map((target) => ({ rule, target })) : [];
    const entry = { rule, matches: compilePattern(JSON.parse(rule.pattern)), targets };
    buses.get(rule.bus)?.set(rule.name, entry);
    byArn.set(rule.arn, entry);
  };
  /** Loads a rule's current record from the disk. */
  const load = (bus: string, name: string) => {
    const rule = store.get<Rule>(ruleKey(bus, name));
    if (rule) return apply(rule);
    byArn.delete(find(bus, name)?.arn ?? "");
    buses.get(bus)?.delete(name);
  };
  const find = (bus: string, name: string) => buses.get(bus)?.get(name)?.rule;

  for (const [, name] of store.list<string>({ prefix: ["bus", "bus"] })) buses.set(name, new Map());
  for (const [, rule] of store.list<Rule>({ prefix: ["bus", "rule"] })) apply(rule);

  return {
    buses: () => [...buses.keys()],
    async addBus(name, check) {
      await store.commit((view) => {
        const others = Array.from(view.list<string>({ prefix: ["bus", "bus"] }), ([, other]) => other);
        check(others.length + 1, name === "default" || others.includes(name));
        return { writes: [[busKey(name), name]], value: undefined };
      });
      buses.set(name, buses.get(name) ?? new Map());
    },
    list: (bus) => {
      const rules = [...(buses.get(bus)?.values() ?? [])].map(({ rule }) => rule);
      return rules.sort((a, b) => (a.name < b.name ? -1 : 1));
    },
    find,
    async change(bus, name, decide) {
      const key = ruleKey(bus, name);
      await store.commit((view) => {
        const known = view.get<Rule>(key);
        const next = decide(known, () => [...view.list({ prefix: ["bus", "rule", bus] })].length);
        // Each start puts its rules again: an unchanged rule costs no write.
        return { writes: isDeepStrictEqual(known, next) ? [] : [[key, next]], value: undefined };
      });
      load(bus, name);
    },
    matching(bus, event) {
      const found: MatchedTarget[] = [];
      for (const { matches, targets } of buses.get(bus)?.values() ?? [])
        if (targets.length > 0 && matches(event)) found.push(...targets);
      return found;
    },
    target(ruleArn, targetId) {
      const rule = byArn.get(ruleArn)?.rule;
      const target = rule?.targets.find(({ Id }) => Id === targetId);
      return rule && target ? { rule, target } : undefined;
    },
  };
}
