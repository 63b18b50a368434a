/** The pages of the docs as each page lists them, in groups: Markdown files by their paths in the project. */
export const groups: readonly (readonly [title: string, documents: readonly string[]])[] = [
  [
    "Start",
    [
      "README.md",
      "docs/tutorial.md",
      "docs/recipes.md",
      "docs/install.md",
      "docs/compare.md",
      "examples/README.md",
    ],
  ],
  [
    "Use it",
    [
      "docs/use-with-your-workflow.md",
      "docs/test-state.md",
      "docs/plugins.md",
      "docs/http.md",
      "docs/webhook.md",
      "docs/events.md",
      "docs/notify.md",
      "docs/identity.md",
      "docs/ledger.md",
    ],
  ],
  [
    "Run it",
    [
      "docs/deploy.md",
      "docs/component.md",
      "docs/operate.md",
      "docs/permissions.md",
      "docs/data.md",
      "docs/simulate.md",
      "docs/unproven.md",
    ],
  ],
  [
    "How it works",
    [
      "PROTOCOL.md",
      "docs/values.md",
      "docs/conformance-client.md",
      "docs/races.md",
      "ARCHITECTURE.md",
      "bench/RESULTS.md",
    ],
  ],
  [
    "Packages",
    [
      "packages/client/README.md",
      "packages/tokens/README.md",
      "packages/asl/README.md",
      "packages/protocol/README.md",
      "packages/cli/README.md",
      "packages/aws-local/README.md",
      "stacks/README.md",
    ],
  ],
  [
    "Reference",
    [
      "docs/reference/README.md",
      "docs/reference/client.md",
      "docs/reference/react.md",
      "docs/reference/headless.md",
      "docs/reference/element.md",
      "docs/reference/devtools.md",
      "docs/reference/testing.md",
      "docs/reference/values.md",
      "docs/reference/tokens.md",
      "docs/reference/asl.md",
    ],
  ],
  [
    "Examples",
    [
      "examples/plain/README.md",
      "examples/element/README.md",
      "examples/vite/README.md",
      "examples/next/README.md",
      "examples/node/README.md",
      "examples/python/README.md",
      "examples/minimal/README.md",
      "examples/slack/README.md",
    ],
  ],
  ["The project", ["CONTRIBUTING.md", "CHANGELOG.md", "bench/README.md", "packages/video/sample/README.md"]],
];

/** The path of a document's page in the site: `docs/http.md` is at `http.html`, a README is its folder's first page. */
export const pageOf = (document: string): string =>
  document
    .replace(/^docs\//, "")
    .replace(/(^|\/)README\.md$/, "$1index.md")
    .replace(/\.md$/, ".html")
    .toLowerCase();
