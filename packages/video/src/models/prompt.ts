/** A request for titles, as the workflow writes it. */
export interface TitlesPrompt {
  readonly transcript: string;
  readonly hint: string;
  readonly earlier: readonly string[];
}

/** A title, and a description of the video in a sentence or two. */
export interface Proposal {
  readonly title: string;
  readonly description: string;
}

/** Parses the tags of a request for titles; a prompt without tags is itself the transcript. */
export function readTitlesPrompt(prompt: string): TitlesPrompt {
  // The prompt's text mentions the tag too, and a transcript may contain anything: so the outermost tags count, on
  // lines of their own.
  const transcript = /^<transcript>\n([\s\S]*)\n<\/transcript>/m.exec(prompt);
  const asked = prompt.slice(0, transcript?.index ?? 0);
  return {
    transcript: transcript?.[1] ?? prompt,
    hint: /^<hint>([\s\S]*)<\/hint>/m.exec(asked)?.[1] ?? "",
    earlier: (/^<earlier>\n([\s\S]*)\n<\/earlier>/m.exec(asked)?.[1] ?? "").split("\n").filter(Boolean),
  };
}

/** The title in a request for a picture; undefined if the prompt asks for something else. */
export function readPicturePrompt(prompt: string): string | undefined {
  return /^<title>([\s\S]*)<\/title>/m.exec(prompt)?.[1];
}
