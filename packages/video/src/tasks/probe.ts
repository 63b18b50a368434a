import { FileFault } from "../faults.ts";
import type { FileRef, FilesToRead } from "../files/files.ts";
import { withMp4 } from "../files/media-input.ts";
import { readCaptionsFile } from "./read-transcript.ts";

/** The uploaded files: a video, captions, or both. */
export interface ProbeInput {
  readonly video?: FileRef | null;
  readonly captions?: FileRef | null;
}

/** The properties of the files; for captions alone the duration is that of their last cue. */
export interface Probe {
  readonly container: "MP4" | "WebVTT" | "SubRip";
  readonly durationMs: number;
  readonly sizeBytes: number;
  readonly hasSound: boolean;
  readonly width: number | null;
  readonly height: number | null;
  readonly videoCodec: string | null;
  readonly soundCodec: string | null;
  /** How many captions were uploaded, and how many more could not be read; null without captions. */
  readonly cues: number | null;
  readonly skippedCues: number | null;
}

/** Examines the uploaded files, by the head of the video and the complete captions; throws a `FileFault`. */
export async function probe(files: FilesToRead, { video, captions }: ProbeInput): Promise<Probe> {
  const words = captions ? await probeCaptions(files, captions) : null;
  if (video) {
    const seen = await probeVideo(files, video);
    if (!seen.hasSound && !words)
      throw new FileFault("SilentVideo", "The video has no sound, and no captions came with it");
    return { ...seen, cues: words?.cues ?? null, skippedCues: words?.skippedCues ?? null };
  }
  if (!words) throw new FileFault("NothingUploaded", "Neither a video nor captions arrived");
  return words;
}

async function probeVideo(files: FilesToRead, video: FileRef): Promise<Omit<Probe, "cues" | "skippedCues">> {
  return withMp4(files, video, async (input, sizeBytes) => {
    const picture = await input.getPrimaryVideoTrack();
    const sound = await input.getPrimaryAudioTrack();
    if (!picture && !sound) throw new FileFault("NotAnMp4", "The MP4 has neither picture nor sound");
    const seconds = (await input.getDurationFromMetadata()) ?? (await input.computeDuration());
    return {
      container: "MP4",
      durationMs: Math.round(seconds * 1000),
      sizeBytes,
      hasSound: sound !== null,
      width: picture ? await picture.getDisplayWidth() : null,
      height: picture ? await picture.getDisplayHeight() : null,
      videoCodec: picture ? await picture.getCodec() : null,
      soundCodec: sound ? await sound.getCodec() : null,
    };
  });
}

async function probeCaptions(
  files: FilesToRead,
  file: FileRef,
): Promise<Probe & { cues: number; skippedCues: number }> {
  const captions = await readCaptionsFile(files, file, "The captions file");
  return {
    container: captions.format === "vtt" ? "WebVTT" : "SubRip",
    durationMs: captions.cues.reduce((latest, cue) => Math.max(latest, cue.endMs), 0),
    sizeBytes: captions.sizeBytes,
    hasSound: false,
    width: null,
    height: null,
    videoCodec: null,
    soundCodec: null,
    cues: captions.cues.length,
    skippedCues: captions.skipped.count,
  };
}
