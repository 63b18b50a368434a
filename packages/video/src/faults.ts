/** Errors of the uploaded files; the state machine names them in its Retry and Catch fields. */
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
 * An error of the uploaded files that a retry does not fix. Lambda reports `name` as the error's type, which Step
 * Functions matches; `message` is plain text that every viewer may read.
 */
export class FileFault extends Error {
  constructor(name: FaultName, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = name;
  }
}

/** An image model returned no usable picture; another attempt may. Lambda reports `NotAPicture`. */
export class PictureFault extends Error {
  override readonly name = "NotAPicture";
}
