/**
 * What is wrong with what stands in a field, for a page to put into its own words: a code, with the parts of its sentence.
 * Numbers that come as text are written as the form's locale writes them. `said` is what the server found, in its words.
 */
export type FormProblem =
  | { readonly code: "needed" }
  /** Characters, as people count them. */
  | { readonly code: "too_short"; readonly least: number; readonly length: number }
  | { readonly code: "too_long"; readonly most: number; readonly length: number }
  | { readonly code: "not_a_date" | "not_a_moment" | "not_a_time" | "not_an_email" | "not_an_address" }
  | { readonly code: "not_a_number" | "not_json" }
  /** More digits than can be kept, or too large a number; `at` is where in a value of JSON. */
  | { readonly code: "lossy_number"; readonly at?: string }
  /** It could be either of these numbers. */
  | { readonly code: "two_readings"; readonly readings: readonly [string, string] }
  | { readonly code: "not_whole"; readonly number: string }
  | { readonly code: "too_small"; readonly least: string }
  | { readonly code: "too_large"; readonly most: string }
  | { readonly code: "not_above" | "not_below"; readonly bound: string }
  | { readonly code: "not_a_multiple"; readonly of: string }
  | { readonly code: "only_yes" | "only_no" }
  /** How many items there are. */
  | { readonly code: "too_few"; readonly least: number }
  | { readonly code: "too_many"; readonly most: number }
  | { readonly code: "two_equal" }
  | { readonly code: "said"; readonly text: string };
