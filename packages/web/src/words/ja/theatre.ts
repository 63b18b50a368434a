import type { FirstTexts } from "../en/theatre.ts";
import { ja } from "./index.ts";
import { mail } from "./mail.ts";
import { plugins } from "./plugins.ts";

/** Texts of the first page. */
export const theatre: FirstTexts["theatre"] = {
  page: "はじめに · Callboard",
  title: "ワークフローが尋ね、人が答え、何も失われません",
  lead: "実行すると、ステートマシンが動画を準備し、途中でAnaさんにタイトルを尋ねます。Vicさんはそれを見ています。そのあと、壊してみてください。",
  leadRunning:
    "ステートマシンがAnaさんにタイトルを尋ねます。Anaさんのページで答えると、届く様子を見られます。先に壊してみることもできます。",
  leadOver: "この実行は終わりました。もう一度実行し、今度は途中で壊してみてください。何も失われません。",
  run: "実行する",
  runAgain: "もう一度実行する",
  starting: "開始中…",
  notStarted: "開始できませんでした。サーバーが応答しません。",

  doors: {
    title: "いま何が進み、誰に何が求められているか",
    lead: "ワークフローは進み具合を知らせ、人に質問します。ここには、その両方がすぐに届きます。",
    creator: { title: "制作者", lead: "動画を開始し、経過を追い、ワークフローの質問に回答します。" },
    viewer: { title: "視聴者", lead: "動画が準備されていく様子を、ステップごとに見られます。" },
  },

  panes: {
    creator: { tab: "制作者", title: "Anaさん（制作者）のページ" },
    viewer: { tab: "視聴者", title: "Vicさん（視聴者）のページ" },
    machine: { tab: "ステートマシン", title: "ステートマシン" },
    choose: "表示するもの",
    alone: "単独で開く",
    mail: "メール",
    plugins: "プラグイン",
    docs: "ドキュメント",
  },

  counters: {
    title: "このタブでの集計",
    pushes: "プッシュ",
    pushesHint: "サーバーが2つのページに送った変更の数",
    median: "p50",
    medianHint: "サーバーでの発生から画面に出るまでの時間の中央値",
    ms: (n) => `${n} ms`,
    accepted: "受理",
    acceptedHint: "サーバーが受け付けた回答の数",
    refused: "拒否",
    refusedHint: "ほかの回答が先だったなどの理由で拒否された回答の数",
    lost: "消失",
    lostHint:
      "受理されたのに実行に届いていない回答と、2つのページでサーバーと異なるキーの数。変更のたびに数え直します",
    unknown: "不明",
  },

  breaks: {
    title: "壊してみる",
    should: "起こるはずのこと",
    did: "起こったこと",
    kill: {
      label: "サーバーを強制終了",
      should: "SIGKILLを送ります。同じデータで再起動し、両方のページが戻り、質問は受付中のままです。",
    },
    offline: {
      label: "オフラインにする",
      should: "Anaさんのページの接続を8秒間切ります。ページはそれを知らせ、戻ると追いつきます。",
    },
    tabs: {
      label: "2つのタブで回答",
      should: "2つのタブが同時に別のタイトルを選びます。1つが受理され、もう1つには誰が先かが伝えられます。",
    },
    nothing: {
      label: "何もしない",
      should: "回答期限が20秒の実行です。誰も回答しないので、既定の回答が採用されて先へ進みます。",
    },
  },

  news: {
    waiting_for_question: "質問を待機中…",
    killing: "終了させました。サーバーを待機中…",
    answering: "2つのタブが回答中…",
    offline: (n) => `オフライン：残り${n}秒…`,
    waiting_for_deadline: (n) => `回答期限まで${n}秒…`,
    killed: (up, back, isOpen) =>
      `サーバーは${up}秒後に再起動し、両方のページは${back}秒後に戻りました。${isOpen ? "質問は受付中のままです。" : ""}`,
    came_back: (back) => `接続の回復から${back}秒で、Anaさんのページは最新になりました。`,
    one_accepted: (title, first) =>
      `「${title}」が受理されました。もう1つは拒否されました：${first}さんが先でした。`,
    default_taken: (title) => `期限までに回答がなく、既定の「${title}」が採用されました。`,
    failed: "時間内に終わりませんでした。表示されているのはサーバーの状態です。",
    accepted: (n) => `${n}件の回答が受理されました。`,
  },

  server: { down: "サーバーが応答しません。再試行しています。" },

  machine: {
    graph: "グラフ",
    list: "一覧",
    shownAs: "表示方法",
    hint: "矢印キーでステートを移動し、Enterキーで内容を表示します。",
    none: "サーバーが応答すると、ステートマシンが表示されます。",
    status: {
      RUNNING: "実行中",
      SUCCEEDED: "成功",
      FAILED: "失敗",
      TIMED_OUT: "タイムアウト",
      ABORTED: "停止",
      none: "未開始",
    },
    standing: {
      running: "実行中",
      waiting: "回答待ち",
      done: "完了",
      failed: "失敗",
      gone_on: "失敗し、別の経路で続行",
      stopped: "停止",
      to_come: "未到達",
    },
    entered: (n) => `${n}回`,
    retries: "失敗すると再試行します",
  },

  step: {
    close: "閉じる",
    parts: "ステートの内容",
    event: "イベント",
    asl: "ASL",
    hook: "フック",
    copy: "コピー",
    copied: "コピーしました",
    notCopied: "ブラウザーがコピーを許可していません",
    noEvent: "このステートはバスにイベントを送りません。",
    noEventYet: "このステートはまだイベントを送っていません。",
    loading: "イベントを読み込み中…",
    tokenLeftOut: "タスクトークンはサーバーの外に出ないため、ここでは省いています。",
    noRun: "IDは実行ごとに決まります。まず実行してください。",
  },
};

/** All texts in Japanese, those that the first page, the mailbox and the page of plugins alone show among them. */
export const jaFirst: FirstTexts = { ...ja, mail, plugins, theatre };
