import { systemClock } from "@callboard/functions";
import { BrokenLink, type Finding, findingOfError } from "./finding.ts";

/** The links of the way, in their order. */
type LinkName =
  | "token"
  | "connect"
  | "start"
  | "report"
  | "question"
  | "http"
  | "answer"
  | "execution"
  | "receipt";

/** A link that held, or the first that did not. */
export type Step = { readonly link: LinkName; readonly ms: number } & (
  | { readonly outcome: "holds"; readonly detail: string }
  | ({ readonly outcome: "broken" } & Finding)
);

/** What was found of a link: what the next one stands on, and what is said of it. */
export interface Held<T> {
  readonly value: T;
  readonly detail: string;
}

/** Tries one link and tells of it; a broken one is told and thrown on. */
export type Try = <T>(link: LinkName, work: () => Promise<Held<T>>) => Promise<T>;

export function tries(tell: (step: Step) => void): Try {
  return async (link, work) => {
    const begun = systemClock.now();
    const ms = () => systemClock.now() - begun;
    try {
      const { value, detail } = await work();
      tell({ link, ms: ms(), outcome: "holds", detail });
      return value;
    } catch (error) {
      const finding = error instanceof BrokenLink ? error.finding : findingOfError(error);
      tell({ link, ms: ms(), outcome: "broken", ...finding });
      throw new BrokenLink(finding);
    }
  };
}
