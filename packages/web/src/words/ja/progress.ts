import type { Texts } from "../en/index.ts";
import { countText } from "../plural.ts";

/** Texts of the progress of subjects and runs. */
export const progress: Texts["progress"] = {
  heading: "進行状況",
  steps: {
    probe: "ファイルの確認",
    compute: "動画の準備",
    transcribe: "文字起こし",
    models: "タイトル案の生成",
    ask: "制作者への質問",
    choose: "回答の反映",
    avatar: "画像の作成",
    finish: "仕上げ",
    recording: "録画",
    ready: "準備完了",
    lifecycle: "ライフサイクル",
    status: "ステータス",
  },
  ownPlugins: {
    "duration-limit": "長さの確認",
    "title-and-description": "タイトルと説明の決定",
  },
  plugin: (name) => `プラグイン「${name}」`,
  stepStates: {
    to_come: "未実行",
    not_reached: "到達せず",
    started: "実行中",
    running: "実行中",
    waiting: "待機中",
    succeeded: "完了",
    failed: "失敗",
    skipped: "スキップ",
  },
  stepIs: (step, state) => `${step}：${state}。`,

  runs: {
    other: "その他の進行状況",
    again: (times) => `再実行中です（${times}回目）。`,
    since: (at) => `${at}から実行中です。`,
    finished: (at) => `${when(at)}完了しました。`,
    failed: (step, at) => `${when(at)}${where(step)}失敗しました。`,
    timedOut: (step, at) => `時間がかかりすぎたため、${when(at)}${where(step)}停止されました。`,
    aborted: (step, at) => `${when(at)}${where(step)}手動で停止されました。`,
  },

  subjectStates: {
    running: "実行中",
    succeeded: "完了",
    failed: "失敗",
    timed_out: "時間切れ",
    aborted: "停止",
  },
  waiting: (count) => (count === 1 ? "回答待ち" : `回答待ち${countText("ja", count)}件`),
  waitingSince: (count, since, until) => {
    const answers = count === 1 ? "回答" : `${countText("ja", count)}件の回答`;
    const waited = `${since}から${answers}を待っています`;
    if (until === undefined) return `${waited}。`;
    return `${waited}（${count === 1 ? "期限" : "最初の期限"}：${until}）。`;
  },

  mendNoDeadline: "質問に`deadlineSeconds`を、またはそのステートに`TimeoutSeconds`を設定してください。",
};

function when(at: string | undefined): string {
  return at === undefined ? "" : `${at}に`;
}

function where(step: string | undefined): string {
  return step === undefined ? "" : `「${step}」で`;
}
