/** Makes an element; its content is text or other elements, never markup. */
export function element<Name extends keyof HTMLElementTagNameMap>(
  document: Document,
  name: Name,
  attributes: Readonly<Record<string, string>> = {},
  ...children: readonly (Node | string)[]
): HTMLElementTagNameMap[Name] {
  const made = document.createElement(name);
  for (const [attribute, value] of Object.entries(attributes)) made.setAttribute(attribute, value);
  made.append(...children);
  return made;
}

/** A button that does something, by mouse and by keyboard. */
export function button(document: Document, label: string, press: () => void): HTMLButtonElement {
  const made = element(document, "button", { type: "button" }, label);
  made.addEventListener("click", press);
  return made;
}

/**
 * Adds styles to a shadow root. It uses a constructed style sheet, because a page's policy may forbid inline
 * styles.
 */
export function dress(root: ShadowRoot, styles: string): void {
  try {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(styles);
    root.adoptedStyleSheets = [sheet];
  } catch {
    root.append(element(root.ownerDocument, "style", {}, styles));
  }
}
