/** A port: how often people were refused lately. */
export interface RefusalCounter {
  /** Counts a refusal of a user, and answers how many there were in the minute that `now` lies in, this one included. */
  count(userId: string, now: number): Promise<number>;
}
