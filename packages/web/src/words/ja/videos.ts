import type { Texts } from "../en/index.ts";

/** Texts of errors between a page and the video application. */
export const videos: Texts["videos"] = {
  linkExpired: "リンクの有効期限が切れました。新しいリンクを開いてください。",
  signInEnded: "サインインの有効期限が切れました。もう一度サインインしてください。",
  unreachable: "サーバーが応答しません。もう一度お試しください。",
  forbidden: "この操作を行う権限がありません。",
  notFound: "見つかりませんでした。",
  failed: (status) => `サーバーで問題が発生しました（${status}）。もう一度お試しください。`,
  doesNotFit: (rule) => `サーバーに受け付けられませんでした：${rule}`,
  doesNotFitUnknown: "リクエストの形式が正しくありません。",
  notArrived: (file) => `${file === undefined ? "ファイル" : `「${file}」`}がまだ届いていません。`,
  tooMany: (minutes) => `短時間に送信した動画が多すぎます。${minutes}分後にもう一度お試しください。`,
  otherFiles: "同じ名前で別のファイルが送信中です。ファイルを選び直してください。",
  storageRefused: (status) => `ストレージがファイルを受け付けませんでした（${status}）。`,
  storageUnreachable: "ストレージに接続できません。",
  notAgain: {
    ended_well: "正常に完了しているため、再試行は不要です。",
    gave_up:
      "ワークフロー自身が処理を中止しました。ここから再試行しても同じ結果になります。動画を新しく開始してください。",
    too_late: "失敗した箇所からはもう再開できません。動画を新しく開始してください。",
  },
};
