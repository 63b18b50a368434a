import { type Captions, readCaptions } from "../captions/captions.ts";
import { type Transcript, transcribeCues } from "../captions/transcript.ts";
import { FileFault } from "../faults.ts";
import { type FileRef, type FilesToRead, fileAt, readWhole } from "../files/files.ts";
import { type Language, languageOf } from "../models/languages/language.ts";
import { CAPTIONS_LIMIT } from "../upload.ts";

/** The text of a talk, and its language, judged by its letters. */
export interface ReadTranscript extends Transcript {
  readonly language: Language;
}

/** Reads captions (WebVTT or SubRip) as plain text, at most 100 KB; throws a `FileFault`. */
export async function readTranscript(
  files: FilesToRead,
  { uri }: { readonly uri: string },
): Promise<ReadTranscript> {
  const { cues } = await readCaptionsFile(files, fileAt(uri), "The transcript");
  const transcript = transcribeCues(cues);
  return { ...transcript, language: languageOf(transcript.text) };
}

/** Reads a captions file; one without any readable text is a `FileFault` that says what was found instead. */
export async function readCaptionsFile(
  files: FilesToRead,
  file: FileRef,
  what: string,
): Promise<Captions & { readonly kind: "captions" }> {
  const captions = readCaptions(await readWhole(files, file, CAPTIONS_LIMIT, what));
  switch (captions.kind) {
    case "captions":
      return captions;
    case "empty":
      throw new FileFault("EmptyCaptions", `${what} contains no text: ${captions.reason}`);
    case "not_captions":
      throw new FileFault("NotCaptions", `${what} cannot be read: ${captions.reason}`);
  }
}
