/** What can be wrong with the files themselves; the state machine names them in its Retry and Catch fields. */
export const faultNames = [
  "NotAnMp4",
  "NotCaptions",
  "EmptyCaptions",
  "TooLarge",
  "NothingUploaded",
  "SilentVideo",
  "UnsupportedSound",
] as const;
export type FaultName = (typeof faultNames)[number];

/**
 * A fault of the given files that trying again does not mend. Lambda reports `name` as the error's type, which
 * Step Functions matches; `message` is plain words that every viewer may read.
 */
export class FileFault extends Error {
  constructor(name: FaultName, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = name;
  }
}

/** An image model gave nothing that is a picture; another drawing may be one. Lambda reports `NotAPicture`. */
export class PictureFault extends Error {
  override readonly name = "NotAPicture";
}
