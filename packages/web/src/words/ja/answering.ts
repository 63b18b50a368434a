import type { AnsweringTexts } from "../en/answering.ts";
import { common } from "./common.ts";
import { form } from "./form.ts";
import { outcomes } from "./outcomes.ts";
import { progress } from "./progress.ts";
import { question } from "./question.ts";
import { shell } from "./shell.ts";

/** Texts of the page that mails and chats link to. */
export const answering: AnsweringTexts["answering"] = {
  page: "回答 · Callboard",
  looking: "質問を読み込み中…",
  as: (who) => `${who}さんとして回答します。このリンクを持つ人は誰でも回答できます。`,
  about: (subject) => `対象：${subject}`,
  tryAgain: "もう一度試す",
  unsent: (what) =>
    `回答${what}が届いたことは、まだ確認できていません。何度送信しても、1回の回答として扱われます。`,
  sendAgain: "もう一度送信する",

  noLink: {
    title: "リンクが不完全です",
    text: "メッセージからもう一度開いてください。コピーした場合は、全体をコピーしてください。",
  },
  ended: {
    title: "このリンクは無効になりました",
    text: "質問の受付が終わるまで（最長30日間）有効でした。ここでできることはもうありません。",
  },
  others: {
    title: "回答を求められていません",
    text: "質問がほかの人に依頼されたか、回答する権限がなくなりました。",
  },
  gone: {
    title: "この質問はもうありません",
    text: "終了し、削除されました。",
  },
  silent: {
    title: "Callboardが応答しません",
    text: "選択や入力の内容は失われず、ここに残ります。接続を確認してください。",
  },

  unsubscribe: {
    heading: "質問のメール",
    text: "あなたが不在のときに質問があると、Callboardからメールが届きます。",
    button: "今後、質問のメールを受け取らない",
    sending: "少々お待ちください…",
    done: "今後、質問のメールは届きません。質問は引き続きページに表示されます。",
    backOn: "設定で再び受け取れるようにする",
    failed: "Callboardが応答しませんでした。まだ停止していない可能性があります。もう一度お試しください。",
    ended: "このリンクは無効になりました。メールは設定で停止してください。",
    settings: "設定",
  },
};

/** All texts in Japanese that this page shows. */
export const jaAnswering: AnsweringTexts = {
  common,
  form,
  outcomes,
  progress,
  question,
  shell,
  answering,
};
