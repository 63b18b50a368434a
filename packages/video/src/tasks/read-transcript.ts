import { CAPTIONS_LIMIT, readCaptions } from "../captions/captions.ts";
import { type Transcript, transcribeCues } from "../captions/transcript.ts";
import { FileFault, faultOfCaptions } from "../faults.ts";
import { type FilesToRead, fileAt, readWhole } from "../files/files.ts";

/** Reads captions (WebVTT or SubRip) back as plain words, 100 KB at most; throws a `FileFault`. */
export async function readTranscript(
  files: FilesToRead,
  { uri }: { readonly uri: string },
): Promise<Transcript> {
  const captions = readCaptions(await readWhole(files, fileAt(uri), CAPTIONS_LIMIT, "The transcript"));
  if (captions.kind === "empty") throw new FileFault("EmptyCaptions", "Nobody says a word in the video");
  if (captions.kind !== "captions") throw faultOfCaptions(captions);
  return transcribeCues(captions.cues);
}
