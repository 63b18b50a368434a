/** How a load is spread: event `n` belongs to one of the subjects, and there to one of the steps, in turn. */
export interface Spread {
  readonly subjects: number;
  readonly steps: number;
}

export const subjectOf = ({ subjects }: Spread, n: number): number => n % subjects;

export const stepOf = ({ subjects, steps }: Spread, n: number): number => Math.floor(n / subjects) % steps;

/**
 * The event that event `n` replaces in a channel, if there is one. A channel has only the latest value of each key: if
 * two values of a step are pushed together, the earlier one counts as arrived with the later one.
 */
export function replaces({ subjects, steps }: Spread, n: number): number | undefined {
  const replaced = n - subjects * steps;
  return replaced < 0 ? undefined : replaced;
}
