import { isolated, type PlainProblems, type Words } from "./words-en.ts";

const notTaken = "あなたの回答は採用されませんでした。";
const again = "もう一度送信してください。";
const lossy = "桁数が多すぎるか、大きすぎる数値です。";
const like = (example: string): string => `${example}の形で入力してください。`;

/** Messages without parameters. */
const problems: PlainProblems = {
  needed: "必須項目です。",
  not_a_date: like("2026-01-31"),
  not_a_moment: like("2026-01-31T14:30"),
  not_a_time: like("14:30"),
  not_an_email: "メールアドレスを入力してください。",
  not_an_address: like("https://example.com/"),
  not_a_number: "数値ではありません。",
  not_json: "JSONではありません。",
  only_yes: "「はい」だけが有効です。",
  only_no: "「いいえ」だけが有効です。",
  two_equal: "同じ項目が重複しています。",
};

/** All texts of the element in Japanese. */
export const ja: Words = {
  verbs: {
    pick: "これを選ぶ",
    approve: "承認",
    edit: "保存して使う",
    regenerate: "別の候補を依頼",
    answer: "回答を送信",
    reject: "却下",
  },
  loading: "読み込み中…",
  unknown: "この質問は存在しないか、表示する権限がありません。",
  forbidden: "この質問を表示する権限がありません。",
  nothing: "現在、あなたへの質問はありません。",
  torn: "この質問の一部を表示できませんでした。",
  next: (waiting) => `次の質問（${waiting}件）`,
  candidates: "候補",
  noCandidates: "まだ候補はありません。",
  chooseFirst: "先に候補を選んでください。",
  ownWords: "自分の言葉で書く",
  comment: "コメント",
  optional: "（任意）",
  look: "入力内容を確認してください。",
  left: (time, until) => `残り${time}（${until}まで）`,
  timeUp: "期限切れです。",
  rounds: (left) => (left === 0 ? "最後の回です。" : `残り${left}回`),
  attending: (name, reviewing) => `${isolated(name)}さんが${reviewing ? "確認中" : "表示中"}です。`,
  expires: (at) => `回答がなければ、${at}に期限切れになります。`,
  otherwise: (what, at) =>
    `何もしなければ、${at === undefined ? "" : `${at}に`}「${isolated(what)}」が回答になります。`,
  firstOne: "最初の候補",

  answer: "回答",
  asJson: (label) => `${label}（JSON）`,
  numbered: (label, n) => `${label} ${n}`,
  examples: (some) => `例：${some}`,
  readAs: (number) => `${number}と解釈されます`,
  ownZone: "お使いのタイムゾーンの時刻です。",
  choose: "選択…",
  noAnswer: "未回答",
  yes: "はい",
  no: "いいえ",
  noValue: "値なし",
  fits: "入力できる形式",
  add: "追加",
  remove: "削除",
  of: (action, label) => `${action}：${label}`,

  phases: {
    queued: "接続がありません。回答はこのまま保持し、接続後に送信します。",
    sending: "送信中…",
    accepted: "回答を受け付けました。",
    relayed: "回答がワークフローに届きました。",
    undeliverable: "回答を受け付けましたが、ワークフローには届きませんでした。",
    unconfirmed: "回答を受け付けました。ワークフローに届いたかどうか確認できませんでした。",
    unsure: `回答が届いたかどうか分かりません。質問が受付中のままなら、${again}`,
  },
  lost: (name) =>
    `${name === undefined ? "ほかの人" : `${isolated(name)}さん`}が先に回答しました。${notTaken}`,
  lostToSystem: `期限を過ぎたため、既定の回答が採用されました。${notTaken}`,
  lostToMyself: "すでに回答済みです。2回目の回答は採用されませんでした。",
  refused: {
    expired: `回答の期限を過ぎました。${notTaken}`,
    withdrawn: `ワークフローはもう回答を待っていません。${notTaken}`,
    superseded: `この質問は新しい質問に置き換えられました。${notTaken}`,
    stale_round: "新しい候補があります。確認して、もう一度回答してください。",
    stale: "質問が変わりました。確認して、もう一度回答してください。",
    invalid: `回答が質問の形式に合っていません。修正して${again}`,
    forbidden: "この質問を見ることはできますが、回答する権限がありません。",
    not_found: "この質問はもう存在しません。",
    rate_limited: `短時間に回答が多すぎます。少し待ってから、${again}`,
  },
  failed: (code) =>
    code === "not_sent"
      ? `接続がないため送信されませんでした。${again}`
      : code === "too_large"
        ? "回答が長すぎるため送信できません。"
        : `回答を送信できませんでした。${again}`,
  answeredBy: (name) => (name === undefined ? "回答済みです。" : `${isolated(name)}さんが回答しました。`),
  answeredByYou: "回答済みです。",
  answeredBySystem: "期限までに回答がなかったため、既定の回答が採用されました。",
  closed: {
    expired: "期限までに回答がありませんでした。",
    withdrawn: "ワークフローはもう回答を待っていません。",
    superseded: "この質問は新しい質問に置き換えられました。",
  },

  connecting: "接続中…",
  offline: "オフラインです。",
  reconnecting: "再接続中…",
  unauthorized: "Callboardにサインインしていないか、接続できません。",
  ended: "接続が終了しました。ページを再読み込みしてください。",
  noToken: "接続用のトークンを取得できませんでした。",
  tokenStatus: (status) =>
    status === 401 || status === 403
      ? "サインインしていません。トークンのアドレスに拒否されました。"
      : `トークンのアドレスがステータス${status}を返しました。`,
  tokenUnreadable: 'トークンのアドレスの応答がトークン（{"token": "…"}またはその文字列）ではありません。',
  tokenUnreachable: "トークンのアドレスが応答しません。",
  tokenForeign: (origin) =>
    `トークンのアドレスの応答を読み取れません。別オリジンのため、応答にヘッダーAccess-Control-Allow-Origin: ${origin}が必要です。`,
  incomplete: "属性socket（wss://…）とtoken-url、またはプロパティclientを指定してください。",

  problem(problem) {
    switch (problem.code) {
      case "said":
        return problem.text;
      case "too_short":
        return `${problem.least}文字以上で入力してください。`;
      case "too_long":
        return `${problem.most}文字以内で入力してください（現在${problem.length}文字）。`;
      case "lossy_number":
        return problem.at === undefined ? lossy : `${problem.at}：${lossy}`;
      case "two_readings":
        return `${problem.readings.join("か")}のどちらかの形で入力してください。`;
      case "not_whole":
        return `整数を入力してください（現在${problem.number}）。`;
      case "too_small":
        return `${problem.least}以上にしてください。`;
      case "too_large":
        return `${problem.most}以下にしてください。`;
      case "too_few":
        return `${problem.least}件以上必要です。`;
      case "too_many":
        return `${problem.most}件までです。`;
      case "not_above":
        return `${problem.bound}より大きくしてください。`;
      case "not_below":
        return `${problem.bound}より小さくしてください。`;
      case "not_a_multiple":
        return `${problem.of}の倍数にしてください。`;
      default:
        return problems[problem.code];
    }
  },
};
