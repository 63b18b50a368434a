const DAMPING = 0.85;
const ROUNDS = 30;

/**
 * How central each sentence is to the text, by its topics; 1 on average. TextRank (Mihalcea and Tarau 2004): PageRank
 * over sentences, with links weighted by the topics that they share.
 */
export function rankSentences(topics: readonly ReadonlySet<string>[]): number[] {
  const weights = topics.map((mine) =>
    topics.map((theirs) => (mine === theirs ? 0 : similarity(mine, theirs))),
  );
  const totals = weights.map((row) => row.reduce((sum, weight) => sum + weight, 0));
  let ranks = topics.map(() => 1);
  for (let round = 0; round < ROUNDS; round++) {
    const before = ranks;
    const shares = before.map((rank, n) => (totals[n]! > 0 ? rank / totals[n]! : 0));
    ranks = weights.map((row) => {
      const given = row.reduce((sum, weight, n) => sum + weight * shares[n]!, 0);
      return 1 - DAMPING + DAMPING * given;
    });
  }
  return ranks;
}

function similarity(one: ReadonlySet<string>, other: ReadonlySet<string>): number {
  if (one.size < 2 || other.size < 2) return 0;
  let shared = 0;
  for (const topic of one) if (other.has(topic)) shared++;
  return shared / (Math.log(one.size) + Math.log(other.size));
}
