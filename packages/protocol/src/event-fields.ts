import * as z from "zod/mini";
import { limits } from "./limits.ts";
import { Principal } from "./names.ts";
import { AvatarValue, ReleasedMedia, Verb } from "./shared-fields.ts";
import { cutBytes, cutText, jsonBytes } from "./text.ts";
import { verbNames } from "./verbs.ts";

/** A schema that also refuses a value with more bytes, as JSON. */
export const small = <T extends z.core.SomeType>(schema: T, bytes: number) =>
  (schema as unknown as z.ZodMiniType).check(
    z.refine((value) => jsonBytes(value) <= bytes, { error: `over ${bytes} bytes` }),
  ) as unknown as T;

/** A field that may be absent; null means the same as absent. */
export const maybe = <T extends z.core.SomeType>(schema: T) =>
  z.optional(
    z.pipe(
      z.nullable(schema),
      z.transform((value: z.output<T> | null) => value ?? undefined),
    ),
  );

/** The schema inside a decoration, for valid values. */
const decorated = new WeakMap<z.core.$ZodType, z.core.$ZodType>();
export const schemaInDecoration = (schema: z.core.$ZodType) => decorated.get(schema);

/** A field that its event can do without: an invalid value is left out. */
export function decoration<T extends z.core.$ZodType>(schema: T) {
  // Not the library's `catch`, which would add much other code to a bundle.
  const read = z.transform((value: unknown): z.output<T> | undefined => {
    const taken = z.safeParse(schema, value);
    return taken.success ? taken.data : undefined;
  });
  decorated.set(read, schema);
  return z.optional(read);
}

/** A text that is shown. It is cut if it is too long: its event is not refused for it. */
export const cut = (max: number, min = 0) =>
  z.pipe(
    z.string().check(z.minLength(min)),
    z.transform((text) => cutText(text, max)),
  );

const visible = /[^\s\p{Cc}\p{Default_Ignorable_Code_Point}]/u;
/** A text with at least one visible character. */
export const visibleText = (max: number) =>
  z.pipe(
    z.string().check(
      z.minLength(1),
      z.refine((text) => text === "" || visible.test(text), { error: "nothing but blanks" }),
    ),
    z.transform((text) => cutText(text, max)),
  );

/** A list without duplicates, of at most `max` items. */
const distinct = <T extends z.core.SomeType>(list: z.ZodMiniArray<T>, max: number) =>
  z.pipe(
    list.check(z.refine((all) => new Set(all).size <= max, { error: `at most ${max} items` })),
    z.transform((all) => [...new Set(all)]),
  );

const numberText = /^\s*[+-]?\d+(\.\d+)?\s*$/;
/** A number that may be written as a text, for example by `$string()`. */
const numeric = <T extends z.core.$ZodType<unknown, number>>(schema: T) =>
  z.pipe(
    z.transform((value: unknown) =>
      typeof value === "string" && numberText.test(value) ? Number(value) : value,
    ),
    schema as never,
  ) as unknown as z.ZodMiniType<number>;

/** Any number; it is infinite if the event's number was too large. */
const Numeric = z.custom<number>((value) => typeof value === "number" && !Number.isNaN(value), {
  error: "expected a number",
});

const MOMENT_RULE = "a time from 2000 up to 2100, in milliseconds or as ISO 8601";
const isInTime = (ms: number): boolean => ms >= limits.earliestTime && ms < limits.latestTime;

const isoTime = /^\d{4}-\d\d-\d\d/;
function msOf(moment: number | string): number {
  if (typeof moment === "number") return Math.floor(moment);
  return isoTime.test(moment) ? Date.parse(moment) : Number.NaN;
}
const isMoment = (moment: unknown): moment is number | string =>
  (typeof moment === "number" || typeof moment === "string") && isInTime(msOf(moment));

/** A time in milliseconds, or in ISO 8601 as `$now()` and `EnteredTime` give it. */
export const Moment = z.pipe(z.custom<number | string>(isMoment, { error: MOMENT_RULE }), z.transform(msOf));

/** The ARN of an execution. */
export const Execution = z.string().check(z.minLength(1), z.maxLength(512));
/** The owners of a subject; only the first ones, up to the limit, count. */
export const Owners = z.pipe(
  z.array(Principal),
  z.transform((all) => [...new Set(all)].slice(0, limits.owners)),
);
/** The principals who are asked. */
export const Assignees = distinct(z.array(Principal).check(z.minLength(1)), limits.assignees);
/** The verbs that may be answered with. */
export const Verbs = distinct(z.array(Verb).check(z.minLength(1)), verbNames.length);
/** The title of something. */
export const Title = cut(limits.titleLength, 1);
/** The source of a proposal, as people read it. */
export const Source = cut(limits.sourceLength, 1);
/** Labels of known verbs. */
export const Labels = z.object(
  Object.fromEntries(verbNames.map((verb) => [verb, decoration(visibleText(limits.labelLength))])) as Record<
    Verb,
    ReturnType<typeof decoration<ReturnType<typeof visibleText>>>
  >,
);
/** The language of a text: a BCP 47 tag. */
export const Lang = z.pipe(
  // Many systems write `en_US` and `en_US.UTF-8`.
  z.pipe(
    z.string(),
    z.transform((tag) => tag.replace(/[.@].*$/s, "").replaceAll("_", "-")),
  ),
  z.string().check(z.regex(/^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8}){0,4}$/, "a BCP 47 tag, such as en or pt-BR")),
);
/** The number of a step's attempt. */
export const Attempt = numeric(z.int().check(z.positive()));
/** A duration in whole seconds; one that is longer than any wait is cut to the longest wait. */
export const Seconds = z.pipe(
  Numeric.check(z.refine((count) => count > 0, { error: "more than 0" })),
  z.transform((count) => Math.min(limits.timeoutSeconds, Math.max(1, Math.floor(count)))),
);
/** A percentage, clamped to 0 to 100. */
export const Percent = z.pipe(
  numeric(Numeric),
  z.transform((percent) => Math.min(100, Math.max(0, percent))),
);

/** Marks data of which a part was left out because it was too large. */
const truncated = { truncated: true } as const;

/** The named fields that fit, in their order; all fields if they fit. */
export function fitted(fields: Record<string, unknown>, names: readonly string[], max: number) {
  if (jsonBytes(fields) <= max) return fields;
  const kept: Record<string, unknown> = { ...truncated };
  for (const name of names)
    if (Object.hasOwn(fields, name) && jsonBytes({ ...kept, [name]: fields[name] }) <= max)
      kept[name] = fields[name];
  return kept;
}

/**
 * A report's `data`. If it is too large, only the facts that Callboard itself reads remain. A title, picture or video
 * in it that is invalid is left out.
 */
export const Data = z.pipe(
  z.record(z.string(), z.unknown()),
  z.transform((data) => {
    const facts = { ...data };
    if ("title" in data) facts.title = visibleText(limits.titleLength).safeParse(data.title).data;
    if ("avatar" in data && !AvatarValue.safeParse(data.avatar).success) facts.avatar = undefined;
    if ("media" in data && !ReleasedMedia.safeParse(data.media).success) facts.media = undefined;
    return fitted(facts, ["title", "avatar", "media", "step"], limits.dataBytes);
  }),
);

/** Why something failed, as text; an object becomes its JSON. */
export const Cause = z.pipe(
  z.union([z.string(), z.record(z.string(), z.unknown()), z.array(z.unknown())]),
  z.transform((cause) =>
    cutBytes(typeof cause === "string" ? cause : JSON.stringify(cause), limits.causeBytes),
  ),
);

/** When an event was put, as the bus reports it. */
export const EventTime = z.string().check(z.refine(isMoment, { error: MOMENT_RULE }));
