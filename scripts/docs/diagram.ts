import { renderMermaidSVG } from "beautiful-mermaid";

/** The pages' colours, light and dark (`packages/web/src/styles/tokens.css`): a picture can use only its own styles. */
const colours = {
  bg: "light-dark(#f5f3ef, #131110)",
  fg: "light-dark(#1c1917, #f4f0eb)",
  muted: "light-dark(#5f574f, #b5aca3)",
};

/**
 * Draws a Mermaid diagram as a picture that follows the reader's colour scheme and loads nothing. Throws an error that
 * says what is wrong in it.
 */
export const drawDiagram = (source: string): string =>
  renderMermaidSVG(source, { ...colours, font: "sans-serif" })
    // The font that it would load comes from another host.
    .replace(/@import [^;]+;/, "svg { color-scheme: light dark; }");
