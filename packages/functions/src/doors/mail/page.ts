import type { MailContent } from "./mail-content.ts";
import type { MailCandidate, MailQuestion } from "./mail-question.ts";
import { inLines, Markup, markup } from "./markup.ts";
import type { Picture } from "./pictures.ts";

/** Pictures by the addresses that candidates give for them. */
export type Pictures = ReadonlyMap<string, Picture>;

const FONT =
  "font-family:-apple-system,'Segoe UI',Roboto,'Helvetica Neue','Hiragino Sans','Noto Sans JP','Yu Gothic UI',Meiryo,Arial,sans-serif";
/** Long words break; otherwise one of them would make the mail wider than a phone. */
const BREAKS = "overflow-wrap:anywhere;word-break:break-word";
const INK = "color:#1c1917";
const SOFT = "color:#5f574f";

/**
 * Programs that support a dark scheme take these colours; others invert the inline colours, which are on plain white. No
 * text depends on it: each has its colour and its background in the same place.
 */
const STYLE = `
:root { color-scheme: light dark; supported-color-schemes: light dark; }
a { color: #9b1c31; }
@media (prefers-color-scheme: dark) {
  .board { background-color: #131110 !important; }
  .paper { background-color: #1c1917 !important; border-color: #38322e !important; }
  .ink { color: #f4f0eb !important; }
  .soft { color: #b5aca3 !important; }
  .edge { border-color: #38322e !important; }
  .button { background-color: #ff9c93 !important; }
  .button a { color: #2a0c0e !important; border-color: #ff9c93 !important; }
  .quiet-button a { color: #ff9c93 !important; border-color: #8b8178 !important; }
  a { color: #ff9c93; }
}
@media (max-width: 480px) { .pad { padding-left: 16px !important; padding-right: 16px !important; } }
`;

/** A mail as HTML: tables and inline styles, as mail programs require; no script, and nothing to load. */
export function htmlPage(content: MailContent, pictures: Pictures): string {
  const single = content.questions.length === 1;
  return markup`<!doctype html>
<html lang="${content.lang}" dir="ltr">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<meta name="format-detection" content="telephone=no, date=no, address=no">
<title>${content.subject}</title>
<style>${new Markup(STYLE)}</style>
</head>
<body class="board" style="margin:0;padding:0;background-color:#f5f3ef">
<div style="display:none;max-height:0;overflow:hidden;mso-hide:all">${preview(content)}</div>
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" class="board" style="background-color:#f5f3ef;table-layout:fixed">
<tr><td align="center" style="padding:16px 8px">
${forWord('<table role="presentation" width="600" cellpadding="0" cellspacing="0" border="0"><tr><td>')}
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" style="max-width:600px;table-layout:fixed">
<tr><td class="pad soft" style="padding:4px 24px 12px;${FONT};font-size:13px;line-height:20px;${SOFT};text-align:start"><strong>Callboard</strong></td></tr>
${paper(markup`<p class="ink" style="margin:0;${FONT};font-size:15px;line-height:23px;${INK};${BREAKS}">${content.opening}</p>${codeOf(content)}${single ? questionOf(content.questions[0]!, content.open, pictures, true) : undefined}`)}
${single ? undefined : content.questions.map((question) => paper(questionOf(question, content.open, pictures, false)))}
${content.others && paper(othersOf(content.others))}
<tr><td class="pad soft" style="padding:8px 24px 24px;${FONT};font-size:13px;line-height:20px;${SOFT};${BREAKS};text-align:start">
${content.closing.map((text) => markup`<p style="margin:0 0 8px">${text}</p>`)}
${content.stop && markup`<p style="margin:0 0 8px"><a href="${content.stop.link}">${content.stop.label}</a></p>`}
</td></tr>
</table>
${forWord("</td></tr></table>")}
</td></tr>
</table>
</body>
</html>
`.html;
}

/** The preview that lists of mails show after the subject. */
function preview({ code, opening, questions }: MailContent): string {
  return code ?? [opening, questions[0]?.deadline].join(" ");
}

/** Outlook on Windows uses Word for layout, which does not support `max-width`. */
const forWord = (html: string): Markup => new Markup(`<!--[if mso]>${html}<![endif]-->`);

const paper = (content: Markup): Markup => markup`<tr><td style="padding:0 0 12px">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" style="table-layout:fixed"><tr><td class="paper pad" bgcolor="#ffffff" style="background-color:#ffffff;border:1px solid #e2dcd3;border-radius:12px;padding:20px 24px">
${content}
</td></tr></table>
</td></tr>`;

const codeOf = ({ code }: MailContent): Markup | undefined =>
  code === undefined
    ? undefined
    : markup`<p class="ink" style="margin:16px 0 0;font-family:Consolas,Menlo,monospace;font-size:32px;line-height:40px;letter-spacing:6px;${INK}"><strong>${code}</strong></p>`;

function questionOf(question: MailQuestion, open: string, pictures: Pictures, alone: boolean): Markup {
  const { title, prompt, candidates, more, link, otherWays, deadline, ifNothing } = question;
  const chosenByLink = candidates.some(({ choose }) => choose);
  const top = alone ? 16 : 0;
  const heading = new Markup(alone ? "h1" : "h2");
  return markup`
<div${questionLanguage(question)} class="ink" style="${FONT};${INK};${BREAKS};text-align:start">
<p class="soft" style="margin:${top}px 0 0;font-size:13px;line-height:20px;${SOFT}">${title}</p>
<${heading} style="margin:2px 0 0;font-size:20px;line-height:28px;font-weight:bold">${inLines(prompt)}</${heading}>
</div>
${candidates.map((candidate) => candidateOf(candidate, question, pictures))}
${more && markup`<p class="soft" style="margin:16px 0 0;${FONT};font-size:14px;line-height:21px;${SOFT}">${more}</p>`}
${buttonOf(link, open, chosenByLink ? "quiet" : "strong")}
${otherWays && markup`<p class="soft" style="margin:8px 0 0;${FONT};font-size:13px;line-height:20px;${SOFT};${BREAKS}">${otherWays}</p>`}
<p class="ink edge" style="margin:16px 0 0;padding:12px 0 0;border-top:1px solid #e2dcd3;${FONT};font-size:14px;line-height:21px;${INK};${BREAKS}">${deadline}<br>${ifNothing}</p>`;
}

function candidateOf(candidate: MailCandidate, question: MailQuestion, pictures: Pictures): Markup {
  const { dir, title, source, description, choose } = candidate;
  const picture = pictures.get(candidate.picture ?? "");
  return markup`
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" style="margin:16px 0 0;table-layout:fixed"><tr><td class="edge" style="border:1px solid #e2dcd3;border-radius:8px;padding:14px 16px">
${picture && markup`<img src="cid:${picture.cid}" alt="" width="240" style="display:block;width:100%;max-width:240px;height:auto;border:0;border-radius:6px;margin:0 0 10px">`}
<div${questionLanguage({ lang: question.lang, dir })} class="ink" style="${FONT};font-size:16px;line-height:24px;${INK};${BREAKS};text-align:start"><strong>${title}</strong>
${description && markup`<div class="soft" style="font-size:14px;line-height:21px;${SOFT}">${inLines(description)}</div>`}</div>
${source && markup`<div class="soft" style="margin:4px 0 0;${FONT};font-size:13px;line-height:20px;${SOFT};${BREAKS}">${source}</div>`}
${choose && buttonOf(choose.link, choose.label, "strong", `${choose.label}: ${title}`)}
</td></tr></table>`;
}

/** The language and direction of the question's own text. */
const questionLanguage = ({ lang, dir }: { lang?: string | undefined; dir: string }): Markup =>
  markup`${lang && markup` lang="${lang}"`} dir="${dir}"`;

const buttonStyles = {
  strong: {
    cell: "background-color:#9b1c31",
    link: "color:#ffffff;border:1px solid #9b1c31",
    class: "button",
  },
  quiet: { cell: "", link: "color:#9b1c31;border:1px solid #8a8177", class: "quiet-button" },
} as const;

function buttonOf(link: string, label: string, kind: keyof typeof buttonStyles, spoken?: string): Markup {
  const style = buttonStyles[kind];
  return markup`
<table role="presentation" cellpadding="0" cellspacing="0" border="0" style="margin:12px 0 0"><tr><td class="${style.class}" style="border-radius:7px;mso-padding-alt:10px 18px;${style.cell}"><a href="${link}"${spoken && markup` aria-label="${spoken}"`} style="display:inline-block;padding:10px 18px;${FONT};font-size:15px;line-height:22px;font-weight:bold;text-decoration:none;border-radius:7px;${BREAKS};${style.link}">${label}</a></td></tr></table>`;
}

function othersOf({ says, label, link }: NonNullable<MailContent["others"]>): Markup {
  return markup`<p class="ink" style="margin:0;${FONT};font-size:15px;line-height:23px;${INK}">${says}</p>${buttonOf(link, label, "quiet")}`;
}
