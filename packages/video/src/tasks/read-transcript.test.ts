import { expect, it } from "vitest";
import { memoryFiles } from "../files/testing/memory-files.ts";
import { readTranscript } from "./read-transcript.ts";
import { sample } from "./testing/sample.ts";

const file = { bucket: "b", key: "transcripts/v_1/job.vtt" };

it.each(["s3://b/transcripts/v_1/job.vtt", "https://s3.us-east-1.amazonaws.com/b/transcripts/v_1/job.vtt"])(
  "reads the words of %s",
  async (uri) => {
    const files = memoryFiles();
    files.put(file, sample("talk.vtt"));
    const transcript = await readTranscript(files, { uri });
    expect(transcript).toMatchObject({ truncated: false, words: 736 });
    expect(transcript.text).toMatch(/^Good evening, and welcome backstage\. Every theatre/);
  },
);

it("recognizes the language of the text", async () => {
  const files = memoryFiles();
  const read = (name: "talk.vtt" | "talk.ja.vtt") => {
    files.put(file, sample(name));
    return readTranscript(files, { uri: "s3://b/transcripts/v_1/job.vtt" });
  };
  expect(await read("talk.vtt")).toMatchObject({ language: "en" });
  const japanese = await read("talk.ja.vtt");
  expect(japanese).toMatchObject({ language: "ja", truncated: false });
  expect(japanese.text).toContain("クラウドのワークフローにもまったく同じものが要るということです。");
});

it("keeps 100 KB of a very long talk, and says how many words that is", async () => {
  const files = memoryFiles();
  files.put(file, `WEBVTT\n\n00:00.000 --> 00:01.000\n${"Something was said here. ".repeat(5000)}`);
  const transcript = await readTranscript(files, { uri: "s3://b/transcripts/v_1/job.vtt" });
  expect(transcript).toMatchObject({ truncated: true, words: 20_000, keptWords: 16_384 });
  expect(transcript.text).toMatch(/here\.$/);
});

it("refuses a transcript without text and an invalid address", async () => {
  const files = memoryFiles();
  files.put(file, "WEBVTT\n\n");
  await expect(readTranscript(files, { uri: "s3://b/transcripts/v_1/job.vtt" })).rejects.toMatchObject({
    name: "EmptyCaptions",
  });
  await expect(readTranscript(files, { uri: "file:///etc/hosts" })).rejects.toThrow("not the address");
});

it("reads rolling captions of an old editor, without empty lines or complete fractions", async () => {
  const files = memoryFiles();
  const lines = [
    "1\n00:00:00,46 --> 00:00:01,9\nD\xe9j\xe0 vu \x96 l\x92\xe9t\xe9.",
    "2\n00:00:03,10 --> 00:00:02,00\nlost",
    "3\n00:00:04,00 --> 00:00:05,00\n&quot;R&amp;D&quot;\n",
    "4\n00:00:05,00 --> 00:00:06,00\n&quot;R&amp;D&quot;\nand more",
    "5",
  ];
  files.put(file, Buffer.from(lines.join("\n"), "latin1"));
  expect(await readTranscript(files, { uri: "s3://b/transcripts/v_1/job.vtt" })).toMatchObject({
    text: 'Déjà vu – l’été.\n"R&D" and more',
  });
});
