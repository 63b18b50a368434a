import type { ObjectRecord, ObjectStore } from "./object-store.ts";
import { encodePath, queryValue, type Target } from "./target.ts";
import { renderXml, S3Error, type XmlContent } from "./xml.ts";

const MAX_PAGE_SIZE = 1000;
const MAX_NUMBER_SIZE = 999_999_999;
const LAST_CODE_POINT = 0x10ffff;
const BEFORE_SURROGATES = 0xd7ff;
const AFTER_SURROGATES = 0xe000;
const NAMESPACE = "http://s3.amazonaws.com/doc/2006-03-01/";

/** Renders ListObjectsV2's answer. */
export function listObjects(objects: ObjectStore, bucket: string, query: Target["query"]): string {
  const prefix = queryValue(query, "prefix") ?? "";
  const delimiter = queryValue(query, "delimiter") ?? "";
  const startAfter = queryValue(query, "start-after");
  const token = queryValue(query, "continuation-token");
  const maxKeys = queryValue(query, "max-keys");
  const most = maxKeys === undefined ? undefined : Number(maxKeys);
  const encode = queryValue(query, "encoding-type") === "url" ? encodePath : (text: string) => text;
  const page = pageOf(objects, bucket, { prefix, delimiter, startAfter, token, most });
  const body: XmlContent = {
    Name: bucket,
    Prefix: encode(prefix),
    Delimiter: delimiter === "" ? undefined : encode(delimiter),
    StartAfter: startAfter === undefined ? undefined : encode(startAfter),
    EncodingType: queryValue(query, "encoding-type"),
    MaxKeys: page.most,
    KeyCount: page.entries.length,
    IsTruncated: page.next !== undefined,
    ContinuationToken: token,
    NextContinuationToken: page.next,
    Contents: page.entries.flatMap(({ record }) => (record ? [contents(record, encode)] : [])),
    CommonPrefixes: page.entries.flatMap(({ record, name }) => (record ? [] : [{ Prefix: encode(name) }])),
  };
  return renderXml("ListBucketResult", body).replace(
    "<ListBucketResult>",
    `<ListBucketResult xmlns="${NAMESPACE}">`,
  );
}

/** The parameters of a list. */
export interface Listing {
  readonly prefix?: string | undefined;
  readonly delimiter?: string | undefined;
  readonly startAfter?: string | undefined;
  readonly token?: string | undefined;
  readonly most?: number | undefined;
}

/** A page of a list, of at most `most` entries; `next` is the token of the next page. */
export function pageOf(
  objects: ObjectStore,
  bucket: string,
  { prefix = "", delimiter = "", startAfter = "", token, most = MAX_PAGE_SIZE }: Listing,
): { readonly entries: readonly Entry[]; readonly most: number; readonly next?: string } {
  if (!Number.isInteger(most) || most < 0 || most > MAX_NUMBER_SIZE)
    throw new S3Error("InvalidArgument", 400, "max-keys is not a number");
  const size = Math.min(most, MAX_PAGE_SIZE);
  const after = token === undefined ? startAfter : Buffer.from(token, "base64url").toString();
  const entries: Entry[] = [];
  let isMore = false;
  for (const entry of entriesAfter(objects, { bucket, prefix, delimiter, after })) {
    isMore = entries.length === size;
    if (isMore) break;
    entries.push(entry);
  }
  const last = entries.at(-1);
  const next = isMore && last ? Buffer.from(last.name).toString("base64url") : undefined;
  return { entries, most: size, ...(next === undefined ? {} : { next }) };
}

interface Entry {
  /** The key, or the common prefix that replaces the keys under it. */
  readonly name: string;
  readonly record?: ObjectRecord;
}

/** Skips the keys under a common prefix without reading them. */
function* entriesAfter(
  objects: ObjectStore,
  { bucket, prefix, delimiter, after }: Record<"bucket" | "prefix" | "delimiter" | "after", string>,
): Generator<Entry> {
  let from: { gt?: string; gte?: string } | undefined = { gt: after };
  while (from) {
    const records = objects.list(bucket, prefix, from);
    from = undefined;
    for (const record of records) {
      const end = delimiter === "" ? -1 : record.key.indexOf(delimiter, prefix.length);
      if (end < 0) {
        yield { name: record.key, record };
        continue;
      }
      const name = record.key.slice(0, end + delimiter.length);
      if (isAfter(name, after)) yield { name };
      const gte = firstBeyond(name);
      if (gte !== undefined) from = { gte };
      break;
    }
  }
}

/** The first text, in the order of UTF-8, after all texts with the prefix `text`; undefined when there is none. */
function firstBeyond(text: string): string | undefined {
  const characters = [...text];
  for (let last = characters.pop(); last !== undefined; last = characters.pop()) {
    const code = last.codePointAt(0)!;
    if (code === LAST_CODE_POINT) continue;
    return (
      characters.join("") + String.fromCodePoint(code === BEFORE_SURROGATES ? AFTER_SURROGATES : code + 1)
    );
  }
  return undefined;
}

function isAfter(name: string, after: string): boolean {
  return Buffer.compare(Buffer.from(name), Buffer.from(after)) > 0;
}

function contents(record: ObjectRecord, encode: (text: string) => string): XmlContent {
  return {
    Key: encode(record.key),
    LastModified: new Date(record.lastModified).toISOString(),
    ETag: `"${record.etag}"`,
    Size: record.size,
    StorageClass: "STANDARD",
  };
}
