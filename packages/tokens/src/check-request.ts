/** Who a token is for and what they may do. */
export interface TokenRequest {
  /**
   * The user's id, which makes the principal `user/<id>`: 1 to 128 letters, digits or `. _ @ : | + = -`. No person may
   * be `system` or have an id that begins with `erased-`.
   */
  readonly user: string;
  /** The name that other people read, 1 to 100 characters; default: the id. */
  readonly name?: string | undefined;
  /** At most 20, each 1 to 128 letters, digits or `. _ @ : | + = -`: `editors` makes `role/editors`. */
  readonly roles?: readonly string[] | undefined;
  /**
   * At most 50, each at most 220 characters: `watch:`, `work:` or `answer:` and a subject in which `*` stands for any
   * text.
   */
  readonly capabilities?: readonly string[] | undefined;
  /**
   * The user's mail address, at most 254 characters. Give it only if you have verified it: it counts as verified.
   */
  readonly email?: string | undefined;
  /** Their language, such as `ja` or `en-US`: notices are in Japanese or in English. */
  readonly locale?: string | undefined;
  /** The IANA name of their time zone, such as `Asia/Tokyo`. */
  readonly zoneinfo?: string | undefined;
  /** 60 to 43,200 (12 hours); default: 3,600. */
  readonly ttlSeconds?: number | undefined;
}

/** What a guest, a viewer without an account, may see. */
export interface GuestRequest {
  /** 1 to 50 subjects, such as `video/v_1`; guests cannot have globs. */
  readonly watch: readonly string[];
  /** 60 to 3,600 (1 hour); default: 3,600. */
  readonly ttlSeconds?: number | undefined;
}

/** The forms and limits are those of docs/identity.md; the server ignores the parts of a token that exceed them. */
const ID = /^[\w.@:|+=-]{1,128}$/;
const ID_FORM = "1 to 128 letters, digits or . _ @ : | + = -";
/** `system` is the author of automatic changes, and `erased-…` replaces the id of an erased person. */
const RESERVED = /^(system$|erased-)/;
const SUBJECT = /^(?=.{1,200}$)[\w.@:|+=-]+(\/[\w.@:|+=-]+)+$/;
const CAPABILITY = /^(?=.{1,220}$)(watch|work|answer):(?=.*[*/])[\w.@:|+=*-]+(\/[\w.@:|+=*-]+)*$/;
const EMAIL =
  /^(?=.{1,254}$)(?=[^@]{1,64}@)[\w!#$%&'*+/=?^`{|}~-]+(\.[\w!#$%&'*+/=?^`{|}~-]+)*@(?!.*\.\d+$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)+$/i;
const LOCALE = /^(?=.{1,35}$)[A-Za-z]{2,8}([-_][A-Za-z0-9]{1,8})*$/;
const ZONE = /^(?=.{1,60}$)[A-Za-z][\w+-]*(\/[A-Za-z][\w+-]*)*$/;
const MAX_ROLES = 20;
const MAX_CAPABILITIES = 50;
const MAX_NAME_LENGTH = 100;
const MIN_TTL_SECONDS = 60;
const MAX_TTL_SECONDS = 12 * 3600;
const MAX_GUEST_TTL_SECONDS = 3600;
const DEFAULT_TTL_SECONDS = 3600;

/** Returns the lifetime in seconds. Throws a RangeError that names the first invalid field. */
export function checkRequest(request: TokenRequest): number {
  const { user, name, roles, capabilities, email, locale, zoneinfo, ttlSeconds } = request;
  check(isText(user) && ID.test(user), "user", ID_FORM);
  check(!RESERVED.test(user), "user", "the id of a person: not system, and not beginning with erased-");
  check(
    name === undefined || (isText(name) && name.trim() !== "" && name.length <= MAX_NAME_LENGTH),
    "name",
    `1 to ${MAX_NAME_LENGTH} characters`,
  );
  checkList("roles", roles, MAX_ROLES, ID, ID_FORM);
  checkList(
    "capabilities",
    capabilities,
    MAX_CAPABILITIES,
    CAPABILITY,
    "watch:, work: or answer: and a glob such as video/*, at most 220 characters in all",
  );
  checkText("email", email, (text) => EMAIL.test(text), "an ASCII address that mail can be sent to");
  checkText("locale", locale, (text) => LOCALE.test(text), "a language tag such as ja or en-US");
  checkText("zoneinfo", zoneinfo, isZone, "the IANA name of a time zone, such as Asia/Tokyo");
  return checkTtl(ttlSeconds, MAX_TTL_SECONDS);
}

/** Returns the lifetime in seconds. Throws a RangeError that names the first invalid field. */
export function checkGuestRequest({ watch, ttlSeconds }: GuestRequest): number {
  checkList("watch", watch, MAX_CAPABILITIES, SUBJECT, "a subject such as video/v_1, without a glob");
  check(watch?.length > 0, "watch", "a list of at least one subject");
  return checkTtl(ttlSeconds, MAX_GUEST_TTL_SECONDS);
}

function checkTtl(ttlSeconds = DEFAULT_TTL_SECONDS, max: number): number {
  check(
    Number.isInteger(ttlSeconds) && ttlSeconds >= MIN_TTL_SECONDS && ttlSeconds <= max,
    "ttlSeconds",
    `a whole number of seconds from ${MIN_TTL_SECONDS} to ${max}`,
  );
  return ttlSeconds;
}

function checkList(
  field: string,
  list: readonly string[] | undefined,
  max: number,
  pattern: RegExp,
  form: string,
): void {
  if (list === undefined) return;
  check(Array.isArray(list) && list.length <= max, field, `a list of at most ${max}`);
  list.forEach((one, at) => {
    check(isText(one) && pattern.test(one), `${field}[${at}]`, form);
  });
}

function checkText(
  field: string,
  text: string | undefined,
  isValid: (text: string) => boolean,
  form: string,
): void {
  check(text === undefined || (isText(text) && isValid(text)), field, form);
}

/** Whether this machine knows a time zone with that name; offsets such as `+09:00` are refused. */
function isZone(text: string): boolean {
  try {
    return ZONE.test(text) && Boolean(new Intl.DateTimeFormat("en", { timeZone: text }));
  } catch {
    return false;
  }
}

const isText = (value: unknown): value is string => typeof value === "string";

function check(holds: boolean, field: string, form: string): void {
  if (!holds) throw new RangeError(`${field} must be ${form}`);
}
