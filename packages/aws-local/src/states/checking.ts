/** A problem of a definition, as ValidateStateMachineDefinition reports it. */
export interface DefinitionProblem {
  readonly code: string;
  readonly message: string;
  /** A JSON pointer to the state or field. */
  readonly location: string;
}

/** A JSON object that was not checked yet. */
export type Unchecked = Readonly<Record<string, unknown>>;

/** Reports one problem. */
export type Report = (code: string, message: string, location: string) => void;

/** What a check knows of its place in the definition. */
export interface Place {
  readonly report: Report;
  readonly location: string;
  readonly machineLanguage: unknown;
}

export const SCHEMA = "SCHEMA_VALIDATION_FAILED";

/** Whether a value is a whole number between two bounds, both included. */
export function isInteger(value: unknown, least: number, most: number): boolean {
  return Number.isInteger(value) && (value as number) >= least && (value as number) <= most;
}
