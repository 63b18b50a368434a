/** What a request for titles says, as the workflow writes it. */
export interface TitlesPrompt {
  readonly transcript: string;
  readonly hint: string;
  readonly earlier: readonly string[];
}

/** A title and what the video is about in a sentence or two. */
export interface Proposal {
  readonly title: string;
  readonly description: string;
}

/** Reads the tags of a request for titles; a prompt without tags is the transcript itself. */
export function readTitlesPrompt(prompt: string): TitlesPrompt {
  // The prompt itself names the tag before it uses it, and a transcript may hold anything: outermost tags, on lines
  // of their own.
  const transcript = /^<transcript>\n([\s\S]*)\n<\/transcript>/m.exec(prompt);
  const asked = prompt.slice(0, transcript?.index ?? 0);
  return {
    transcript: transcript?.[1] ?? prompt,
    hint: /^<hint>([\s\S]*)<\/hint>/m.exec(asked)?.[1] ?? "",
    earlier: (/^<earlier>\n([\s\S]*)\n<\/earlier>/m.exec(asked)?.[1] ?? "").split("\n").filter(Boolean),
  };
}

/** The title that a picture is asked for; undefined when the prompt asks for something else. */
export function readPicturePrompt(prompt: string): string | undefined {
  return /^<title>([\s\S]*)<\/title>/m.exec(prompt)?.[1];
}
