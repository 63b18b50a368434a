import type { amend as english } from "../en/amend.ts";

/** Texts for giving a question more time, and for assigning it to others. */
export const amend: typeof english = {
  close: "閉じる",
  steps: { quarter: "15分延長", hour: "1時間延長" },
  timeLegend: "回答期限の延長",
  untilButton: (at) => `${at}まで延長`,
  extended: (at) => `期限は${at}になりました。`,
  who: "代わりに回答する人",
  whoHint: "名前を選ぶか、user/benやrole/editorsのように入力します。複数の場合はカンマで区切ります。",
  ask: "依頼する",
  reassigned: (who) => `${who}に依頼しました。`,
  sending: "送信中…",
  unsure: "結果を確認できませんでした。質問の表示を確認してから、もう一度お試しください。",
  chosen: "選択済み",
  leaveOut: (name, id) => `${name}（${id}）を外す`,
  people: "該当する人",
  nobodyFound: "その名前の人は見つかりません。",
  cannotLook: "ここでは名前で検索できません。user/…またはrole/…と入力してください。",
  found: (count) => `${count}人見つかりました。`,
};
