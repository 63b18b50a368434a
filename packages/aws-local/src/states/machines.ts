import { join } from "node:path";
import { type Journal, openJournal } from "../journal/journal.ts";

/** A state machine as it was made or last updated. */
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

type MachineRecord =
  | { readonly kind: "saved"; readonly machine: Machine }
  | { readonly kind: "deleted"; readonly arn: string };

/** The state machines of one engine, kept in a journal. */
export class Machines {
  readonly #machines = new Map<string, Machine>();
  readonly #directory: string | undefined;
  #journal: Journal | undefined;

  constructor(directory: string | undefined) {
    this.#directory = directory;
  }

  async load(): Promise<void> {
    const { journal, records } = await openJournal(
      this.#directory && join(this.#directory, "machines.jsonl"),
    );
    this.#journal = journal;
    for (const record of records as MachineRecord[]) this.#take(record);
    if (records.length > 2 * this.#machines.size + 10) {
      await journal.rewrite([...this.#machines.values()].map((machine) => ({ kind: "saved", machine })));
    }
  }

  find(arn: string): Machine | undefined {
    return this.#machines.get(arn);
  }

  /** In the order of their names. */
  all(): Machine[] {
    return [...this.#machines.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** Resolves when the machine is on the disk; reads see it at once. */
  save(machine: Machine): Promise<void> {
    return this.#append({ kind: "saved", machine });
  }

  delete(arn: string): Promise<void> {
    return this.#append({ kind: "deleted", arn });
  }

  async close(): Promise<void> {
    await this.#journal?.close();
  }

  async #append(record: MachineRecord): Promise<void> {
    this.#take(record);
    await this.#journal?.append(record);
  }

  #take(record: MachineRecord): void {
    if (record.kind === "saved") this.#machines.set(record.machine.arn, record.machine);
    else this.#machines.delete(record.arn);
  }
}
