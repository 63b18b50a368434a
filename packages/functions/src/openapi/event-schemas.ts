import { outgoingEvents, SOURCE } from "@callboard/protocol";
import * as z from "zod";

/** The JSON Schema of every event that Callboard puts for others, as EventBridge delivers it. */
export function eventSchemas(): object {
  const details = Object.entries(outgoingEvents).map(([type, schema]) => {
    const { $schema: _, ...detail } = z.toJSONSchema(schema, { io: "input" });
    return [type, detail] as const;
  });
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "Callboard's events for others, as EventBridge delivers them",
    oneOf: details.map(([type]) => ({
      type: "object",
      properties: {
        source: { const: SOURCE },
        "detail-type": { const: type },
        detail: { $ref: `#/$defs/${encodeURIComponent(type)}` },
      },
      required: ["source", "detail-type", "detail"],
    })),
    $defs: Object.fromEntries(details),
  };
}
