import * as z from "zod/mini";
import { limits } from "./limits.ts";
import { Name } from "./names.ts";
import { verbNames, type verbs } from "./verbs.ts";

/** Milliseconds since the Unix epoch, up to the latest time of a `Date`. */
export const Time = z.int().check(z.nonnegative(), z.maximum(8.64e15));

/** A verb of a reply; the table `verbs` describes each. */
export const Verb = z.enum(verbNames);
export type Verb = keyof typeof verbs;

/** The source of candidates, as people read it. */
export const Source = z.string().check(z.minLength(1), z.maxLength(limits.sourceLength));

/** The texts of a question's buttons, in place of the usual ones, by verb. */
export const Labels = z.partialRecord(
  Verb,
  z.string().check(z.minLength(1), z.maxLength(limits.labelLength)),
);
export type Labels = z.infer<typeof Labels>;

/** A person, or `system` for automatic changes. */
export const Person = z.object({ id: z.string(), name: z.string() });
export type Person = z.infer<typeof Person>;

export const StepState = z.enum(["started", "running", "waiting", "succeeded", "failed", "skipped"]);
export type StepState = z.infer<typeof StepState>;

/** A file in the deployment's bucket. The channel contains the key; each delivery adds a freshly signed URL. */
export const StoredObject = z.object({
  key: z.string().check(z.minLength(1), z.maxLength(512)),
  mediaType: z.string().check(z.maxLength(100)),
  url: z.optional(z.string()),
  expiresAt: z.optional(Time),
});
export type StoredObject = z.infer<typeof StoredObject>;

/** `title`: the chosen title. */
export const TitleValue = z.object({ title: z.string().check(z.maxLength(limits.titleLength)) });
export type TitleValue = z.infer<typeof TitleValue>;

/**
 * The folders of pictures and of uploads in the bucket. Uploads have a subfolder for each video. No other file is
 * signed for viewers.
 */
const PICTURE_FOLDER = "avatars/";
const MEDIA_FOLDER = "videos/";
const storedIn = (folder: string, names: string) =>
  z.extend(StoredObject, {
    key: z.string().check(z.maxLength(512), z.regex(new RegExp(`^${folder}${names}$`))),
  });
export const PictureObject = storedIn(PICTURE_FOLDER, "[^\\0]+");

/** `avatar`: the picture made for the subject. */
export const AvatarValue = z.object({ object: PictureObject });
export type AvatarValue = z.infer<typeof AvatarValue>;

const uploadOf = (endings: string) => storedIn(MEDIA_FOLDER, `[^/\\0]+/[\\w-]+\\.(${endings})`);
export const MediaObject = uploadOf("mp4|webm|m4a|mp3");
export const CaptionsObject = uploadOf("vtt|srt");

/** `media`: the playable file of the subject, once it was released. */
export const MediaValue = z.object({ object: MediaObject, durationMs: z.optional(Time) });
export type MediaValue = z.infer<typeof MediaValue>;

/** `captions`: the captions of the `media`. */
export const CaptionsValue = z.object({ object: CaptionsObject });
export type CaptionsValue = z.infer<typeof CaptionsValue>;

/** A report's `data.media`, which releases a video to everybody who may watch its subject. */
export const ReleasedMedia = z.extend(MediaValue, { captions: z.optional(CaptionsObject) });
export type ReleasedMedia = z.infer<typeof ReleasedMedia>;

/** Whether an upload belongs to a subject: `videos/v_1/…` belongs to `video/v_1` only. */
export const isUploadOf = (subject: string, key: string): boolean =>
  subject === `video/${key.slice(MEDIA_FOLDER.length, key.lastIndexOf("/"))}` && key.startsWith(MEDIA_FOLDER);

/** The reply that counts if nobody has answered by the deadline. */
export const DefaultReply = z.object({
  verb: Verb,
  candidateId: z.optional(Name),
  /** The source of the candidate, if the question has no candidates of its own and several sources proposed some. */
  source: z.optional(Source),
  value: z.optional(z.unknown()),
  comment: z.optional(z.string().check(z.maxLength(limits.commentLength))),
});
export type DefaultReply = z.infer<typeof DefaultReply>;

/** A door: a way to notify people who are away, and to let them answer from there. */
export const DoorName = z.enum(["mail", "webhook"]);
export type DoorName = z.infer<typeof DoorName>;

/**
 * How a person answered: over a socket, by HTTP, or through the door by which they were notified. Readers accept any
 * name, because other doors may be added.
 */
export type Via = "socket" | "http" | DoorName;

/** Identifies what was shown of a question: prompt, candidates, schema and round. Opaque; compare it as a string. */
export const Digest = Name;

/** What a person does about a request: has it on the screen, works on it, or has left it. */
export const AttentionState = z.enum(["shown", "reviewing", "left"]);
export type AttentionState = z.infer<typeof AttentionState>;
