import type { Store } from "../store/store.ts";
import { MACHINES, machineKey } from "./rows.ts";

/** A state machine as it was created or last updated. */
export interface Machine {
  readonly arn: string;
  readonly name: string;
  readonly roleArn: string;
  readonly definition: string;
  readonly revisionId: string;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** The outcome of creating a machine; an existing one is returned unchanged. */
export type Creation =
  | { readonly outcome: "created" | "exists"; readonly machine: Machine }
  | { readonly outcome: "full" };

const MAX_MACHINES = 10_000;

/** The state machines of one engine: in the store, and a copy in memory. */
export class Machines {
  readonly #machines = new Map<string, Machine>();
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  load(): void {
    for (const [, machine] of this.#store.list<Machine>({ prefix: MACHINES })) {
      this.#machines.set(machine.arn, machine);
    }
  }

  find(arn: string): Machine | undefined {
    return this.#machines.get(arn);
  }

  /** In the order of their names. */
  all(): Machine[] {
    return [...this.#machines.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** Creates a machine unless its ARN exists. */
  async create(machine: Machine): Promise<Creation> {
    const known = this.#machines.get(machine.arn);
    if (known) return { outcome: "exists", machine: known };
    if (this.#machines.size >= MAX_MACHINES) return { outcome: "full" };
    const key = machineKey(machine.arn);
    const creation = await this.#store.commit<Exclude<Creation, { outcome: "full" }>>((view) => {
      const existing = view.get<Machine>(key);
      return existing
        ? { writes: [], value: { outcome: "exists", machine: existing } }
        : { writes: [[key, machine]], value: { outcome: "created", machine } };
    });
    this.#machines.set(machine.arn, creation.machine);
    return creation;
  }

  /** Changes a machine and returns it, or undefined if its ARN does not exist. */
  async update(arn: string, change: Partial<Machine>): Promise<Machine | undefined> {
    const key = machineKey(arn);
    const updated = await this.#store.commit((view) => {
      const machine = view.get<Machine>(key);
      const value = machine && { ...machine, ...change };
      return { writes: value ? [[key, value]] : [], value };
    });
    if (updated) this.#machines.set(arn, updated);
    return updated;
  }

  async delete(arn: string): Promise<void> {
    await this.#store.write([[machineKey(arn), undefined]]);
    this.#machines.delete(arn);
  }
}
