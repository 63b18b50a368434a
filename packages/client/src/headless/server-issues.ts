import {
  type AnswerField,
  type AnswerForm,
  type FieldPath,
  type FieldState,
  isBlank,
  partsOf,
} from "./form-field.ts";
import type { FieldProblem } from "./form-reading.ts";

/**
 * Finds the field of each issue of the server: `value.items.0.name: too short` belongs to that row's name, or
 * to the innermost field around it. An issue about anything but the value is left out.
 */
export function placedIssues(
  form: AnswerForm,
  state: FieldState | undefined,
  issues: readonly string[],
): FieldProblem[] {
  const places = [...placesOf(form.field, state, [], "value")].sort((a, b) => b.at.length - a.at.length);
  return issues.flatMap((issue) => {
    const place = places.find(({ at }) => issue.startsWith(at) && /^(:|\.)/.test(issue.slice(at.length)));
    return place
      ? [
          {
            path: place.path,
            problem: { code: "said", text: issue.slice(place.at.length).replace(/^(: ?|\.)/, "") },
          },
        ]
      : [];
  });
}

interface Place {
  readonly path: FieldPath;
  /** In the server's numbering, which does not count empty rows. */
  readonly at: string;
}

function* placesOf(
  field: AnswerField,
  state: FieldState | undefined,
  path: FieldPath,
  at: string,
): Generator<Place> {
  yield { path, at };
  const states = partsOf(state);
  if (field.kind === "group")
    for (const [index, { name, field: part }] of field.parts.entries())
      yield* placesOf(part, states[index], [...path, name], `${at}.${name}`);
  if (field.kind === "list") {
    const rows = [...states.keys()].filter((row) => !isBlank(field.item, states[row]));
    for (const [index, row] of rows.entries())
      yield* placesOf(field.item, states[row], [...path, row], `${at}.${index}`);
  }
}
