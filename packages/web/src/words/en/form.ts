import { plural } from "../plural.ts";

/** Texts of field problems; numbers are already formatted for the reader. */
export const form = {
  needed: "This is needed.",
  tooShort: (least: number) => `At least ${least} ${plural("en", least, "character", "characters")}.`,
  tooLong: (most: number, length: number) =>
    `At most ${most} ${plural("en", most, "character", "characters")}; these are ${length}.`,
  notADate: "Enter a date like 2026-01-31.",
  notAMoment: "Enter a date and a time like 2026-01-31T14:30.",
  notATime: "Enter a time like 14:30.",
  notAnEmail: "Enter an e-mail address.",
  notAnAddress: "Enter a full address like https://example.com/.",
  notANumber: "This is not a number.",
  notJson: "This is not JSON.",
  lossyNumber: "This number has more digits than can be kept, or is too large.",
  lossyNumberAt: (place: string) =>
    `The number at ${place} has more digits than can be kept, or is too large.`,
  twoReadings: (one: string, other: string) => `Is it ${one} or ${other}? Write it like one of these.`,
  notWhole: (number: string) => `Enter a whole number; this is ${number}.`,
  tooSmall: (least: string) => `At least ${least}.`,
  tooLarge: (most: string) => `At most ${most}.`,
  notAbove: (bound: string) => `More than ${bound}.`,
  notBelow: (bound: string) => `Less than ${bound}.`,
  notAMultiple: (of: string) => `Enter a multiple of ${of}.`,
  onlyYes: "Only yes is allowed here.",
  onlyNo: "Only no is allowed here.",
  tooFew: (least: number) => `At least ${least}, please.`,
  tooMany: (most: number) => `At most ${most}, please.`,
  twoEqual: "Two of these are equal.",
};
