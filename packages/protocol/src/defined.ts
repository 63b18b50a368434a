/** `T` without its undefined values: a property that may be undefined becomes optional. */
export type Defined<T extends object> = T extends unknown
  ? Flat<
      { -readonly [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & {
        -readonly [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>;
      }
    >
  : never;

type Flat<T> = { [K in keyof T]: T[K] };

/**
 * The same properties without those whose value is undefined, so that an object literal such as `{ re, details }` can
 * be used even if one is missing. Literals keep their types; null, false, 0 and the empty text stay.
 */
export function defined<const T extends object>(properties: T): Defined<T> {
  return Object.fromEntries(
    Object.entries(properties).filter(([, value]) => value !== undefined),
  ) as Defined<T>;
}
