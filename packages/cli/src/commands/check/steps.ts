import { systemClock } from "@callboard/functions";
import { BrokenLink, type Finding, findingOfError } from "./finding.ts";

/** The links from a token to a receipt, in order. */
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

/** A link that works, or the first that does not. */
export type Step = { readonly link: LinkName; readonly ms: number } & (
  | { readonly outcome: "holds"; readonly detail: string }
  | ({ readonly outcome: "broken" } & Finding)
);

/** The result of a link: data for the next one, and a detail to print. */
export interface Held<T> {
  readonly value: T;
  readonly detail: string;
}

/** Tries one link and reports it; the error of a broken one is reported and thrown again. */
export type Try = <T>(link: LinkName, work: () => Promise<Held<T>>) => Promise<T>;

export function tries(report: (step: Step) => void): Try {
  return async (link, work) => {
    const begun = systemClock.now();
    const ms = () => systemClock.now() - begun;
    try {
      const { value, detail } = await work();
      report({ link, ms: ms(), outcome: "holds", detail });
      return value;
    } catch (error) {
      const finding = error instanceof BrokenLink ? error.finding : findingOfError(error);
      report({ link, ms: ms(), outcome: "broken", ...finding });
      throw new BrokenLink(finding);
    }
  };
}
