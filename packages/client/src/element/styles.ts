/**
 * The element's styles. It follows the `color-scheme` of its surroundings, so that a light page stays light;
 * every `--callboard-…` variable can be set from outside.
 */
export const styles = `
:host {
  --front: var(--callboard-front, light-dark(#1b1f24, #e6edf3));
  --back: var(--callboard-back, light-dark(#fff, #16191d));
  --quiet: var(--callboard-quiet, light-dark(#57606a, #9da7b3));
  --line: var(--callboard-line, light-dark(#d0d7de, #3d444d));
  --edge: var(--callboard-edge, light-dark(#767f89, #7d8792));
  --accent: var(--callboard-accent, light-dark(#0550ae, #79b8ff));
  --on-accent: var(--callboard-on-accent, light-dark(#fff, #0b1a2b));
  --bad: var(--callboard-bad, light-dark(#a40e26, #ff8182));
  --gap: var(--callboard-gap, .75rem);
  --radius: var(--callboard-radius, .5rem);
  display: block;
  container-type: inline-size;
  font: 1rem/1.5 var(--callboard-font, system-ui, sans-serif);
  color: var(--front);
  text-align: start;
}
:host([hidden]) { display: none; }
* { box-sizing: border-box; font: inherit; color: inherit; min-inline-size: 0; overflow-wrap: anywhere; }
section { padding: calc(var(--gap) * 1.5); background: var(--back); border: 1px solid var(--line); border-radius: var(--radius); }
h2, p, fieldset, ul, pre { margin: 0; }
h2 { font-size: 1.25em; font-weight: 600; line-height: 1.3; }
section > *, section > div > * { margin-block: 0 var(--gap); }
section > :last-child, section > div > :last-child, [role=status]:not(:has(:not(:empty))), [part=facts] > p { margin-block-end: 0; }
fieldset { border: 1px solid var(--line); border-radius: var(--radius); padding: var(--gap); }
fieldset > * + * { margin-block-start: var(--gap); }
fieldset > legend + * { margin-block-start: 0; }
fieldset.top, [part=candidates] { border: 0; padding: 0; }
legend, [part=label] { font-weight: 600; padding: 0; }
[part=candidates] > legend { margin-block-end: .25em; }
small, [part=hint], [part=facts], [part=candidate-description], [part=candidate-source] { font-size: .875em; color: var(--quiet); font-weight: 400; }
[part=candidate-description], [part=candidate-source] { display: block; }
[part=candidate-source] { font-style: italic; }
[part=candidate-title] { display: block; font-weight: 600; }
[part=candidate] { display: flex; gap: var(--gap); align-items: start; padding: var(--gap); border: 1px solid var(--line); border-radius: var(--radius); cursor: pointer; }
[part=candidate]:has(:checked) { border-color: var(--accent); box-shadow: inset 0 0 0 1px var(--accent); }
[part=candidate] > span { flex: 1; }
input[type=radio], input[type=checkbox] { flex: none; inline-size: 1.25em; block-size: 1.25em; margin: .125em 0 0; accent-color: var(--accent); }
[part=input] { display: block; inline-size: 100%; min-block-size: 2.75em; padding: .5em .75em; background: var(--back); border: 1px solid var(--edge); border-radius: var(--radius); text-align: start; }
[part=input][aria-invalid], [data-invalid] { border-color: var(--bad); }
[part=problem] { color: var(--bad); font-size: .875em; }
.box, .row { display: flex; gap: .5em; align-items: start; min-block-size: 1.75em; }
.row { flex-wrap: wrap; }
.row > :first-child { flex: 1 1 14em; }
.row > button { margin-block-start: 1.5em; }
.unseen { position: absolute; clip-path: inset(50%); inline-size: 1px; block-size: 1px; overflow: hidden; white-space: nowrap; }
[part=actions] { display: flex; flex-wrap: wrap; gap: var(--gap); }
button { min-block-size: 2.75em; max-inline-size: 100%; padding: .5em 1em; background: var(--back); border: 1px solid var(--edge); border-radius: var(--radius); cursor: pointer; overflow-wrap: normal; }
button:hover { border-color: var(--accent); }
[part=actions] > :first-child, [part~=next] { background: var(--accent); color: var(--on-accent); border-color: var(--accent); font-weight: 600; }
[aria-disabled], :disabled { opacity: .6; cursor: not-allowed; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
[tabindex="-1"]:focus { outline: 0; }
[part=outcome] bdi:not(:empty) { display: block; padding: var(--gap); border-inline-start: .25em solid var(--accent); background: color-mix(in srgb, var(--accent) 8%, var(--back)); }
[part=connection] { font-size: .875em; color: var(--bad); }
pre { font: .875em/1.4 ui-monospace, monospace; white-space: pre-wrap; }
@container (max-width: 24rem) {
  [part=actions] > button { inline-size: 100%; }
  .row > button { margin-block-start: 0; }
}
@media (forced-colors: active) { [part=candidate]:has(:checked) { outline: 2px solid; } }
`;
