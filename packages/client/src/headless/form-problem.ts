/**
 * What is wrong with a field, for a page to put into its own words: a code, with the parameters of its
 * sentence. Numbers given as text are written as the form's locale writes them. `said` is the server's own
 * message.
 */
export type FormProblem =
  | { readonly code: "needed" }
  /** In characters, as people count them. */
  | { readonly code: "too_short"; readonly least: number; readonly length: number }
  | { readonly code: "too_long"; readonly most: number; readonly length: number }
  | { readonly code: "not_a_date" | "not_a_moment" | "not_a_time" | "not_an_email" | "not_an_address" }
  | { readonly code: "not_a_number" | "not_json" }
  /** More digits than can be kept, or too large a number; `at` is its place in a JSON value. */
  | { readonly code: "lossy_number"; readonly at?: string }
  /** The text could be either of these numbers. */
  | { readonly code: "two_readings"; readonly readings: readonly [string, string] }
  | { readonly code: "not_whole"; readonly number: string }
  | { readonly code: "too_small"; readonly least: string }
  | { readonly code: "too_large"; readonly most: string }
  | { readonly code: "not_above" | "not_below"; readonly bound: string }
  | { readonly code: "not_a_multiple"; readonly of: string }
  | { readonly code: "only_yes" | "only_no" }
  /** The number of items is wrong. */
  | { readonly code: "too_few"; readonly least: number }
  | { readonly code: "too_many"; readonly most: number }
  | { readonly code: "two_equal" }
  | { readonly code: "said"; readonly text: string };
