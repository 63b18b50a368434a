/** The way to the next question that is open. */
export function NextQuestion() {
  return null;
}
