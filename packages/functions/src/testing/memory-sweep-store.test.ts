import { sweepStoreContract } from "../push/sweep-store.contract.ts";
import { memorySweepStore } from "./memory-sweep-store.ts";

sweepStoreContract("memory", async () => ({ sweeps: memorySweepStore() }));
