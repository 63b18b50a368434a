import { SendTaskFailureCommand, SendTaskSuccessCommand, SFNClient } from "@aws-sdk/client-sfn";

/** A container that converts long recordings: it returns its task token itself, except for one recording. */
export async function handler({ containers: [{ environment }] }) {
  const sfn = new SFNClient({});
  const { TaskToken: taskToken, Event } = environment;
  const { detail } = JSON.parse(Event);
  if (detail.stream_id === "silent") return;
  if (detail.stream_id === "broken") {
    await sfn.send(new SendTaskFailureCommand({ taskToken, error: "Conversion", cause: "no such codec" }));
    return;
  }
  const folder = `https://cdn.example/${detail.recording_s3_key_prefix}`;
  const output = JSON.stringify({
    playbackUrl: `${folder}/output.mp4`,
    streamUrl: `${folder}/master.m3u8`,
    thumbnailUrl: `${folder}/thumb0.jpg`,
    height: 1080,
    width: 1920,
  });
  await sfn.send(new SendTaskSuccessCommand({ taskToken, output }));
}
