import type { ExecutionProgress } from "@callboard/client/headless";
import { useServerNow } from "@callboard/client/react";
import { executionText } from "../model/progress.ts";
import { useWords } from "../words/use-words.ts";
import { Sentence } from "./people-text.tsx";

/** The state of the whole run. */
export function ExecutionLine({
  execution,
  loading,
}: {
  execution: ExecutionProgress | undefined;
  loading: boolean;
}) {
  const now = useServerNow();
  const words = useWords();
  const { rows } = words.shell;
  if (!execution)
    return (
      <p className="execution" data-execution="none">
        {loading ? rows.looking : rows.notReported}
      </p>
    );
  return (
    <p className="execution" data-execution={execution.state}>
      <Sentence>{executionText(execution, now, words)}</Sentence>
    </p>
  );
}
