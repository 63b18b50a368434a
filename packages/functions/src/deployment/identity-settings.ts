import { isCapability, Principal } from "@callboard/protocol";
import { isUserClaim, USER_CLAIM, USER_CLAIM_RULE } from "../user-claim.ts";

/** An existing issuer. */
interface IssuerSettings {
  /** The `iss` of its tokens, without a slash at the end. */
  readonly url: string;
  /** Where its public keys are, unless they are at the default address. */
  readonly jwksUrl?: string;
  /** Accepted audiences, the pages' client included; undefined: any. */
  readonly audience?: readonly string[];
  /** The pages' public client; without it nobody can sign in to them. */
  readonly clientId?: string;
  /** The sign-out address, as with Cognito: `client_id` and `logout_uri` are added. */
  readonly logoutUrl?: string;
}

/** Who people are and what they may do: the same settings deployed and on one machine. */
export interface IdentitySettings {
  readonly issuer?: IssuerSettings;
  /** The claim with a person's id. */
  readonly userClaim: string;
  /** Which of the issuer's tokens the pages send. */
  readonly pagesToken: "id" | "access";
  /** Capabilities by role, added to those of the token; `*` stands for everybody except guests. */
  readonly capabilities?: Readonly<Record<string, readonly string[]>>;
  /** Whether people without an account may watch, with guests' tokens from the issuer. */
  readonly guests: boolean;
}

/** How people sign in to the pages, as `config.json` has it. */
export interface PagesSignIn {
  readonly issuer: string;
  readonly clientId: string;
  readonly token: "id" | "access";
  readonly logoutUrl?: string;
}

type Variables = Readonly<Record<string, string | undefined>>;

const CAPABILITIES_RULE =
  'JSON such as {"*": ["watch:*"], "editors": ["work:*"]}: each capability, of a role by its name or of everybody, is watch:, work: or answer: and a subject in which * is anything';

/** Reads the settings. Each invalid one adds a line with its name, and no value, to `problems`. */
export function readIdentity(
  variables: Variables,
  problems: string[],
  { address, addressRule }: { readonly address: RegExp; readonly addressRule: string },
): IdentitySettings {
  const text = (name: string, pattern: RegExp, what: string): string | undefined => {
    const value = variables[name]?.trim();
    if (!value || pattern.test(value)) return value || undefined;
    problems.push(`${name} is not ${what}`);
    return undefined;
  };
  const url = text("CALLBOARD_ISSUER", address, addressRule)?.replace(/\/$/, "");
  const jwksUrl = text("CALLBOARD_JWKS_URL", address, addressRule);
  const audience = text("CALLBOARD_AUDIENCE", word, "text of at most 200 characters without spaces");
  const clientId = text("CALLBOARD_CLIENT_ID", word, "text of at most 200 characters without spaces");
  const logoutUrl = text("CALLBOARD_LOGOUT_URL", address, addressRule);
  const pagesToken = text("CALLBOARD_PAGES_TOKEN", /^(id|access)$/, "id or access");
  const userClaim = text("CALLBOARD_USER_CLAIM", /./, "");
  if (userClaim !== undefined && !isUserClaim(userClaim))
    problems.push(`CALLBOARD_USER_CLAIM is not ${USER_CLAIM_RULE}`);
  const capabilities = capabilitiesIn(variables.CALLBOARD_CAPABILITIES?.trim());
  if (capabilities === null) problems.push(`CALLBOARD_CAPABILITIES is not ${CAPABILITIES_RULE}`);
  const guests = text("CALLBOARD_GUESTS", /^(true|false)$/, "true or false");

  for (const name of ["CALLBOARD_JWKS_URL", "CALLBOARD_AUDIENCE", "CALLBOARD_CLIENT_ID"])
    if (variables[name]?.trim() && !variables.CALLBOARD_ISSUER?.trim())
      problems.push(`${name} belongs to a CALLBOARD_ISSUER, which is missing`);
  if (logoutUrl && !variables.CALLBOARD_CLIENT_ID?.trim())
    problems.push("CALLBOARD_LOGOUT_URL belongs to a CALLBOARD_CLIENT_ID, which is missing");
  if (pagesToken && variables.CALLBOARD_ISSUER?.trim() && !variables.CALLBOARD_CLIENT_ID?.trim())
    problems.push("CALLBOARD_PAGES_TOKEN belongs to a CALLBOARD_CLIENT_ID, which is missing");

  const audiences = [...new Set([audience, clientId].filter((one) => one !== undefined))];
  return {
    ...(url
      ? {
          issuer: {
            url,
            ...(jwksUrl ? { jwksUrl } : {}),
            ...(audiences.length > 0 ? { audience: audiences } : {}),
            ...(clientId ? { clientId } : {}),
            ...(logoutUrl ? { logoutUrl } : {}),
          },
        }
      : {}),
    userClaim: userClaim ?? USER_CLAIM,
    pagesToken: pagesToken === "access" ? "access" : "id",
    ...(capabilities ? { capabilities } : {}),
    guests: guests === "true",
  };
}

const word = /^\S{1,200}$/;

/** Null if they are not valid. */
function capabilitiesIn(text: string | undefined): Record<string, string[]> | null | undefined {
  if (!text) return undefined;
  try {
    const read: unknown = JSON.parse(text);
    return isCapabilities(read) ? read : null;
  } catch {
    return null;
  }
}

const isCapabilities = (value: unknown): value is Record<string, string[]> =>
  typeof value === "object" &&
  value !== null &&
  !Array.isArray(value) &&
  Object.entries(value).every(
    ([role, list]) =>
      (role === "*" || Principal.safeParse(`role/${role}`).success) &&
      Array.isArray(list) &&
      list.length > 0 &&
      list.every((one) => typeof one === "string" && isCapability(one)),
  );

type Told = Partial<Record<"TOKEN_AUDIENCE" | "TOKEN_USER_CLAIM" | "CAPABILITIES" | "GUESTS", string>>;

/** Variables of the authorizers, besides the addresses of the issuer and its keys. */
export function authorizeVariables(
  { userClaim, guests }: Pick<IdentitySettings, "userClaim" | "guests">,
  capabilities: IdentitySettings["capabilities"],
  audience: readonly string[] | undefined,
): Told {
  return {
    ...(audience ? { TOKEN_AUDIENCE: audience.join(" ") } : {}),
    ...(userClaim === USER_CLAIM ? {} : { TOKEN_USER_CLAIM: userClaim }),
    ...(capabilities && Object.keys(capabilities).length > 0
      ? { CAPABILITIES: JSON.stringify(capabilities) }
      : {}),
    ...(guests ? { GUESTS: "true" } : {}),
  };
}

/** How people sign in with your own issuer; undefined if they cannot. */
export const signInOf = ({ issuer, pagesToken }: IdentitySettings): PagesSignIn | undefined =>
  issuer?.clientId === undefined
    ? undefined
    : {
        issuer: issuer.url,
        clientId: issuer.clientId,
        token: pagesToken,
        ...(issuer.logoutUrl ? { logoutUrl: issuer.logoutUrl } : {}),
      };
