/** A part of a page: an element to create, a text, or nothing (which keeps the places of what follows). */
export type Markup = Wanted | string | false | undefined | readonly Markup[];

interface Wanted {
  readonly tag: string;
  readonly props: Props;
  readonly children: readonly Markup[];
}

/**
 * Attributes by name, with three exceptions: `key` (keeps an element the same among its siblings), listeners
 * (`onclick`), and what only a property can set (`value`, `checked`, …).
 */
type Props = Readonly<Record<string, unknown>>;

/** Describes an element. Its content is text or other elements, never markup to parse. */
export const h = (tag: string, props: Props = {}, ...children: Markup[]): Wanted => ({
  tag,
  props,
  children,
});

interface Drawn {
  readonly id: string;
  readonly listeners: Record<string, (event: Event) => void>;
  props: Props;
}
const drawn = new WeakMap<Node, Drawn>();

/** These can be set only as properties once somebody has touched a control. */
const properties = new Set(["value", "checked", "indeterminate", "open"]);

/**
 * A text in its own language and direction, independent of the text around it: people's texts, and ours on a
 * page in another language.
 */
export const said = (text: string, lang?: string | undefined): Markup => h("bdi", { lang }, text);

/** A paragraph that page designers can style as a `part`. */
export const line = (part: string, text: string, props: Props = {}): Markup =>
  h("p", { part, ...props }, said(text));

/**
 * Makes the children of an element equal to `wanted`. Existing elements are reused, so that they keep the
 * focus, the cursor and what is being typed.
 */
export function draw(parent: Element | ShadowRoot, wanted: Markup): void {
  const before = new Map([...parent.childNodes].map((node) => [drawn.get(node)?.id, node]));
  const nodes: Node[] = [];
  for (const [id, one] of flat(wanted, "")) {
    const known = before.get(id);
    if (typeof one === "string") {
      const text = known ?? parent.ownerDocument.createTextNode(one);
      if (text.nodeValue !== one) text.nodeValue = one;
      if (!known) drawn.set(text, { id, listeners: {}, props: {} });
      nodes.push(text);
    } else {
      const element = (known ?? parent.ownerDocument.createElement(one.tag)) as Element;
      if (!known) drawn.set(element, { id, listeners: {}, props: {} });
      dress(element, one);
      nodes.push(element);
    }
  }
  for (const node of before.values()) if (!nodes.includes(node)) parent.removeChild(node);
  for (const [at, node] of nodes.entries())
    if (parent.childNodes[at] !== node) parent.insertBefore(node, parent.childNodes[at] ?? null);
}

/** Each child with its identity among its siblings: its kind, and its key or place. */
function* flat(one: Markup, place: string): Generator<[id: string, one: Wanted | string]> {
  if (Array.isArray(one)) for (const [at, part] of one.entries()) yield* flat(part, `${place}.${at}`);
  else if (typeof one === "string") yield [`${place} text`, one];
  else if (one) {
    const { tag, props } = one as Wanted;
    yield [`${props.key ?? place} ${tag}`, one as Wanted];
  }
}

function dress(element: Element, { props, children }: Wanted): void {
  const known = drawn.get(element)!;
  const { props: before, listeners } = known;
  known.props = props;
  for (const name of Object.keys({ ...before, ...props })) {
    const now = props[name];
    if (name.startsWith("on")) {
      if (!listeners[name]) element.addEventListener(name.slice(2), (event) => listeners[name]?.(event));
      listeners[name] = (now ?? (() => {})) as (event: Event) => void;
    } else if (!properties.has(name) && name !== "key" && now !== before[name]) {
      if (now === undefined || now === false) element.removeAttribute(name);
      else element.setAttribute(name, now === true ? "" : String(now));
    }
  }
  draw(element, children);
  // A select's value must be one of its options.
  for (const name of properties)
    if (name in props && (element as unknown as Props)[name] !== props[name])
      Object.assign(element, { [name]: props[name] });
}
