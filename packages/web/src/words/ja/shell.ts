import type { Texts } from "../en/index.ts";
import { countText } from "../plural.ts";

/** Texts of the frame around each page, its connection and its errors. */
export const shell: Texts["shell"] = {
  pages: {
    creator: "制作者 · Callboard",
    viewer: "視聴者 · Callboard",
    signIn: "サインイン · Callboard",
  },
  titleOf: (subject) => `${subject} · Callboard`,
  skip: "本文へ移動",
  noPage: "このアドレスのページはありません",

  language: {
    label: "言語",
    failed: (language) => `${language}を読み込めませんでした。オンラインになってからもう一度お試しください。`,
  },

  connection: {
    connected: "接続済み",
    connecting: "接続中…",
    offline: "オフライン",
    reconnecting: "再接続中",
    cannotSignIn: "サインインできません",
    refusedOrUnreachable: "認証されていないか、接続できません",
    notAuthorised: "認証されていません",
    disconnected: "切断されました",
    signedOut: "サインアウト済み",
    inSeconds: (seconds) => `（${seconds}秒後）`,
    tryNow: "今すぐ再試行",
    as: (name) => `（${name}さん）`,
  },

  channels: {
    mayNot: (what) => `${what}権限がありません。`,
    notFollowed: "現在、更新を受け取れません。ページを再読み込みしてください。",
  },

  broken: {
    page: "このページを表示できませんでした",
    nothingLost: "データは失われていません。すべてサーバーに保存されています。",
    reload: "再読み込み",
    partMissing:
      "このページの一部を読み込めませんでした。ページを開いた後にCallboardが更新された可能性があります。入力した内容は残ります。",
    part: "この項目は表示できませんでした。",
  },

  server: {
    silent: "サーバーが応答しません",
    checkIt: "サーバーが動作していることを確認してから、ページを再読み込みしてください。",
  },

  rows: {
    looking: "読み込み中…",
    notReported: "まだ報告はありません。",
    watching: (count) => `${countText("ja", count)}人が視聴中`,
    on: (compute) => `${compute}で実行`,
    why: "原因の詳細",
    percent: (percent) => `${percent}%`,
    drawnFor: (title) => `「${title}」の画像`,
  },

  countdown: {
    left: (time) => `残り${time}`,
    over: "期限切れ",
    until: (at) => ` · ${at}まで`,
  },
};
