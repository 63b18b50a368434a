import type { Texts } from "../en/index.ts";
import { countText } from "../plural.ts";

/** Texts of the viewer's page. */
export const viewer: Texts["viewer"] = {
  page: "視聴者",
  all: "動画一覧",

  list: {
    heading: "動画",
    now: "進行中",
    earlier: "これまでの動画",
    looking: "読み込み中…",
    none: "まだ動画はありません。",
    noneMore: "処理が始まると、ここに自動で表示されます。",
    nothingNow: "進行中の動画はありません。",
    noMatch: (text) => `${text}に一致する最近の動画はありません。`,
    refused: "一覧を見られるのは、すべての動画を視聴できる人だけです。",
    refusedMore: "案内された動画の名前を入力するか、受け取ったリンクを開いてください。",
    failed: "一覧を取得できませんでした。ページを再読み込みしてください。",
    most: (count) => `新しい順に${countText("ja", count)}件を表示しています。`,
  },

  open: {
    label: "動画を探す、または名前で開く",
    placeholder: "タイトルまたは名前（例：v_1）",
    button: "開く",
    notAName: "動画の名前は「v_1」のような形です。",
  },

  stepsDone: (done, all) => `${all}ステップ中${done}ステップ完了`,
  notBegun: "まだ始まっていません。",
  untold: "読み込み中…",

  unknown: {
    heading: (name) => `${name}の情報がありません`,
    text: "この動画についての報告はまだありません。まだ始まっていないか、そのような動画が存在しません。名前の誤りや、削除された可能性もあります。",
    live: "始まると、ここに自動で表示されます。",
  },
  mayNot: "この動画を視聴する権限がありません。",
  mayNotMore: "お持ちのリンクは別の動画のものです。リンクの送り主にお問い合わせください。",

  failed: "理由は所有者に表示され、再試行されることがあります。再開すると、このページも自動で更新されます。",
  stopped: "所有者は続きから再開できます。再開すると、このページも自動で更新されます。",

  video: "動画",
  captions: "字幕",
  videoLoading: "動画を読み込み中…",
  videoGone: "動画を再生できません。削除されたか、お使いのブラウザーで再生できない形式の可能性があります。",
  tryAgain: "再試行",

  embed: { none: "動画が指定されていません。アドレスの末尾に「#/v/」と動画の名前が必要です。" },
};
