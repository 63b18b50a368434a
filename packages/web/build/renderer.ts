/** A name that an import statement gives, and what it means here. */
interface Alias {
  readonly find: RegExp;
  readonly replacement: string;
}

/**
 * What draws the pages: the same components at a tenth of the bytes. Sources import `react`, as those do whom the hooks
 * of `@callboard/client/react` are for; the build and the pages' own tests put Preact in its place.
 * https://preactjs.com/guide/v10/getting-started#aliasing-react-to-preact
 */
export const renderer: Alias[] = [
  { find: /^react-dom(\/client)?$/, replacement: "preact/compat$1" },
  { find: /^react(\/jsx-runtime|\/jsx-dev-runtime)?$/, replacement: "preact/compat$1" },
];
