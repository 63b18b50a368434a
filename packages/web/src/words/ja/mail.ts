import type { FirstTexts } from "../en/theatre.ts";

/** Texts of the mailbox, which exists only on one machine. */
export const mail: FirstTexts["mail"] = {
  page: "メール · Callboard",
  heading: "メール",
  list: "メール（新しい順）",
  /** Shown above the list. */
  count: (n) => `メール${n}件`,
  none: "メールはまだありません",
  noneHint: "このマシンでSESまたはSMTPから送信されたメールがここに表示されます。ほかの誰にも届きません。",
  /** Shown above the list when Callboard sends its own mails through another server. */
  elsewhere: (server) => `Callboardからのメールは${server}を経由して送信され、ここには表示されません。`,
  noSubject: "件名なし",
  from: "差出人",
  to: "宛先",
  at: "送信日時",
  files: "ファイル",
  html: "HTML",
  text: "テキスト",
  /** What a screen reader calls the frame. */
  frame: "メールの表示",
  back: "メール一覧",
};
