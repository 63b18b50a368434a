import { randomUUID } from "node:crypto";
import { createReadStream } from "node:fs";
import { rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  EncodedAudioPacketSource,
  EncodedPacketSink,
  FilePathTarget,
  type Input,
  type InputAudioTrack,
  type InputVideoTrack,
  Mp4OutputFormat,
  Output,
} from "mediabunny";
import { FileFault } from "../faults.ts";
import type { FileRef, Files, FilesToRead } from "../files/files.ts";
import { withMp4 } from "../files/media-input.ts";

/** A video to prepare, and the folder in the same bucket (with a slash at its end) for the results. */
export interface PrepareInput {
  readonly video: FileRef;
  readonly outputPrefix: string;
}

/** The content of `summary.json`. */
export interface Summary {
  readonly video: {
    readonly codec: string | null;
    readonly width: number;
    readonly height: number;
    readonly frames: number;
    readonly keyFrames: number;
    /** The longest distance between two frames to which a player can jump, in milliseconds. */
    readonly longestSeekGapMs: number;
  } | null;
  readonly sound: {
    readonly codec: string;
    readonly channels: number;
    readonly sampleRate: number;
    readonly packets: number;
    readonly bytes: number;
  } | null;
}

/**
 * Checks every track to its end, copies the sound into `sound.m4a` without encoding it again (so that transcription
 * reads far fewer bytes), and writes `summary.json`. `onPercent` receives how much of the sound is done. Repeating it
 * writes the same files.
 */
export async function prepare(
  files: FilesToRead & Pick<Files, "write">,
  { video, outputPrefix }: PrepareInput,
  onPercent: (percent: number) => void = () => {},
): Promise<Summary> {
  const summary = await withMp4(files, video, async (input) => {
    const picture = await input.getPrimaryVideoTrack();
    const sound = await input.getPrimaryAudioTrack();
    return {
      video: picture ? await inspectPicture(picture) : null,
      sound: sound
        ? await extractSound(files, input, sound, at(video, outputPrefix, "sound.m4a"), onPercent)
        : null,
    };
  });
  const json = JSON.stringify(summary, null, 2);
  await files.write(
    at(video, outputPrefix, "summary.json"),
    json,
    Buffer.byteLength(json),
    "application/json",
  );
  return summary;
}

function at(video: FileRef, prefix: string, name: string): FileRef {
  return { bucket: video.bucket, key: `${prefix}${name}` };
}

async function inspectPicture(track: InputVideoTrack): Promise<Summary["video"]> {
  const packets = new EncodedPacketSink(track);
  let frames = 0;
  let keyFrames = 0;
  let lastKey = 0;
  let longest = 0;
  let end = 0;
  for await (const packet of packets.packets(undefined, undefined, { metadataOnly: true })) {
    frames++;
    end = Math.max(end, packet.timestamp + packet.duration);
    if (packet.type !== "key") continue;
    keyFrames++;
    longest = Math.max(longest, packet.timestamp - lastKey);
    lastKey = packet.timestamp;
  }
  // The tables of a truncated upload may promise more than it contains: if the last frame's bytes exist, it is
  // complete.
  if (frames === 0 || !(await packets.getPacket(Number.POSITIVE_INFINITY)))
    throw new FileFault("NotAnMp4", "The video ends before its last picture");
  return {
    codec: await track.getCodec(),
    width: await track.getDisplayWidth(),
    height: await track.getDisplayHeight(),
    frames,
    keyFrames,
    longestSeekGapMs: Math.round(Math.max(longest, end - lastKey) * 1000),
  };
}

async function extractSound(
  files: FilesToRead & Pick<Files, "write">,
  input: Input,
  track: InputAudioTrack,
  to: FileRef,
  onPercent: (percent: number) => void,
): Promise<Summary["sound"]> {
  const codec = await track.getCodec();
  const decoderConfig = await track.getDecoderConfig();
  if (!codec || !decoderConfig || !new Mp4OutputFormat().getSupportedAudioCodecs().includes(codec))
    throw new FileFault("UnsupportedSound", "The sound of the video is in a format that is not supported");
  const path = join(tmpdir(), `sound-${randomUUID()}.m4a`);
  const output = new Output({
    format: new Mp4OutputFormat({ fastStart: false }),
    target: new FilePathTarget(path),
  });
  try {
    const sound = new EncodedAudioPacketSource(codec);
    output.addAudioTrack(sound);
    await output.start();
    const seconds = (await input.getDurationFromMetadata([track])) ?? (await track.computeDuration());
    let packets = 0;
    let bytes = 0;
    for await (const packet of new EncodedPacketSink(track).packets()) {
      await sound.add(packet, { decoderConfig });
      packets++;
      bytes += packet.byteLength;
      onPercent(Math.min(99, Math.floor((packet.timestamp / seconds) * 100)));
    }
    if (packets === 0) throw new FileFault("SilentVideo", "The sound of the video is empty");
    await output.finalize();
    await files.write(to, createReadStream(path), (await stat(path)).size, "audio/mp4");
    return {
      codec,
      channels: await track.getNumberOfChannels(),
      sampleRate: await track.getSampleRate(),
      packets,
      bytes,
    };
  } finally {
    if (output.state !== "finalized") await output.cancel();
    await rm(path, { force: true });
  }
}
