import * as z from "zod/mini";

/** A function's required variables, by name; the value says what it is for, in error messages. */
export const required = (what: string) => z.string({ error: what }).check(z.minLength(1, what));
export const url = (what: string) => z.url({ error: what });

/** Dimensions of metrics: the application and its stage. */
export const STAGE = z.optional(z.string());

/** Text that is JSON of a record of lists of strings. */
export const Lists = (what: string) =>
  z.pipe(
    z.string(),
    z.transform((text, context): Record<string, string[]> => {
      try {
        const read = z.safeParse(z.record(z.string(), z.array(z.string())), JSON.parse(text));
        if (read.success) return read.data;
      } catch {}
      context.issues.push({ code: "custom", message: what, input: undefined });
      return z.NEVER;
    }),
  );

/**
 * Reads and checks a function's variables. Throws one error that names every variable that is missing or invalid, and no
 * value; empty variables count as missing.
 */
export function readVariables<T>(
  name: string,
  schema: z.ZodMiniType<T>,
  variables: Readonly<Record<string, string | undefined>>,
): T {
  const given = Object.fromEntries(Object.entries(variables).filter(([, value]) => value !== ""));
  const read = z.safeParse(schema, given);
  if (read.success) return read.data;
  const problems = read.error.issues.map(({ path, message }) => `${path.join(".")} (${message})`);
  throw new Error(`the environment of ${name} lacks ${problems.join(", ")}`);
}
