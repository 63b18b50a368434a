import type { GraphState } from "./machine-graph.ts";

/** The code of a React page that shows a state's data, with the ids of the run if there is one. */
export function hookOf(
  { name, waits }: Pick<GraphState, "name" | "waits">,
  subject: string | undefined,
  requestId: string | undefined,
): string {
  const about = JSON.stringify(subject ?? "video/v_…");
  if (waits)
    return [
      'import { useQuestion } from "@callboard/client/react";',
      "",
      `// What ${name} asks, and all that is needed to answer it.`,
      `const question = useQuestion(${JSON.stringify(requestId ?? "req_…")}, { subject: ${about} });`,
    ].join("\n");
  return [
    'import { useProgress } from "@callboard/client/react";',
    "",
    `// What ${name} has reported, with all other steps of its run.`,
    `const progress = useProgress(${about});`,
  ].join("\n");
}
