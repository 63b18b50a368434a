/** An event pattern that EventBridge would refuse; the message says why. */
export class InvalidPattern extends Error {
  constructor(reason: string) {
    super(`Event pattern is not valid. Reason: ${reason}`);
    this.name = "InvalidPattern";
  }
}
