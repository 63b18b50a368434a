import type { ObjectRecord } from "./object-store.ts";
import { encodePath, queryValue, type Target } from "./target.ts";
import { renderXml, S3Error, type XmlContent } from "./xml.ts";

const LARGEST_PAGE = 1000;
const NAMESPACE = "http://s3.amazonaws.com/doc/2006-03-01/";

/** Renders ListObjectsV2's answer; `records` are those under the asked prefix, in the order of their keys. */
export function listObjects(
  bucket: string,
  query: Target["query"],
  records: readonly ObjectRecord[],
): string {
  const prefix = queryValue(query, "prefix") ?? "";
  const delimiter = queryValue(query, "delimiter") ?? "";
  const startAfter = queryValue(query, "start-after");
  const token = queryValue(query, "continuation-token");
  const pageSize = readPageSize(queryValue(query, "max-keys"));
  const encode = queryValue(query, "encoding-type") === "url" ? encodePath : (text: string) => text;
  const after = token === undefined ? (startAfter ?? "") : Buffer.from(token, "base64url").toString();

  const entries = group(records, prefix, delimiter).filter((entry) => isAfter(entry.name, after));
  const page = entries.slice(0, pageSize);
  const last = page.at(-1);
  const truncated = entries.length > page.length && last !== undefined;
  const body: XmlContent = {
    Name: bucket,
    Prefix: encode(prefix),
    Delimiter: delimiter === "" ? undefined : encode(delimiter),
    StartAfter: startAfter === undefined ? undefined : encode(startAfter),
    EncodingType: queryValue(query, "encoding-type"),
    MaxKeys: pageSize,
    KeyCount: page.length,
    IsTruncated: truncated,
    ContinuationToken: token,
    NextContinuationToken: truncated ? Buffer.from(last.name).toString("base64url") : undefined,
    Contents: page.flatMap(({ record }) => (record ? [contents(record, encode)] : [])),
    CommonPrefixes: page.flatMap(({ record, name }) => (record ? [] : [{ Prefix: encode(name) }])),
  };
  return renderXml("ListBucketResult", body).replace(
    "<ListBucketResult>",
    `<ListBucketResult xmlns="${NAMESPACE}">`,
  );
}

interface Entry {
  /** The key, or the common prefix that stands for the keys under it. */
  readonly name: string;
  readonly record?: ObjectRecord;
}

function group(records: readonly ObjectRecord[], prefix: string, delimiter: string): Entry[] {
  const seen = new Set<string>();
  return records.flatMap((record): Entry[] => {
    const end = delimiter === "" ? -1 : record.key.indexOf(delimiter, prefix.length);
    if (end < 0) return [{ name: record.key, record }];
    const name = record.key.slice(0, end + delimiter.length);
    if (seen.has(name)) return [];
    seen.add(name);
    return [{ name }];
  });
}

function isAfter(name: string, after: string): boolean {
  return Buffer.compare(Buffer.from(name), Buffer.from(after)) > 0;
}

function readPageSize(text: string | undefined): number {
  if (text === undefined) return LARGEST_PAGE;
  if (!/^\d{1,9}$/.test(text)) throw new S3Error("InvalidArgument", 400, "max-keys is not a number");
  return Math.min(Number(text), LARGEST_PAGE);
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
