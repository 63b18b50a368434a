import { type Language, piecesOf, widthOf } from "./language.ts";
import { type LanguageRules, proseWith, rankPhrases, type Shape } from "./language-rules.ts";

/** How languages with the same method differ: in their words, and in the clauses of a sentence. */
interface Spelling {
  readonly language: Language;
  readonly stopWords: ReadonlySet<string>;
  /** A greeting or thanks, without a topic. */
  readonly greeting: RegExp;
  readonly opening: RegExp;
  /** Where a sentence may be cut. */
  readonly joint: RegExp;
  /** A word without its particles. */
  readonly stem: (word: string) => string;
  readonly shapes: readonly Shape[];
  readonly short: RegExp;
  readonly question: RegExp;
  readonly asQuestion: (title: string) => string;
  readonly prose: LanguageRules["prose"];
}

const MIN_WORD_LENGTH = 2;
const MAX_SENTENCE_LENGTH = 120;

function rulesFor(spelling: Spelling): LanguageRules {
  const { language, stopWords, greeting, opening, joint, stem } = spelling;
  const wordsOf = (text: string) =>
    piecesOf(text, language, "word")
      .map(stem)
      .filter(
        (word) => /\p{L}/u.test(word) && word.length >= MIN_WORD_LENGTH && !stopWords.has(word.toLowerCase()),
      );
  const sentencesOf = (text: string) =>
    piecesOf(text, language, "sentence")
      .flatMap((sentence) => (sentence.length > MAX_SENTENCE_LENGTH ? sentence.split(joint) : [sentence]))
      .flatMap((sentence) => sentence.match(/[\s\S]{1,120}/gu) ?? [])
      .map((sentence) => sentence.trim().replace(/^[\p{L}\p{N} ]{1,12}[:：]\s*/u, ""))
      .filter((sentence) => widthOf(sentence) >= 4 && !greeting.test(sentence));
  const topicsOf = (text: string) => new Set(wordsOf(text).map((word) => word.toLowerCase()));
  return {
    language,
    sentencesOf,
    topicsOf,
    phrasesOf: (text) => {
      const sentences = sentencesOf(text);
      const phrases = [
        ...sentences.flatMap(wordsOf),
        ...(language === "zh" ? compoundsOf(sentences, wordsOf) : []),
      ];
      return rankPhrases(phrases.map((word) => ({ text: word, stems: [word.toLowerCase()] })));
    },
    titleOf(sentence, widest) {
      const clauses = sentence.replace(/[\s。．.!！?？…]+$/u, "").split(joint);
      const fitting = clauses
        .map((clause) => clause.trim().replace(opening, ""))
        .filter((clause) => widthOf(clause) <= widest && topicsOf(clause).size > 0);
      const title = fitting.reduce((best, one) => (widthOf(one) > widthOf(best) ? one : best), "");
      if (widthOf(title) < 3) return undefined;
      return {
        title,
        quality: (fitting.length === clauses.length ? 1 : 0.7) * Math.min(2, topicsOf(title).size),
      };
    },
    shapes: spelling.shapes,
    readHint: (hint) => ({
      topics: wordsOf(hint)
        .filter((word) => !spelling.short.test(word) && !spelling.question.test(word))
        .slice(0, 3),
      short: spelling.short.test(hint),
      question: spelling.question.test(hint),
    }),
    asQuestion: spelling.asQuestion,
    led: (topics, title) =>
      `${topics.join(language === "zh" ? "、" : " ")}${language === "zh" ? "：" : ": "}${title}`,
    prose: spelling.prose,
  };
}

/** Words that the dictionary splits and the text joins more than once: 工作 and 流. */
function compoundsOf(sentences: readonly string[], wordsOf: (text: string) => string[]): string[] {
  const pairs = sentences.flatMap((sentence) => {
    const pieces = piecesOf(sentence, "zh", "word");
    return pieces.flatMap((piece, n) => {
      const pair = piece + (pieces[n + 1] ?? "");
      return wordsOf(piece).length > 0 &&
        /^\p{Script=Han}{3,5}$/u.test(pair) &&
        !/[的了是在就和与也都不]/u.test(pair)
        ? [pair]
        : [];
    });
  });
  return pairs.filter((pair) => pairs.indexOf(pair) < pairs.lastIndexOf(pair));
}

const words = (text: string): ReadonlySet<string> => new Set(text.split(/\s+/));

export const chinese = rulesFor({
  language: "zh",
  stopWords: words(
    `我们 你们 他们 她们 我們 你們 他們 这个 那个 這個 那個 这些 那些 這些 一个 一個 一些 什么 什麼 怎么 怎麼 可以 因为 因為 所以 但是 如果 就是 不是 没有 沒有 已经 已經 非常
    今天 现在 現在 然后 然後 首先 其次 最后 最後 大家 自己 时候 時候 这里 這裡 那里 那裡 还有 還有 以及 或者 而且 这样 這樣 那么 那麼 需要 能够 能夠 可能 应该 應該 知道 觉得 覺得 进行 進行
    标题 標題 关于 關於 一下 谢谢 謝謝 很多 可能是 的是 如何 同时 同時 一整天 允许 允許 讨论 討論 分钟 分鐘 问题 問題 必须 必須 就像 来到 來到 重新 为了 為了 这是 還是 还是 不会 不能 只有 只要`,
  ),
  greeting: /^(?:大家|各位|你|您)?(?:好|们好|早上好|晚上好)|谢谢|謝謝|欢迎(?:大家)?(?:来到|收看)|再见/u,
  opening:
    /^(?:所以|但是|然后|然後|首先|其次|最后|最後|那么|那麼|而且|今天|接下来|接下來|其实|其實|因为|因為)/u,
  joint: /[，、；：,;]\s*|(?<=[。！？])/u,
  stem: (word) => word,
  shapes: [
    { takes: 2, say: ([a, b]) => `${a}与${b}` },
    { takes: 2, say: ([a, b]) => `从${a}到${b}` },
    { takes: 1, say: ([a]) => `关于${a}` },
    { takes: 3, say: ([a, b, c]) => `${a}、${b}和${c}` },
  ],
  short: /短|简短|簡短|简洁|簡潔/u,
  question: /问题|問題|疑问|疑問|提问|提問/u,
  asQuestion: (title) => (/[？?]$/u.test(title) ? title : `${title}，意味着什么？`),
  prose: proseWith("。", ""),
});

/** Whether a Hangul syllable ends in a consonant, which decides the form of its particles. */
const isClosed = (word: string): boolean => {
  const last = word.charCodeAt(word.length - 1);
  return last >= 0xac00 && last <= 0xd7a3 && (last - 0xac00) % 28 > 0;
};

export const korean = rulesFor({
  language: "ko",
  stopWords: words(
    `그리고 그러나 하지만 그래서 그런데 오늘 지금 우리 저는 제가 여러분 이것 그것 저것 이런 그런 저런 있습니다 없습니다 합니다 됩니다 입니다 하는 있는 없는 되는 같은 모든 매우 정말 너무 아주 다시
    먼저 다음 마지막 때문 경우 정도 이제 바로 모두 함께 것이 것을 것은 하면 해서 위해 대한 대해 통해 제목 짧게 질문 에서 으로 것 수 할 더 잘 안`,
  ),
  greeting: /안녕하세요|감사합니다|반갑습니다|고맙습니다/u,
  opening: /^(?:그리고|그러나|하지만|그래서|그런데|오늘은|먼저|다음으로|마지막으로|이제)[\s,]*/u,
  joint: /[,;，]\s*|(?<=[.!?])\s+/u,
  stem: (word) =>
    // Verbs and adjectives by their endings, and single syllables with a particle.
    /(?:니다|[요다면고서야진린한할])$|^.[이가은는을를에의]$/u.test(word)
      ? ""
      : word.length > 2
        ? word.replace(
            /(?:에서는|에서|으로|에게|까지|부터|이라는|라는|은|는|이|가|을|를|의|에|로|와|과|도|만)$/u,
            "",
          )
        : word,
  shapes: [
    { takes: 2, say: ([a, b]) => `${a}${isClosed(a!) ? "과" : "와"} ${b}` },
    { takes: 2, say: ([a, b]) => `${a}에서 ${b}까지` },
    { takes: 1, say: ([a]) => `${a} 이야기` },
    { takes: 3, say: ([a, b, c]) => `${a}, ${b} 그리고 ${c}` },
  ],
  short: /짧|간단|간결/u,
  question: /질문|의문/u,
  asQuestion: (title) => (/[？?]$/u.test(title) ? title : `${title}, 왜일까?`),
  prose: proseWith(".", " "),
});

export const thai = rulesFor({
  language: "th",
  stopWords: words(
    "และ หรือ แต่ ที่ ซึ่ง ของ ใน เป็น อยู่ คือ มี ได้ ให้ จะ ไม่ ก็ กับ จาก ไป มา นี้ นั้น แล้ว เรา ผม ฉัน คุณ ครับ ค่ะ คะ วันนี้ เพราะ ถ้า เมื่อ โดย ด้วย กัน ต้อง ทำ อย่าง มาก การ ความ เพื่อ ว่า สวัสดี ขอบคุณ",
  ),
  greeting: /^(?:สวัสดี|ขอบคุณ)/u,
  opening: /^(?:แต่|และ|แล้ว|วันนี้)\s*/u,
  joint: /\s+/u,
  stem: (word) => word,
  shapes: [
    { takes: 2, say: ([a, b]) => `${a}และ${b}` },
    { takes: 2, say: ([a, b]) => `จาก${a}ถึง${b}` },
    { takes: 1, say: ([a]) => `เรื่องของ${a}` },
  ],
  short: /สั้น/u,
  question: /คำถาม/u,
  asQuestion: (title) => (/[？?]$/u.test(title) ? title : `ทำไม${title}?`),
  prose: proseWith("", " "),
});
