import type { Catalogue } from "./catalogue.ts";
import { type Input, invalid, listOf, structuresIn, textIn, violates } from "./request.ts";
import type { Table, Tags } from "./table.ts";

const MAX_KEY_LENGTH = 128;
const MAX_VALUE_LENGTH = 256;
const MAX_TAGS = 50;

/** The operations on the tags of a table, which change nothing else of it. */
export function tagOperations({ tables }: { readonly tables: Catalogue }) {
  function named(input: Input): Table {
    const arn = textIn(input, "ResourceArn");
    if (!/^arn:.*:table\/[^/]+$/.test(arn))
      throw invalid(`Invalid TableArn: Invalid ResourceArn provided as input ${arn}`);
    return tables.of({ TableName: arn });
  }

  return {
    /** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TagResource.html */
    async TagResource(input: Input) {
      const table = named(input);
      const more = readTags(input, 1);
      refuseTooMany({ ...table.tags, ...more });
      await tables.change(table, (record) => ({ ...record, tags: { ...record.tags, ...more } }));
      return {};
    },

    /** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UntagResource.html */
    async UntagResource(input: Input) {
      const table = named(input);
      const gone = new Set(listOf(input, "TagKeys") ?? []);
      if (gone.size === 0)
        throw violates("TagKeys", input.TagKeys, "Member must have length greater than or equal to 1");
      await tables.change(table, ({ tags = {}, ...record }) => ({
        ...record,
        tags: Object.fromEntries(Object.entries(tags).filter(([key]) => !gone.has(key))),
      }));
      return {};
    },

    /** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ListTagsOfResource.html */
    async ListTagsOfResource(input: Input) {
      return { Tags: Object.entries(named(input).tags ?? {}).map(([Key, Value]) => ({ Key, Value })) };
    },
  };
}

/** The tags of a request; throws if they break a rule. */
export function readTags(input: Input, least = 0): Tags {
  if (least === 0 && (input.Tags ?? undefined) === undefined) return {};
  const tags = Object.fromEntries(
    structuresIn(input, "Tags", { least }).map((tag) => {
      const key = textIn(tag, "Key");
      const value = textIn(tag, "Value");
      if (key === "") throw violates("Tags", key, "Member must have length greater than or equal to 1");
      for (const [text, longest] of [
        [key, MAX_KEY_LENGTH],
        [value, MAX_VALUE_LENGTH],
      ] as const)
        if (text.length > longest)
          throw violates("Tags", text, `Member must have length less than or equal to ${longest}`);
      if (key.toLowerCase().startsWith("aws:"))
        throw invalid(`Tag keys must not start with aws:, which is AWS's own: ${key}`);
      return [key, value];
    }),
  );
  refuseTooMany(tags);
  return tags;
}

function refuseTooMany(tags: Tags): void {
  if (Object.keys(tags).length > MAX_TAGS) throw invalid(`A table has at most ${MAX_TAGS} tags`);
}
