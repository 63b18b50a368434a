import * as z from "zod/mini";
import { isUserClaim, USER_CLAIM_RULE } from "./user-claim.ts";
import { Lists, readVariables, STAGE, url } from "./variables.ts";

const Jwks = z.pipe(
  z.string(),
  z.transform((text, context) => {
    const issue = (message: string) => {
      context.issues.push({ code: "custom", message, input: undefined });
      return z.NEVER;
    };
    try {
      const jwks = JSON.parse(text) as { keys?: unknown };
      return Array.isArray(jwks.keys)
        ? (jwks as { keys: Record<string, unknown>[] })
        : issue("a JSON Web Key Set");
    } catch {
      return issue("a JSON Web Key Set");
    }
  }),
);

/** Words separated by spaces. */
const Words = (what: string) =>
  z.pipe(
    z.string().check(z.regex(/\S/, what)),
    z.transform((text) => text.split(" ").filter(Boolean)),
  );

/** What an authorizer reads from its environment. */
export const AuthorizeVariables = z
  .object({
    STAGE,
    TOKEN_JWKS: z.optional(Jwks),
    TOKEN_JWKS_URL: z.optional(url("the address of a JSON Web Key Set")),
    TOKEN_ISSUER: z.optional(z.string()),
    TOKEN_AUDIENCE: z.optional(Words("the audiences of tokens, separated by spaces")),
    TOKEN_USER_CLAIM: z.optional(z.string().check(z.refine(isUserClaim, USER_CLAIM_RULE))),
    CAPABILITIES: z.optional(Lists("lists of capabilities by role, as JSON")),
    /** Whether guests are let in. Default: no. */
    GUESTS: z.optional(z.enum(["true", "false"], { error: "true or false" })),
  })
  .check(
    z.refine((given) => Boolean(given.TOKEN_JWKS) !== Boolean(given.TOKEN_JWKS_URL), {
      path: ["TOKEN_JWKS"],
      error: "either this, a JSON Web Key Set, or TOKEN_JWKS_URL, its address",
    }),
  );

/** Reads an authorizer's settings, as `readVariables` does. */
export const authorizeEnvironment = (
  variables: Readonly<Record<string, string | undefined>>,
): z.infer<typeof AuthorizeVariables> => readVariables("authorize", AuthorizeVariables, variables);
