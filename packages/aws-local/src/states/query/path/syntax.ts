import type { Json } from "../../../json.ts";

/** One step of a path, from the values reached so far to those that it selects. */
export type Segment =
  | { readonly kind: "names"; readonly names: readonly string[] }
  | { readonly kind: "indexes"; readonly indexes: readonly number[] }
  | { readonly kind: "slice"; readonly from: number | undefined; readonly to: number | undefined }
  | { readonly kind: "wildcard" }
  | { readonly kind: "filter"; readonly test: Filter }
  | { readonly kind: "descend"; readonly segment: Segment };

/** A condition in `[?(…)]`; `@` is the candidate, `$` the document. */
export type Filter =
  | { readonly kind: "and" | "or"; readonly left: Filter; readonly right: Filter }
  | { readonly kind: "not"; readonly filter: Filter }
  | { readonly kind: "exists"; readonly operand: Operand }
  | { readonly kind: "matches"; readonly operand: Operand; readonly pattern: RegExp }
  | {
      readonly kind: "compare";
      readonly operator: Comparison;
      readonly left: Operand;
      readonly right: Operand;
    };

export type Comparison = "==" | "!=" | "<" | "<=" | ">" | ">=" | "in" | "nin";

export type Operand =
  | { readonly kind: "literal"; readonly value: Json }
  | { readonly kind: "path"; readonly from: "candidate" | "document"; readonly segments: readonly Segment[] };

/** A parsed JSONPath. A definite one selects one value or fails; any other selects an array of matches. */
export interface Path {
  readonly root:
    | { readonly kind: "input" | "context" }
    | { readonly kind: "variable"; readonly name: string };
  readonly segments: readonly Segment[];
  readonly definite: boolean;
}

/** True when the segments can select at most one value. */
export function isDefinite(segments: readonly Segment[]): boolean {
  return segments.every((segment, at) => {
    if (segment.kind === "indexes") return segment.indexes.length === 1;
    // Several names select one merged object, but only as the last step.
    return segment.kind === "names" && (segment.names.length === 1 || at === segments.length - 1);
  });
}

/** The bracket form in Step Functions' causes: `$['a'][0]`. */
export function normalize(segments: readonly Segment[]): string {
  return `$${segments.map(bracket).join("")}`;
}

function bracket(segment: Segment): string {
  switch (segment.kind) {
    case "names":
      return `[${segment.names.map((name) => `'${name}'`).join(",")}]`;
    case "indexes":
      return `[${segment.indexes.join(",")}]`;
    case "slice":
      return `[${segment.from ?? ""}:${segment.to ?? ""}]`;
    case "wildcard":
      return "[*]";
    case "filter":
      return "[?]";
    case "descend":
      return `..${bracket(segment.segment)}`;
  }
}
