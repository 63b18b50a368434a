import type { MailTexts } from "./en.ts";

/** The texts of mails in Japanese, with the terms of the pages. */
export const ja: MailTexts = {
  locale: "ja-JP",
  verbs: {
    pick: "これを選ぶ",
    approve: "承認",
    edit: "自分で書く",
    regenerate: "別の候補を依頼",
    answer: "回答する",
    reject: "却下",
  },
  editThis: "これをもとに書く",
  quote: (text) => `「${text}」`,
  sentences: (sentences) => sentences.join(""),

  subjects: {
    question: "あなたへの質問です",
    digest: (n) => `${n}件の質問が回答を待っています`,
    confirm: "メールアドレスの確認",
  },

  asks: "ワークフローからの質問です。",
  asksAgain: "リマインド：ワークフローがまだ回答を待っています。",
  digest: {
    asks: (n) => `ワークフローからの質問が${n}件あります。`,
    asksAgain: (n) => `リマインド：${n}件の質問がまだ回答を待っています。`,
    others: (n) => `ほかに${n}件の質問が回答を待っています。`,
    seeThem: "Callboardの受信箱を開く",
  },

  proposedBy: (source) => `提案：${source}`,
  moreCandidates: (n) => `ほか${n}件の候補は、ページで確認できます。`,
  open: "質問を開く",
  otherWays: (labels) => `ページでは、ほかの回答もできます：${labels.join("・")}。コメントも添えられます。`,
  onlyWays: (labels) => `ページでできる回答：${labels.join("・")}。コメントも添えられます。`,
  links: "リンクはページを開くだけです。ページのボタンを押すまで、回答は送信されません。",

  deadline: {
    by: (at, left) => `期限：${at}（送信時点で残り${left}）。`,
    over: (at) => `期限（${at}）を過ぎています。`,
    none: "期限はありません。",
  },
  left: {
    days: (n) => `${n}日`,
    hours: (n) => `${n}時間`,
    minutes: (n) => `${n}分`,
    little: "1分未満",
    both: (larger, smaller) => `${larger}${smaller}`,
  },

  defaults: {
    staysOpen: "何もしなければ、回答があるまでこの質問は受付中のままです。",
    expires: "期限までに回答がなければ、この質問は期限切れになります。",
    first: "期限までに回答がなければ、最初の候補が採用されます。",
    taken: (title) => `期限までに回答がなければ、${title}が採用されます。`,
    answer: (answer) => `期限までに回答がなければ、${answer}が回答になります。`,
    approved: "期限までに回答がなければ、承認として扱われます。",
    rejected: "期限までに回答がなければ、却下として扱われます。",
    chosen: (label) => `期限までに回答がなければ、${label}が選ばれます。`,
  },

  forWhom: (name) => `このメールは${name}さん宛てです。`,
  forwarding: {
    until: (at) => `転送すると、受け取った人は${at}まであなたの名前で回答できます。`,
    open: "転送すると、受け取った人は質問の受付中ずっと、あなたの名前で回答できます。",
    each: "転送すると、受け取った人はそれぞれの質問の受付中、あなたの名前で回答できます。",
  },
  stop: "今後このメールを受け取らない",

  confirm: {
    asks: (name) => `Callboardで、${name}さんへの質問をこのアドレスに送るための確認です。`,
    type: "このアドレスがご本人のものであれば、次のコードをCallboardに入力してください。",
    notYou:
      "心当たりがない場合は、このメールを無視してください。コードが入力されなければ、質問は届きません。",
    keep: "このコードを誰にも教えないでください。",
  },
};
