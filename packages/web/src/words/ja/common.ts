import type { Texts } from "../en/index.ts";

/*
 * One term for one thing, on every page:
 *
 * question 質問 · answer 回答 · candidate, proposal 候補 · round 回 (2回目) · hint ヒント · comment コメント
 * workflow ワークフロー · execution, run 実行 · step ステップ · state machine ステートマシン
 * deadline 期限 · put to 宛先, 依頼する · owner 所有者 · role ロール
 * approve 承認 · reject 却下 · undo 取り消し · taken 採用 · withdrawn 取り下げ
 * video 動画 · captions 字幕 · transcript 文字起こし · title タイトル · picture 画像
 * creator 制作者 · viewer 視聴者 · stand-in 代役 · inbox 受信箱 · reminder リマインド · default 既定 · sign in サインイン
 *
 * Sentences end in です・ます and 「。」; buttons are nouns or plain verbs; what goes on ends in 中…. Long vowels are written
 * (サーバー, ブラウザー), and there is no space between Latin and Japanese letters.
 */

/** Texts for several pages, and for sentences that the model makes. */
export const common: Texts["common"] = {
  quote: (text) => `「${text}」`,
  sentences: (sentences) => sentences.join(""),

  people: {
    you: "あなた",
    youFirst: "あなた",
    system: "システム",
    person: (name) => `${name}さん`,
    role: (name) => `ロール「${name}」`,
    withId: (name, id) => `「${name}」（${id}）`,
    alsoAsked: (who, since) => `追加の宛先：${who}（${since}から）。`,
    reviewing: (who) => `${who}が確認中`,
    hasItOpen: (who) => `${who}が表示中`,
    nobodyNamed: "人かロールを1つ以上指定してください。",
    nameNotPicked: (name) => `「${name}」は名前です。該当する人を選ぶか、user/…の形で入力してください。`,
    notAPrincipal: (word) => `「${word}」はuser/…またはrole/…の形になっていません。`,
    tooMany: (most) => `指定できる人とロールは合わせて${most}件までです。`,
  },

  verbs: {
    pick: { label: "これを選ぶ", done: "候補を選びました" },
    approve: { label: "承認", done: "承認しました" },
    edit: { label: "保存して使う", done: "回答を書きました" },
    regenerate: { label: "別の候補を依頼", done: "別の候補を依頼しました" },
    answer: { label: "回答を送信", done: "回答しました" },
    reject: { label: "却下", done: "却下しました" },
  },

  sources: { standIn: "代役", unnamed: "候補" },
  untitledVideo: "タイトル未定の動画",

  values: {
    yes: "はい",
    no: "いいえ",
    nothing: "値なし",
    tooDeep: "階層が深すぎるため表示できません。",
  },

  durations: {
    days: (n) => `${n}日`,
    hours: (n) => `${n}時間`,
    minutes: (n) => `${n}分`,
    seconds: (n) => `${n}秒`,
    both: (larger, smaller) => `${larger}${smaller}`,
  },

  sizes: {
    bytes: (n, _count) => `${n}バイト`,
    kilobytes: (n) => `${n} KB`,
    megabytes: (n) => `${n} MB`,
    gigabytes: (n) => `${n} GB`,
  },

  files: {
    ofNoUse: (name) => `「${name}」はMP4動画でも字幕（.vtt・.srt）でもありません。`,
    empty: (name) => `「${name}」は空のファイルです。`,
    tooLarge: (name, size, most) => `「${name}」は${size}あります。上限は${most}です。`,
  },
};
