import type { SettingsTexts } from "../en/settings.ts";
import { account } from "./account.ts";
import { common } from "./common.ts";
import { shell } from "./shell.ts";

/** Texts of the page for notification settings. */
export const settings: SettingsTexts["settings"] = {
  page: "設定 · Callboard",
  heading: "連絡方法",
  lead: "あなたへの質問があり、あなたが不在のとき、Callboardは別の方法でお知らせします。",
  back: "Callboardに戻る",
  looking: "読み込み中…",
  tryAgain: "もう一度試す",
  silent: "Callboardが応答しません。",
  unsure: "Callboardが応答しませんでした。保存されていない可能性があります。もう一度お試しください。",
  forbidden: "変更する権限がありません。",
  save: "保存",
  saving: "保存しています…",
  saved: "保存しました。",
  tooOften: (wait) => `短時間に操作が多すぎます。${wait}待ってから、もう一度お試しください。`,
  wrong: (rule) => `入力を確認してください：${rule}`,

  mail: {
    heading: "メール",
    on: "質問をメールで受け取る",
    address: "アドレス",
    none: "アドレスがわかりません。アドレスがないとメールは送信されません。",
    issuer: "サインインに使用しているアドレスです。別のアドレスも選べます。",
    confirmed: "あなたが選んだアドレスです。",
    unconfirmed: "このアドレスにコードを送信しました。ここに入力するまで、メールは届きません。",
    change: "このアドレスを使う",
    forget: "サインインのアドレスを使う",
    code: "6桁のコード",
    confirm: "確認",
    sendAgain: "コードを再送信",
    wrongAddress: "メールを送信できるアドレスではありません。",
    wrongCode: (left) => `送信されたコードと一致しません。あと${left}回入力できます。`,
    codeEnded: "このコードは無効になりました。新しいコードを送信してください。",
    sixDigits: "コードは6桁です。",
  },

  webhook: {
    heading: "Webhook（外部への通知）",
    about: "ボットなど、ご自身のサーバーにCallboardから質問を送信します。",
    on: "質問をWebhookで受け取る",
    url: "Webhookのアドレス",
    change: "アドレスを保存",
    remove: "Webhookを削除",
    newSecret: "新しいシークレットを作成",
    newSecretHint: "もう一度作成するまで、前のシークレットによる署名も付きます。",
    secret: "シークレット（表示されるのは今回だけです）",
    keep: "受け取った内容をサーバーで検証できるように保管してください。",
    copy: "コピー",
    copied: "コピーしました",
    notCopied: "ブラウザーがコピーを許可していません。",
    wrongUrl: "名前、パスワード、フラグメントを含まないhttpsのアドレスを入力してください。",
  },

  paused: {
    bounced: "停止中：メールが届かずに戻ってきました。",
    complained: "停止中：メールが迷惑メールとして報告されました。",
    refused: "停止中：送信先に拒否されました。",
    goOn: "再開",
  },

  when: {
    heading: "言語と時間",
    lang: "メッセージの言語",
    zone: "タイムゾーン",
    quiet: "何も送信しない時間帯を設ける",
    from: "開始",
    to: "終了",
    here: (zone) => `この端末のタイムゾーンを使う：${zone}`,
    wrongZone: "そのようなタイムゾーンはありません。",
    wrongQuiet: "開始と終了には異なる時刻を入力してください。",
  },
};

/** All texts in Japanese that this page shows. */
export const jaSettings: SettingsTexts = { account, common, shell, settings };
