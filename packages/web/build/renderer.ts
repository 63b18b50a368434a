/** A module name in imports, and its replacement. */
interface Alias {
  readonly find: RegExp;
  readonly replacement: string;
}

/**
 * Draws the pages with Preact, at a tenth of the size. Sources import `react`, as users of
 * `@callboard/client/react` do; the build and the pages' tests replace it with Preact.
 * https://preactjs.com/guide/v10/getting-started#aliasing-react-to-preact
 */
export const renderer: Alias[] = [
  { find: /^react-dom(\/client)?$/, replacement: "preact/compat$1" },
  { find: /^react(\/jsx-runtime|\/jsx-dev-runtime)?$/, replacement: "preact/compat$1" },
];
