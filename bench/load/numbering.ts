/** How a load is spread: event `n` is of one of so many subjects, and there of one of so many steps in turn. */
export interface Spread {
  readonly subjects: number;
  readonly steps: number;
}

export const subjectOf = ({ subjects }: Spread, n: number): number => n % subjects;

export const stepOf = ({ subjects, steps }: Spread, n: number): number => Math.floor(n / subjects) % steps;

/**
 * The event that event `n` takes the place of in a channel, if there is one. A channel holds the latest value of each
 * key: when two values of a step are pushed together, the earlier one has arrived with the later.
 */
export function replaces({ subjects, steps }: Spread, n: number): number | undefined {
  const replaced = n - subjects * steps;
  return replaced < 0 ? undefined : replaced;
}
