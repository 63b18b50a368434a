interface Stored {
  readonly grantId?: string;
  readonly uid?: string;
  consumed?: number;
}

/** A provider's data in memory, for one test. */
export interface IssuerStore {
  /** An adapter of oidc-provider. `client` is called each time, since the pages' address is known last. */
  adapterOf(client: (id: string) => object | undefined): new (model: string) => object;
  /** Deletes everything of a model: without refresh tokens, nobody can renew. */
  forget(model: "RefreshToken" | "Session"): void;
  count(model: string): number;
}

export function createIssuerStore(): IssuerStore {
  const kept = new Map<string, Stored>();
  const ofModel = (model: string) => [...kept.keys()].filter((key) => key.startsWith(`${model}:`));
  return {
    adapterOf: (client) =>
      class {
        readonly #model: string;
        constructor(model: string) {
          this.#model = model;
        }
        async upsert(id: string, payload: Stored) {
          kept.set(`${this.#model}:${id}`, payload);
        }
        async find(id: string) {
          return this.#model === "Client" ? client(id) : kept.get(`${this.#model}:${id}`);
        }
        async findByUid(uid: string) {
          return ofModel(this.#model)
            .map((key) => kept.get(key)!)
            .find((one) => one.uid === uid);
        }
        async consume(id: string) {
          kept.get(`${this.#model}:${id}`)!.consumed = Math.floor(Date.now() / 1000);
        }
        async destroy(id: string) {
          kept.delete(`${this.#model}:${id}`);
        }
        async revokeByGrantId(grantId: string) {
          for (const [key, one] of kept) if (one.grantId === grantId) kept.delete(key);
        }
      },
    forget(model) {
      for (const key of ofModel(model)) kept.delete(key);
    },
    count: (model) => ofModel(model).length,
  };
}
