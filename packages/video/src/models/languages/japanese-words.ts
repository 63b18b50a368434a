import { piecesOf } from "./language.ts";

/** Japanese words that cannot be the topic of a title. */
const STOP_WORDS = new Set(
  `今日 本日 明日 昨日 今回 今年 去年 来年 今 皆さん 皆様 皆 私 私達 自分 僕 俺 彼 彼女 人 方 方々 本当 最初 最後 次 前 後 上 下 中 間 先
  時 時間 場合 場所 必要 可能 大切 重要 大事 話 以上 以下 感じ 意味 部分 全部 全体 一番 一人 二人 一度 二度 誰 何 何度 何時 結構 非常 大変 簡単 普通 例 例外 目 手 点
  実際 実 自体 同じ 他 別 以外 当然 絶対 多分 動画 登録 高評価 説明 紹介 解説 質問 拍手 音楽 笑 司会 当時 現在 最近 毎日 途中 近く 問題 心配 気 形 風 物 事 所
  様子 機会 存在 状態 程度 理由 結果 内容 十分 無事 完全 大量 お話 お礼 お願 お疲 ご視聴 ご覧 ご清聴 ご参加 ご紹介 ご説明 チャンネル 第一 第二 第三 一つ 二つ 三つ
  一方 反面 直接 自然 特別 有名 順番 以来 以降 以前 同時 瞬間 一瞬 一緒 種類 自動的 基本的 具体的 全員 各自 議題 話題 続き 予定 残念 最高 最大 最小 素敵 綺麗 丁寧 状況
  少し 少々 多く 基本 原因 夕方 今朝 今夜 今晩 場面 朝 昼 夜 毎月 毎晩 毎朝 毎週 急激 目的 それぞれ みなさん いろいろ たくさん みんな わたし あなた おかげ つもり ところ こちら そちら まとめ わたしたち ものごと ポイント トピック テーマ コツ スピーカー`.split(
    /\s+/,
  ),
);

/** Particles and forms that follow a noun. */
const AFTER_NOUN =
  /^(?:[はがをにのとでもへやかだ]|から|まで|より|など|について|による|により|によって|として|という|といった|とは|には|では|での|への|との|です|でし|だけ|ばかり|ごと|ほど|くらい|さえ|こそ|って|であり|である)$/u;
const NOUN = /^(?:お|ご)?[\p{Script=Han}\p{Script=Katakana}ー々〆ヶA-Za-z0-9+#&.]+$/u;
/** A noun that is written as a verb's stem: 戦い, 始まり, 夕焼け. */
const NOUN_OF_VERB = /^\p{Script=Han}[\p{Script=Han}\p{Script=Hiragana}]*[いきぎしちみびりえけげせてめれ]$/u;
const ADJECTIVE =
  /(?:しい|[^の]さい|よい|ない|たい|長い|高い|強い|早い|速い|近い|遠い|深い|広い|重い|軽い|古い|悪い|甘い|辛い|安い|弱い|薄い|厚い|熱い|寒い|暑い)$/u;
/** Endings that turn a noun into a verb or an adjective: 承認する, 急激な. */
const OTHER_USE = /^(?:し(?!か)|する|さ(?!え)|せ|すれ|でき|な$)/u;
/** A noun in hiragana: じゃがいも. */
const HIRAGANA_NOUN = /^\p{Script=Hiragana}{4,}$/u;
const COUNTED = /^[\d.,〇一二三四五六七八九十百千万億半数約]+\p{Script=Han}{0,3}$/u;
const MAX_NOUN_LENGTH = 14;

/** A noun of a text, with the words that form it. */
export interface Noun {
  readonly text: string;
  readonly words: readonly string[];
}

/** Only Latin letters have two cases. */
const formOf = (word: string): string => word.toLowerCase();

const isTopic = (noun: string, shortest: number): boolean =>
  [...noun].length >= shortest && !STOP_WORDS.has(noun) && !COUNTED.test(noun);

/**
 * The nouns of a text, in their order. Intl.Segmenter splits long katakana words and compounds, so neighbouring pieces
 * of Chinese characters and katakana are joined to one noun, unless an ending shows that they begin a verb. `shortest`
 * is in characters: a single one is rarely a main topic.
 */
export function nounsOf(text: string, shortest = 2): Noun[] {
  const pieces = piecesOf(text, "ja", "word");
  const nouns: Noun[] = [];
  let run: string[] = [];
  const end = (next: string) => {
    // Hiragana after a single character is usually the ending of a verb.
    const isWhole =
      (run.at(-1) ?? "").length > 1 || !/^\p{Script=Hiragana}/u.test(next) || AFTER_NOUN.test(next);
    if (!isWhole) run.pop();
    const noun = withoutSpaces(run);
    if (isTopic(noun, shortest) && noun.length <= MAX_NOUN_LENGTH && !OTHER_USE.test(next))
      nouns.push({ text: noun, words: run.filter((one) => one !== " ") });
    run = [];
  };
  for (const [n, piece] of pieces.entries()) {
    const next = pieces[n + 1] ?? "";
    const isGap =
      piece === " " && run.length > 0 && /[A-Za-z0-9]$/.test(run.at(-1)!) && /^[A-Za-z0-9]/.test(next);
    if (NOUN.test(piece) || isGap) run.push(piece);
    else {
      const isNoun =
        /^[がをのはと]$/.test(next) &&
        (HIRAGANA_NOUN.test(piece)
          ? text.indexOf(piece) < text.lastIndexOf(piece)
          : NOUN_OF_VERB.test(piece) && !ADJECTIVE.test(piece) && piece.length < 6);
      if (isNoun) run.push(piece);
      end(isNoun ? next : piece);
    }
  }
  end("");
  return nouns;
}

/** Nouns, and two of them joined by の. */
export function nounPhrasesOf(text: string): { text: string; stems: string[] }[] {
  const nouns = nounsOf(text);
  let at = 0;
  return nouns.flatMap((noun, n) => {
    const from = text.indexOf(noun.text, at);
    at = from < 0 ? at : from + noun.text.length;
    const own = { text: noun.text, stems: [formOf(noun.text)] };
    const next = nouns[n + 1];
    const both = next && `${noun.text}の${next.text}`;
    return both && from >= 0 && text.startsWith(both, from) && both.length <= MAX_NOUN_LENGTH
      ? [own, { text: both, stems: [formOf(noun.text), formOf(next.text)] }]
      : [own];
  });
}

export const topicsOf = (text: string): Set<string> =>
  new Set(nounsOf(text).map((noun) => formOf(noun.text)));

/** Spaces stay only between words of Latin letters. */
const withoutSpaces = (pieces: readonly string[]): string => pieces.join("").trim();

/** Words in hiragana that begin a new phrase: longer ones that are no endings or particles. */
const LEANING =
  /^(?:について|による|により|によって|として|という|といった|とって|において|における|ください|くださ|しょう|ながら|けれど.*|ところ|いただ.*|しまう|しまっ|もらう|もらっ|ばかり|だけで|まして|ました|ません|くらい|ぐらい|までに|からの|ための|ように|ような|ことに|ことが|こと|もの|ため|とき|よう|ござい.*|かもしれ.*|られ.*|させ.*|せん|でした|でしょ.*)$/u;
const BEGINS = /^[\p{Script=Han}\p{Script=Katakana}A-Za-z0-9「『（【"“]/u;
const NOUN_LETTER = /[\p{Script=Han}\p{Script=Katakana}ー々A-Za-z0-9 「『（・]$/u;

/** Splits a text into phrases (文節), each a word with its particles and endings. */
export function bunsetsuOf(text: string): string[] {
  const phrases: string[] = [];
  for (const piece of piecesOf(text, "ja", "word")) {
    const last = phrases.at(-1);
    const ownWord =
      (BEGINS.test(piece) && !(last && NOUN_LETTER.test(last))) ||
      (/^\p{Script=Hiragana}{3,}$/u.test(piece) &&
        !LEANING.test(piece) &&
        /[をはがにでもとのてへ、]$/u.test(last ?? ""));
    if (last === undefined || ownWord || /、$/u.test(last)) phrases.push(piece);
    else phrases[phrases.length - 1] = last + piece;
  }
  return phrases;
}
