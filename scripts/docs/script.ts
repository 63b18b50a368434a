import type MiniSearch from "minisearch";
import { readIndex, type SearchedSection } from "./search-index.ts";

/** How many sections are shown at most. */
const MOST = 12;
/** Characters of a section that are shown around a match. */
const AROUND = 70;

/** The site's own address: that of this script. */
const site = new URL(".", (document.currentScript as HTMLScriptElement).src);
const field = document.querySelector<HTMLInputElement>("#search")!;
const place = field.closest<HTMLElement>(".search")!;
const list = place.querySelector("ol")!;
const status = place.querySelector('[role="status"]')!;

let index: Promise<MiniSearch<SearchedSection>> | undefined;

/** The index is large, and is loaded with the first search. */
function loadIndex(): Promise<MiniSearch<SearchedSection>> {
  index ??= fetch(new URL("search.json", site))
    .then((response) => response.text())
    .then(readIndex)
    .catch((cause: unknown) => {
      index = undefined;
      throw cause;
    });
  return index;
}

async function show(): Promise<void> {
  const query = field.value.trim();
  if (query === "") return close();
  const found = (await loadIndex()).search(query).slice(0, MOST);
  // A later key press has started another search.
  if (query !== field.value.trim()) return;
  list.replaceChildren(
    ...found.map(({ id, page, title, text, terms }) => {
      const link = document.createElement("a");
      link.href = new URL(id, site).href;
      link.append(
        part("strong", title === page ? [title] : [`${title} · ${page}`]),
        part("span", excerptOf(text, terms)),
      );
      return part("li", [link]);
    }),
  );
  list.hidden = found.length === 0;
  status.textContent = found.length === 0 ? "Nothing found" : `${found.length} found`;
  status.classList.toggle("visually-hidden", found.length > 0);
}

function close(): void {
  list.replaceChildren();
  list.hidden = true;
  status.textContent = "";
  status.classList.add("visually-hidden");
}

function part(name: string, children: readonly (string | Node)[]): HTMLElement {
  const element = document.createElement(name);
  element.append(...children);
  return element;
}

/** The section's text around the first match, which is marked; its beginning if there is none. */
function excerptOf(text: string, terms: readonly string[]): (string | Node)[] {
  const at = terms.map((term) => [text.toLowerCase().indexOf(term), term.length] as const);
  const [start, length] = at.filter(([where]) => where >= 0).sort(([a], [b]) => a - b)[0] ?? [0, 0];
  const end = start + length;
  // Words are not cut.
  const before = text.slice(Math.max(0, start - AROUND), start);
  const after = text.slice(end, end + 2 * AROUND);
  return [
    start > AROUND ? before.replace(/^\S*/, "…") : before,
    part("mark", [text.slice(start, end)]),
    end + after.length < text.length ? after.replace(/\S*$/, "…") : after,
  ];
}

/** Moves from the field to the first result, and from one to the next. */
function step(by: 1 | -1): void {
  const stops = [field, ...list.querySelectorAll("a")];
  const next = stops.indexOf(document.activeElement as HTMLInputElement) + by;
  stops[Math.max(0, Math.min(next, stops.length - 1))]!.focus();
}

place.addEventListener("keydown", (event) => {
  if (event.key === "ArrowDown" || event.key === "ArrowUp") step(event.key === "ArrowDown" ? 1 : -1);
  else if (event.key === "Enter" && document.activeElement === field) list.querySelector("a")?.click();
  else if (event.key === "Escape") {
    field.focus();
    field.value = "";
    close();
  } else return;
  event.preventDefault();
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
  if (document.activeElement === field) return;
  event.preventDefault();
  field.focus();
});
field.addEventListener("focus", () => void loadIndex().catch(() => {}));
field.addEventListener("input", () => {
  show().catch(() => {
    status.textContent = "The search could not be loaded. Try again.";
    status.classList.remove("visually-hidden");
  });
});
// The results are hidden once the focus is elsewhere, or a section of this page was chosen.
place.addEventListener("focusout", ({ relatedTarget }) => {
  // Later, since an element that is removed while it has the focus loses it during its removal.
  if (!place.contains(relatedTarget as Node | null)) queueMicrotask(close);
});
list.addEventListener("click", close);
place.hidden = false;

const menu = document.querySelector<HTMLElement>("#menu")!;
/** The list of pages is long: it is scrolled to this one. */
function showCurrent(): void {
  const current = menu.querySelector<HTMLElement>("[aria-current]");
  if (current) menu.scrollTop = current.offsetTop - menu.clientHeight / 3;
}
menu.addEventListener("toggle", showCurrent);
showCurrent();
