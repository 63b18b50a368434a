import type { Texts } from "../en/index.ts";

/** Texts for signing in and out, and for links with a token. */
export const account: Texts["account"] = {
  signedInAs: "サインイン中：",
  signIn: "サインイン",
  signInAgain: "もう一度サインイン",
  signOut: "サインアウト",
  tryAgain: "もう一度試す",
  going: "サインイン画面へ移動しています…",
  silent: "サインインサービスが応答しません。接続を確認して、もう一度お試しください。",

  ended: {
    title: "サインインの有効期限が切れました。",
    nothingLost: "入力した内容は失われません。サインインし直す間もここに残ります。",
  },
  refused: {
    title: "このサインインはCallboardに受け付けられませんでした。",
    who: (name) =>
      `${name}としてサインインしていますが、このCallboardを利用できません。管理者に問い合わせるか、サインアウトして別のアカウントをお使いください。`,
  },

  pages: {
    linkNeeded: "リンクが必要です",
    linkSays:
      "このページは、あなたが誰かを示すリンクから開きます。リンクを発行してもらうか、受け取ったリンクをもう一度開いてください。",
    nothingKept: "このブラウザーにはデータを保存できません",
    storageNeeded:
      "サインインするには、このサイトのデータの保存が必要です。ブラウザーの設定で許可してから、ページを再読み込みしてください。",
    ended: "サインインの有効期限が切れました",
    goOn: "もう一度サインインすると、続きから再開できます。入力中の内容は残っています。",
    signedOut: "サインアウトしています",
    comeBack:
      "Callboardにサインインすると、進行状況とあなたへの質問を確認できます。サインイン後はこのページに戻ります。",
    signingOut: "サインアウトしています…",
    moment: "少々お待ちください。",
    signedOutHere: "このサイトからサインアウトしました",
    untold:
      "サインインサービスに通知できませんでした。共用のコンピューターでは、オンラインになってからサービス側でもサインアウトしてください。",
    nowhere: "サインインの設定がありません",
    openStart: "スタートページを開く",
    orLink: "または、受け取ったリンクを開いてください。",
    notSignedIn: "サインインできませんでした",
    serviceSays: "サインインサービスからのメッセージ：",
    noReason: "理由は示されませんでした",
    badAnswer: "サインインサービスから正しい応答がありませんでした。",
    stale: "このサインインは無効です",
    whyStale: "別のブラウザーで始めたか、時間が経ちすぎたか、すでに使用されています。",
    close: "このページは閉じてもかまいません。",
    toStart: "スタートページへ",
  },
};
