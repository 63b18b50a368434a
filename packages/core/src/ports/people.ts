import type { Person } from "@callboard/protocol";

/** What is known of a person who connected with a token; `key` is a hash of their principal. */
export type PersonRecord =
  | {
      readonly key: string;
      readonly state: "known";
      readonly person: Person;
      /** The words by which they are found: the folded words of name and id. */
      readonly words: readonly string[];
      /** When this was written, in milliseconds; each new version of a record has a later time. */
      readonly at: number;
    }
  /** They were erased; until this time they are not recorded again. */
  | { readonly key: string; readonly state: "erased"; readonly at: number; readonly until: number };

/** A person who was found by one of their words. */
export type KnownPerson = Extract<PersonRecord, { state: "known" }>;

export interface PeopleStore {
  /** Reads the record of a person, strongly. */
  read(key: string): Promise<PersonRecord | undefined>;
  /**
   * Replaces the record that was read, with the rows that lead to it, in one transaction. False: nothing was written,
   * because the record has changed since.
   */
  replace(before: PersonRecord | undefined, after: PersonRecord): Promise<boolean>;
  /**
   * People with a word that begins with `start`, sorted by word; a person with several such words appears several
   * times. At most `limit`, eventually consistent.
   */
  withWord(start: string, limit: number): Promise<Pick<KnownPerson, "person" | "words">[]>;
}
