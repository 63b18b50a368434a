/** All styles of the panel, in a shadow root: separate from those of the page. */
export const styles = `
:host {
  all: initial;
  color-scheme: light dark;
  --back: #ffffff;
  --front: #1b1f24;
  --quiet: #57606a;
  --line: #d0d7de;
  --accent: #0550ae;
  --good: #116329;
  --bad: #a40e26;
  display: block;
  font: 13px/1.45 system-ui, sans-serif;
  color: var(--front);
}
@media (prefers-color-scheme: dark) {
  :host {
    --back: #16191d;
    --front: #e6edf3;
    --quiet: #9da7b3;
    --line: #3d444d;
    --accent: #79b8ff;
    --good: #56d364;
    --bad: #ff8182;
  }
}
:host([data-floating]) {
  position: fixed;
  inset: auto 0 0 auto;
  z-index: 2147483000;
  max-width: 100vw;
}
* { box-sizing: border-box; }
[hidden] { display: none !important; }
section {
  display: flex;
  flex-direction: column;
  gap: 8px;
  padding: 10px;
  background: var(--back);
  border: 1px solid var(--line);
  border-radius: 6px;
}
:host([data-floating]) section { width: min(460px, 100vw); max-height: 80vh; overflow: auto; }
:host([data-floating]) > button { display: block; margin: 0 0 0 auto; }
header, .tools { display: flex; flex-wrap: wrap; gap: 6px; align-items: center; }
h2, h3 { margin: 0; font-size: 13px; font-weight: 600; }
h2 { flex: 1 1 auto; }
h3 { color: var(--quiet); }
p { margin: 0; overflow-wrap: anywhere; }
[role="status"][data-state="connected"] { color: var(--good); }
[role="status"][data-state="waiting"], [role="status"][data-state="closed"] { color: var(--bad); }
button {
  font: inherit;
  color: var(--front);
  background: var(--back);
  border: 1px solid var(--quiet);
  border-radius: 4px;
  padding: 3px 8px;
  min-height: 28px;
  cursor: pointer;
}
button:hover { border-color: var(--accent); color: var(--accent); }
button[aria-pressed="true"] { background: var(--accent); border-color: var(--accent); color: var(--back); }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 1px; }
ul, ol { list-style: none; margin: 0; padding: 0; }
ul { display: flex; flex-direction: column; gap: 4px; }
ol { flex: none; max-height: 260px; overflow: auto; border: 1px solid var(--line); border-radius: 4px; }
ol:empty { display: none; }
ol li { border-bottom: 1px solid var(--line); padding: 2px 6px; }
ol li:last-child { border-bottom: 0; }
summary { cursor: pointer; list-style-position: outside; margin-left: 14px; }
.plain { margin-left: 14px; }
.name { font-weight: 600; overflow-wrap: anywhere; }
.quiet { color: var(--quiet); overflow-wrap: anywhere; }
.sent { color: var(--accent); }
.received { color: var(--good); }
.fault, .fault ~ .name { color: var(--bad); }
time { font-variant-numeric: tabular-nums; color: var(--quiet); }
pre { margin: 4px 0; font: 12px/1.4 ui-monospace, monospace; white-space: pre-wrap; overflow-wrap: anywhere; }
`;
