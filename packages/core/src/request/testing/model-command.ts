import fc from "fast-check";
import { type Model, type ModelRequest, observe } from "./model-state.ts";
import type { World } from "./model-world.ts";

/** A command of the model test, with a name and its random numbers. */
class Happening implements fc.AsyncCommand<Model, World> {
  readonly name: string;
  readonly drawn: unknown;
  readonly happen: (model: Model, world: World) => Promise<unknown>;
  readonly needsRequest: boolean;

  constructor(
    name: string,
    drawn: unknown,
    happen: (model: Model, world: World) => Promise<unknown>,
    needsRequest: boolean,
  ) {
    this.name = name;
    this.drawn = drawn;
    this.happen = happen;
    this.needsRequest = needsRequest;
  }

  check(model: Readonly<Model>): boolean {
    return !this.needsRequest || model.requests.length > 0;
  }

  async run(model: Model, world: World): Promise<void> {
    await this.happen(model, world);
    await observe(model, world);
  }

  toString(): string {
    return `${this.name} ${JSON.stringify(this.drawn)}`;
  }
}

/** A command that does something to the world. */
export function command<T>(
  name: string,
  drawn: fc.Arbitrary<T>,
  happen: (d: T, model: Model, world: World) => Promise<unknown>,
) {
  return drawn.map((d) => new Happening(name, d, (model, world) => happen(d, model, world), false));
}

/** A command that does something to one of the requests, more often to the latest. */
export function ofRequest<T>(
  name: string,
  drawn: fc.Arbitrary<T>,
  happen: (request: ModelRequest, d: T, model: Model, world: World) => Promise<unknown>,
) {
  return fc
    .tuple(drawn, fc.nat({ max: 4 }))
    .map(
      ([d, back]) =>
        new Happening(
          name,
          [d, back],
          (model, world) => happen(model.requests.at(-1 - (back % model.requests.length))!, d, model, world),
          true,
        ),
    );
}

/** One of the values, or nothing. */
export const maybe = <T>(...values: T[]) => fc.constantFrom(undefined, ...values);
