import { rowPrefix } from "@callboard/functions/deployment";
import type { Judged } from "./call.ts";

const introduction = `# Who calls what

A test makes this page from recorded calls and an evaluated stage with its post-processing. It fails if the page is out of date; \`CALLBOARD_WRITE_PERMISSIONS=1 npx vitest run --project stacks tests/stacks/policies.test.ts\` writes it again. The same test checks each call offline by IAM's rules, with the policies, ARNs and condition keys of that stage. No call is denied, and without any single statement, action or resource of a role a call is denied ([deploy.md](deploy.md#policies-that-were-tried)).

A row is the reason for calls of a role; a column is an action that its policy allows. A cell has the prefixes of the table's rows, an index or the events, or • if the call names nothing more. The row _being a function_ is Lambda's own calls: it writes the function's log and traces, stores failed invocations and receives the messages of its queue.

Mails go through SES or by SMTP, never both: the role of \`notify\` has either \`ses:SendEmail\` or \`ssm:GetParameter\`.
`;

/** A page with a table of paths by permissions for each role. */
export function permissionsPage(calls: readonly Judged[]): string {
  const roles = [...new Set(calls.map(({ role }) => role))].sort();
  return [
    introduction,
    ...roles.map((role) =>
      section(
        role,
        calls.filter((call) => call.role === role),
      ),
    ),
  ].join("\n");
}

function section(role: string, calls: readonly Judged[]): string {
  const paths = [...new Set(calls.map(({ path }) => path))];
  const actions = [...new Set(calls.map(({ action }) => action))].sort();
  const rows = paths.map((path) => [
    path,
    ...actions.map((action) => cell(calls.filter((call) => call.path === path && call.action === action))),
  ]);
  return `## ${role}\n\n${table([["", ...actions.map((one) => `\`${one}\``)], ...rows])}\n`;
}

/** Aligned as the other documents' tables are. */
function table(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]!.map((_, at) => Math.max(3, ...rows.map((row) => row[at]!.length)));
  const line = (row: readonly string[]) =>
    `| ${row.map((text, at) => text.padEnd(widths[at]!)).join(" | ")} |`;
  return [line(rows[0]!), line(widths.map((width) => "-".repeat(width))), ...rows.slice(1).map(line)].join(
    "\n",
  );
}

function cell(calls: readonly Judged[]): string {
  if (calls.length === 0) return "";
  const named = calls.flatMap(namedBy);
  return named.length > 0 ? [...new Set(named)].sort().join(", ") : "•";
}

function namedBy({ resource, context }: Judged): string[] {
  const keys = context["dynamodb:LeadingKeys"];
  const index = /\/index\/(.+)$/.exec(resource)?.[1];
  if (index) return [`index ${index}`];
  if (keys) return [keys].flat().map(rowsOf);
  const types = context["events:detail-type"];
  return types ? [types].flat() : [];
}

const rowsOf = (key: string): string => {
  const prefix = Object.values(rowPrefix).find((one) => key.startsWith(one));
  return `\`${prefix}\``;
};
