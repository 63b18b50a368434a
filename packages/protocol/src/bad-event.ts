/**
 * A bus event that Callboard cannot take, whoever sends it again. The message names the field; it goes to the dead
 * letters with the event, so it never repeats what the event holds.
 */
export class BadEvent extends Error {
  override readonly name = "BadEvent";
}
