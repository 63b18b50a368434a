import { type ComponentType, type ReactNode, useEffect, useState } from "react";
import { useWords } from "../words/use-words.ts";

/** When to load code again after a failure, in milliseconds, while it is wanted. */
const AGAIN_MS = 5_000;

/** A component whose code is loaded when it is first drawn. */
export interface Later<Props> {
  (props: Props): ReactNode;
  /** Loads it in advance; after that it is drawn at once. Rejects when it cannot be loaded. */
  load(): Promise<void>;
}

/**
 * Makes a component from one in a separate chunk. Until the chunk is loaded its space is empty. After a
 * failure it is loaded again, and a reload button is shown: after a deployment the chunk may be gone for
 * good.
 */
export function later<Props extends object>(fetch: () => Promise<ComponentType<Props>>): Later<Props> {
  let Part: ComponentType<Props> | undefined;
  let coming: Promise<void> | undefined;

  function load(): Promise<void> {
    coming ??= fetch().then(
      (part) => {
        Part = part;
      },
      (cause: unknown) => {
        coming = undefined;
        throw cause;
      },
    );
    return coming;
  }

  // biome-ignore lint/correctness/noComponentHookFactories: made once for each chunk, when its module is loaded
  function Later(props: Props) {
    const [state, tell] = useState<"coming" | "there" | "missing">("coming");
    const isThere = Part !== undefined;
    useEffect(() => {
      if (isThere) return;
      let isOver = false;
      let again: ReturnType<typeof setTimeout> | undefined;
      const ask = () =>
        load().then(
          () => isOver || tell("there"),
          () => {
            if (isOver) return;
            tell("missing");
            again = setTimeout(ask, AGAIN_MS);
          },
        );
      void ask();
      return () => {
        isOver = true;
        clearTimeout(again);
      };
    }, [isThere]);
    if (Part) return <Part {...props} />;
    return state === "missing" ? <Missing /> : <div className="later" aria-busy="true" />;
  }
  return Object.assign(Later, { load });
}

function Missing() {
  const { broken } = useWords().shell;
  return (
    <p className="message" data-tone="pending" role="alert" data-missing>
      {broken.partMissing}{" "}
      <button type="button" className="button" onClick={() => window.location.reload()}>
        {broken.reload}
      </button>
    </p>
  );
}
