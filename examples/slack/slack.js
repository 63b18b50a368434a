/** `*`, `<` and `&` in people's words are no markup of Slack's. */
const plain = (text) => text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
const short = (text, most) => (text.length > most ? `${text.slice(0, most - 1)}…` : text);

const openings = {
  "Feedback Opened": "A question waits",
  "Feedback Reminded": "A question still waits",
  "Feedback Escalated": "A question waits for more of you",
};

/** Events come at least once; the same one has the same id. */
const told = new Set();

/** The Lambda function behind a rule of Callboard's bus. */
export async function handler({ "detail-type": type, detail }) {
  if (!(type in openings) || told.has(detail.eventId)) return;
  const { title, prompt, candidates = [], assignees, deadline, link } = detail;
  const about = title ? `${openings[type]}: ${title}` : openings[type];
  const lines = [
    `*${plain(short(prompt, 1000))}*`,
    ...candidates.slice(0, 20).map((candidate) => `• ${plain(short(candidate.title, 80))}`),
    plain(short(`for ${assignees.join(", ")}`, 300)),
    ...(deadline
      ? [`<!date^${Math.floor(deadline / 1000)}^until {date_short} {time}|until a deadline>`]
      : []),
    ...(link ? [`<${link}|Answer it>`] : []),
  ];
  const response = await fetch(process.env.SLACK_WEBHOOK_URL, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({
      text: plain(short(about, 150)),
      blocks: [{ type: "section", text: { type: "mrkdwn", text: lines.join("\n") } }],
    }),
    signal: AbortSignal.timeout(10_000),
  });
  // What throws comes again: Lambda tries twice more, then its dead letters have it.
  if (!response.ok) throw new Error(`Slack answered ${response.status}`);
  told.add(detail.eventId);
  if (told.size > 1000) told.delete(told.values().next().value);
}
