import { told } from "./figure.ts";
import type { Context, Figure, Side } from "./row.ts";

/** The sides of a run: one, or both when there is something to compare with. */
export const sides = ({ against }: Pick<Context, "against">): readonly Side[] =>
  against === undefined ? ["here"] : ["before", "here"];

/** The same in the order of a run: each other run begins with the other, so that neither is always the warm one. */
export const turnsOf = (context: Pick<Context, "against">, run: number): readonly Side[] =>
  run % 2 === 0 ? [...sides(context)].reverse() : sides(context);

/** Adds the other checkout's figures of the same runs to the figures of this one. */
export function beforeOf(
  { against }: Pick<Context, "against">,
  figures: readonly Figure[],
  before: readonly Figure[],
): Figure[] {
  return figures.map((figure) => {
    const other = before.find(({ name }) => name === figure.name);
    if (!other || against === undefined) return figure;
    return { ...figure, before: { text: told(other), from: `${against.label}, in the same runs` } };
  });
}
