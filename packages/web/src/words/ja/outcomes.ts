import type { Texts } from "../en/index.ts";

/** Texts of the outcomes of questions and answers; `at` and `until` are moments. */
export const outcomes: Texts["outcomes"] = {
  actions: {
    chose: (what) => `${what}を選びました`,
    wrote: (what) => `${what}と書きました`,
    answered: (what) => `${what}と回答しました`,
    withComment: (action, comment) => `コメント${comment}を付けて${action}`,
    withHint: (action, hint) => `ヒント${hint}を付けて${action}`,
    because: (action, why) => `${why}という理由で${action}`,
    mail: (action) => `メールから${action}`,
    webhook: (action) => `Webhookから${action}`,
  },

  endings: {
    replied: (who, action, at) => `${at}に${who}が${action}。`,
    byDefault: (taken, at) => `期限までに回答がなかったため、${at}に${taken}。`,
    answered: "回答されました。",
    expired: "期限までに回答がありませんでした。",
    withdrawn: "ワークフローはもう回答を待っていません。",
    superseded: "新しい質問に置き換えられました。",
    underWay: "ワークフローに渡しています…",
    relayed: "ワークフローに届きました。",
    undeliverable: "ワークフローには届きませんでした。",
    unconfirmed: "ワークフローに届いたかどうか確認できませんでした。",
  },

  taken: {
    title: (title) => `システムが${title}を採用しました`,
    chosen: (label) => `システムが${label}を選びました`,
    answer: (answer) => `システムが${answer}と回答しました`,
    approved: "システムが承認として扱いました",
    rejected: "システムが却下として扱いました",
    first: "システムが最初の候補を採用しました",
  },

  receipts: {
    told: (action, subject, delivery) => `${subject}：${action}。${delivery}。`,
    inThread: (subject, thread) => `${subject}（${thread}）`,
    accepted: "受け付けられ、ワークフローへ送られています",
    relayed: "ワークフローに届きました",
    undeliverable: "ワークフローには届きませんでした",
    unconfirmed: "ワークフローに届いたかどうか確認できませんでした",
  },

  defaults: {
    staysOpen: "回答があるまで、この質問は受付中のままです。",
    expires: (at) => `回答がなければ、${at}に期限切れになります。`,
    first: (at) => `何もしなければ、${when(at)}最初の候補が採用されます。`,
    taken: (title, at) => `何もしなければ、${when(at)}${title}が採用されます。`,
    answer: (answer, at) => `何もしなければ、${when(at)}${answer}が回答になります。`,
    approved: (at) => `何もしなければ、${when(at)}承認として扱われます。`,
    rejected: (at) => `何もしなければ、${when(at)}却下として扱われます。`,
    chosen: (label, at) => `何もしなければ、${when(at)}${label}が選ばれます。`,
  },

  refusals: {
    notTaken: "あなたの回答は採用されませんでした。",
    somebodyFaster: (at) => `${when(at)}ほかの人が先に回答しました。あなたの回答は採用されませんでした。`,
    faster: (who, action, at) => `${when(at)}${who}が先に${action}。あなたの回答は採用されませんでした。`,
    systemFaster: (at) =>
      `期限を過ぎたため、${when(at)}システムが既定の回答をしました。あなたの回答は採用されませんでした。`,
    answeredBefore: (action, at) =>
      `すでに回答済みです。${when(at)}あなたが${action}。2回目の回答は採用されませんでした。`,
    expired: "回答の期限を過ぎました。あなたの回答は採用されませんでした。",
    withdrawn: "ワークフローはもう回答を待っていません。",
    superseded:
      "この質問は新しい質問に置き換えられました。あなたの回答は採用されませんでした。新しい質問に回答できます。",
    staleRound: (round) =>
      `質問は${round === undefined ? "次の回に進みました" : `現在${round}回目です`}。新しい候補を確認して、もう一度回答してください。`,
    stale: "表示後に質問が変更されました。確認して、もう一度回答してください。",
    invalid: "回答が質問の形式に合っていません。修正してもう一度送信してください。",
    forbidden: "この質問を見ることはできますが、回答する権限がありません。",
    notFound: "この質問はもう存在しません。",
    tooOften: (wait) => `短時間に回答が多すぎます。${wait ?? "少し"}待ってから、もう一度送信してください。`,
  },

  acts: {
    mayNotExtend: "期限を延長できるのは、回答を求められている人と動画の所有者だけです。",
    mayNotReassign: "質問を別の人に依頼できるのは、動画の所有者だけです。",
    badNames: "この相手には依頼できません。名前を確認してください。",
    answered: "この質問にはすでに回答がありました。",
    expired: "回答の期限を過ぎました。",
    withdrawn: "ワークフローはもう回答を待っていません。",
    superseded: "この質問は新しい質問に置き換えられました。",
    notFound: "この質問はもう存在しません。",
    tooOften: (wait) => `短時間に操作が多すぎます。${wait ?? "少し"}待ってから、もう一度お試しください。`,
    waitsUntil: (until) => `ワークフローが待つのは${until}までです。`,
    noMoreTime: "ワークフローはこれ以上待ちません。期限は延長できません。",
    badTime: "期限をその時刻に変更することはできません。",
  },

  reasons: {
    wait_gone: "ワークフローはすでに待つのをやめていました。",
    answer_not_acceptable: "Step Functionsがこの回答を受け付けませんでした。",
    history_not_readable: "ワークフローの履歴を読み取れませんでした。",
    no_final_word: "Step Functionsから最終的な応答がありませんでした。",
    execution_succeeded: "ワークフローは終了しました。",
    execution_failed: "ワークフローは失敗しました。",
    execution_timed_out: "ワークフローは時間がかかりすぎたため停止されました。",
    execution_aborted: "ワークフローは手動で停止されました。",
  },
};

function when(at: string | undefined): string {
  return at === undefined ? "" : `${at}に`;
}
