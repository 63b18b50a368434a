import * as z from "zod/mini";

/** What a function must be told, by the name of the variable; the message says what it is for. */
export const required = (what: string) => z.string({ error: what }).check(z.minLength(1, what));
export const url = (what: string) => z.url({ error: what });

/** What metrics are told apart by: the application and its stage. */
export const STAGE = z.optional(z.string());

/** Text that is the JSON of a record of lists of texts. */
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
 * Reads and checks what a function needs to know. Throws one error that names every variable that is missing or not
 * what it should be, and no value; empty variables count as missing.
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
