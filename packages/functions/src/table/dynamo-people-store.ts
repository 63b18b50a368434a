import type { KnownPerson, PeopleStore, PersonRecord } from "@callboard/core";
import { query, type TransactWrite, transactWriteItems } from "../aws/dynamodb/dynamodb.ts";
import { readRow } from "./batches.ts";
import { personKey, wordKey, wordPartition } from "./keys.ts";
import { lifetimes } from "./lifetimes.ts";
import { type Row, recordIn, type Table } from "./table.ts";
import { writeOutcome } from "./write-outcome.ts";

const wordsOf = (record: PersonRecord | undefined): readonly string[] =>
  record?.state === "known" ? record.words : [];

/** People who have signed in, in DynamoDB: one row for each person, and one for each word of their name. */
export function dynamoPeopleStore(table: Table): PeopleStore {
  const TableName = table.name;
  const kept = lifetimes(table);

  const wordRow = ({ person, words }: KnownPerson, word: string, expiry: object): Row => ({
    ...wordKey(word, person.id),
    person,
    words,
    ...expiry,
  });

  return {
    async read(key) {
      const row = await readRow(table, personKey(key));
      return row && recordIn<PersonRecord>(row);
    },

    /** The first action writes the person's own row, on the condition that it has not changed since it was read. */
    async replace(before, after) {
      const expiry = kept.person(after);
      const Item = { ...personKey(after.key), ...after, ...expiry };
      const words = new Set(wordsOf(after));
      const gone = wordsOf(before).filter((word) => !words.has(word));
      const condition = before
        ? {
            ConditionExpression: "#at = :at",
            ExpressionAttributeNames: { "#at": "at" },
            ExpressionAttributeValues: { ":at": before.at },
          }
        : { ConditionExpression: "attribute_not_exists(pk)" };
      const TransactItems: TransactWrite[] = [{ Put: { TableName, Item, ...condition } }];
      if (after.state === "known")
        for (const word of words)
          TransactItems.push({ Put: { TableName, Item: wordRow(after, word, expiry) } });
      if (before?.state === "known")
        for (const word of gone)
          TransactItems.push({ Delete: { TableName, Key: wordKey(word, before.person.id) } });
      const result = await writeOutcome(transactWriteItems(table.dynamodb, { TransactItems }));
      return result.outcome === "written";
    },

    /** One page of a query. */
    async withWord(start, limit) {
      const { Items = [] } = await query(table.dynamodb, {
        TableName,
        KeyConditionExpression: "pk = :pk AND begins_with(sk, :start)",
        ExpressionAttributeValues: { ":pk": wordPartition(start), ":start": start },
        Limit: limit,
      });
      return Items.map(({ person, words }) => ({ person, words }) as Pick<KnownPerson, "person" | "words">);
    },
  };
}
