import { Ajv, type Options } from "ajv";
import { Ajv2019 } from "ajv/dist/2019.js";
import { Ajv2020 } from "ajv/dist/2020.js";
import type AjvCore from "ajv/dist/core.js";
import Ajv04 from "ajv-draft-04";

/** A version of JSON Schema. */
export interface Draft {
  /** The keyword that gives a schema its id. */
  readonly idWord: "$id" | "id";
  /** A validator of this version; it keeps what it compiles. */
  create(options: Options): AjvCore.default;
  /** The meta-schema of this version. */
  readonly metaschema: string;
}

const draft2020: Draft = {
  idWord: "$id",
  create: (options) => new Ajv2020(options),
  metaschema: "https://json-schema.org/draft/2020-12/schema",
};
const draft2019: Draft = {
  idWord: "$id",
  create: (options) => new Ajv2019(options),
  metaschema: "https://json-schema.org/draft/2019-09/schema",
};
const draft07: Draft = {
  idWord: "$id",
  create: (options) => new Ajv(options),
  metaschema: "http://json-schema.org/draft-07/schema",
};
const draft04: Draft = {
  idWord: "id",
  create: (options) => new Ajv04.default(options),
  metaschema: "http://json-schema.org/draft-04/schema",
};

/** By the end of `$schema`; draft-06 is treated as draft-07. */
const drafts: ReadonlyMap<string, Draft> = new Map([
  ["draft/2020-12/schema", draft2020],
  ["draft/2019-09/schema", draft2019],
  ["draft-07/schema", draft07],
  ["draft-06/schema", draft07],
  ["draft-04/schema", draft04],
]);

/** A schema's version, 2020-12 if it names none; undefined if the version is not known here. */
export function draftOf({ $schema }: Readonly<Record<string, unknown>>): Draft | undefined {
  if ($schema === undefined) return draft2020;
  if (typeof $schema !== "string") return undefined;
  const [, name = ""] = /^https?:\/\/json-schema\.org\/(.*?)#?$/.exec($schema) ?? [];
  return drafts.get(name);
}
