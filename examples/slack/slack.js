/** `<`, `>` and `&` in people's words are no markup of Slack's; a letter can become five. */
const plain = (text) => text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
const short = (text, most) => ([...text].length > most ? `${[...text].slice(0, most - 1).join("")}…` : text);
/** Slack takes 3,000 characters of each. */
const section = (...lines) => ({ type: "section", text: { type: "mrkdwn", text: lines.join("\n") } });

const openings = {
  "Feedback Opened": "A question waits",
  "Feedback Reminded": "A question still waits",
  "Feedback Escalated": "A question is put to more of you",
};

/** Events come at least once; the same one has the same id. */
const told = new Set();

/** The Lambda function behind a rule of Callboard's bus. */
export async function handler({ "detail-type": type, detail }) {
  if (!(type in openings) || told.has(detail.eventId)) return;
  const { subject, title = subject, prompt, candidates = [], assignees, deadline, link } = detail;
  // Notifications show the text, and the message its blocks.
  const text = plain(short(`${openings[type]}: ${title}`, 150));
  const listed = candidates.slice(0, 10).map((candidate) => `• ${plain(short(candidate.title, 50))}`);
  const until = `<!date^${Math.floor(deadline / 1000)}^until {date_short} {time}|until a deadline>`;
  const blocks = [
    section(text, `*${plain(short(prompt, 500))}*`),
    ...(listed.length > 0 ? [section(...listed)] : []),
    section(
      plain(short(`for ${assignees.join(", ")}`, 300)),
      ...(deadline ? [until] : []),
      ...(link ? [`<${link}|Answer it>`] : []),
    ),
  ];
  const response = await fetch(process.env.SLACK_WEBHOOK_URL, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ text, blocks }),
    signal: AbortSignal.timeout(10_000),
  });
  // What throws comes again: Lambda tries twice more, then its dead letters have it.
  if (!response.ok) throw new Error(`Slack answered ${response.status}`);
  told.add(detail.eventId);
  if (told.size > 1000) told.delete(told.values().next().value);
}
