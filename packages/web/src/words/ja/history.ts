import type { history as english } from "../en/history.ts";
import { countText } from "../plural.ts";

/** Texts of histories. */
export const history: typeof english = {
  heading: "履歴",
  show: "履歴を表示",
  hide: "履歴を閉じる",
  refresh: "更新",
  earlier: "さらに前を表示",
  all: "保存されている履歴は以上です。",
  none: "履歴はありません。",
  unavailable: "現在、履歴を読み込めません。",
  shown: (count) => `${countText("ja", count)}件表示しています。`,

  attempt: (label, attempt) => `${label}（${attempt}回目の試行）`,
  whole: "全体",
  cause: (cause) => `原因：${cause}`,
  runs: {
    running: "再実行が始まりました。",
    succeeded: "実行が完了しました。",
    failed: "実行が失敗しました。",
    timed_out: "実行に時間がかかりすぎたため、停止されました。",
    aborted: "実行が手動で停止されました。",
  },
  facts: (names) => `情報：${names}`,
  factsAndMore: (names, more) => `情報：${names}、ほか${more}件`,
  removed: (name) => `${name}（削除）`,
  candidates: (count) => `候補が${count}件届きました。`,
  candidatesOf: (count, source) => `${source}から候補が${count}件届きました。`,

  questions: {
    asked: (prompt) => `質問：${prompt}`,
    seen: (who) => `${who}が質問を開きました。`,
    reminded: "宛先の人にリマインドしました。",
    escalated: "宛先を追加しました。",
    extended: (who) => `${who}が期限を延長しました。`,
    reassigned: (who) => `${who}がほかの人に依頼しました。`,
    erased: "名前と発言が消去されました。",
    answered: (who, action) => `${who}が${action}。`,
    answeredBySystem: "期限までに回答がなかったため、システムが回答しました。",
    somebody: "だれか",
    until: (at) => `期限：${at}`,
    round: (thread, round) => `${thread}（${round}回目）`,
  },
};
