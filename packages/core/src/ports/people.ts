import type { Person } from "@callboard/protocol";

/** What is known of somebody who came with a token; `key` is a hash of their principal. */
export type PersonRecord =
  | {
      readonly key: string;
      readonly state: "known";
      readonly person: Person;
      /** What they are found by: the folded words of name and id. */
      readonly words: readonly string[];
      /** When that was written, in milliseconds: a record that is written again has a later time. */
      readonly at: number;
    }
  /** They were erased: until then they are not noted again. */
  | { readonly key: string; readonly state: "erased"; readonly at: number; readonly until: number };

/** A person whom one of the words leads to. */
export type KnownPerson = Extract<PersonRecord, { state: "known" }>;

export interface PeopleStore {
  /** Reads what is known of somebody, strongly. */
  read(key: string): Promise<PersonRecord | undefined>;
  /**
   * Puts a record in the place of the one that was read, with what leads to it, all in one transaction. False, and
   * nothing written: it is no longer as it was read.
   */
  replace(before: PersonRecord | undefined, after: PersonRecord): Promise<boolean>;
  /**
   * People with a word that begins so, in the order of these words; somebody with several comes several times. At most
   * `limit`, eventually consistent.
   */
  withWord(start: string, limit: number): Promise<Pick<KnownPerson, "person" | "words">[]>;
}
