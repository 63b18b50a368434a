import { parseCaptions } from "../captions/captions.ts";
import { type Transcript, transcribeCues } from "../captions/transcript.ts";
import { FileFault } from "../faults.ts";
import { CAPTIONS_LIMIT, type FilesToRead, fileAt, readText } from "../files/files.ts";

/** Reads captions (WebVTT or SubRip) back as plain words, 100 KB at most; throws a `FileFault`. */
export async function readTranscript(
  files: FilesToRead,
  { uri }: { readonly uri: string },
): Promise<Transcript> {
  const captions = parseCaptions(await readText(files, fileAt(uri), CAPTIONS_LIMIT, "The transcript"));
  if (captions.kind === "not_captions")
    throw new FileFault(
      "NotCaptions",
      `Line ${captions.line} of the captions is not captions: ${captions.reason}`,
    );
  const transcript = transcribeCues(captions.cues);
  if (transcript.text === "") throw new FileFault("EmptyCaptions", "Nobody says a word in the video");
  return transcript;
}
