import { bunsetsuOf, nounPhrasesOf, nounsOf, topicsOf } from "./japanese-words.ts";
import { piecesOf, usualWidths, widthOf } from "./language.ts";
import { type LanguageRules, proseWith, rankPhrases, type SentenceTitle } from "./language-rules.ts";
import { plainForm } from "./plain-form.ts";

/** Labels for speakers and sounds. */
const LABEL =
  /^[\s>≫－―-]*(?:[\p{L}\p{N}・ ]{0,11}[\p{L}・]\d{0,2}[:：]|[[［(（【][^\]］)）】]{0,20}[\]］)）】][:：]?|♪)\s*/u;
const NOISES = /[[［(（【](?:拍手|音楽|笑|笑い|歓声|BGM|Music|Applause)[^\]］)）】]{0,10}[\]］)）】]|♪/giu;
/** Polite endings, after which a new sentence begins in speech without full stops. */
const ENDINGS =
  /(?<=(?:でした|です|ました|ません|ます|でしょう|ましょう|ください)(?:よね|よ|ね|か)?)(?!でした|よ|ね|か|が|け[どれ]|から|ので|し[、て]?|と|の|、|。|[！？!?」』）])/u;
const MAX_SENTENCE_LENGTH = 120;
const GREETING =
  /^(?:はい、?|えー、?|では、?|それでは、?|どうも、?|皆さん、?|みなさん、?|皆様、?|ということで、?)*(?:こんにちは|こんばんは|おはよう|はじめまして|ようこそ|ありがとう|お疲れ|おつかれ|よろしく|宜しく|さようなら|お待たせ|失礼)|(?:チャンネル登録|高評価)|(?:お願い(?:いた|致)?します|ありがとうござい(?:ました|ます)|始めましょう|始めます|終わります|お会いしましょう|ご清聴.*|と申します)。?$/u;
/** Words that begin a spoken sentence but not a title. */
const OPENING =
  /^(?:(?:それでは|それから|それで|ですから|だから|なので|でも|しかし|そして|また|つまり|まず|次に|では|さて|さらに|ところで|例えば|たとえば|実は|ちなみに|もちろん|そこで|すると|一方で|一方|ただし|ただ|なお|とにかく|やはり|やっぱり|えーと|えっと|えー|あのー|あの|まあ|ええ|はい|うん|じゃあ|ということで|というわけで|このように|要するに|今日は|本日は|今回は|今夜は|皆さん|みなさん|私は|そのため|その結果|最後に|最初に|特に|これから|ここで|ここから|ここでは)(?:、|\s)*)+/u;
/** Sentences that name their topic, which becomes the title. */
const ABOUT =
  /^(.{4,}?)(?:について|に関して|を|の)(?:お話|話|ご?説明|ご?紹介|解説|お伝え|お届け|ご覧|発表|報告|ご?提案)(?:し|を|いた|致|させ|でき|く|が|です).*$|^(.{4,}?)を(?:考えて|見て)(?:い|み).*$/u;
/** Titles that refer to something said before, or ask the listener for something. */
const POINTING =
  /^(?:それ|これ|あれ|そこ|そう|こう|その|この|あの|そんな|こんな|ここ|彼|同じ|という|もう|皆さん|みなさん|し|て|で|と|が|を|に|の|は|も)|(?:ください|ませんか|ですか|ますか|のに|けど|たら|ので)$/u;
/** A title must not end with these: particles, and forms that need a continuation. */
const DANGLING =
  /(?:[、，・\s]|(?<=[^\p{Script=Hiragana}])(?:[をはがにもで]|とは|から|まで|より|など)|ながら|けれど|けど|ので|のに|たら|れば|って|という)+$/u;
const FITTING_WIDTH = 18;

function sentencesOf(text: string): string[] {
  const found: string[] = [];
  for (const piece of piecesOf(usualWidths(text).replace(NOISES, " "), "ja", "sentence")) {
    const sentence = piece.trim();
    // A quotation has its own full stop and continues: 「はい。」と答えた。
    const last = found.at(-1);
    if (last && /[」』）]$/u.test(last) && /^(?:と|って)/u.test(sentence))
      found[found.length - 1] = last + sentence;
    else found.push(sentence);
  }
  return found
    .flatMap((sentence) => sentence.split(ENDINGS))
    .flatMap(bounded)
    .map((sentence) => sentence.replace(LABEL, "").trim())
    .filter((sentence) => widthOf(sentence) >= 5 && !GREETING.test(sentence.replace(/[。！!？?]+$/u, "")));
}

/** A very long sentence is cut between its phrases. */
function bounded(sentence: string): string[] {
  if (sentence.length <= MAX_SENTENCE_LENGTH) return [sentence];
  const cut: string[] = [""];
  for (const phrase of bunsetsuOf(sentence)) {
    if (cut.at(-1)!.length + phrase.length > MAX_SENTENCE_LENGTH / 2) cut.push("");
    cut[cut.length - 1] += phrase;
  }
  return cut;
}

/**
 * The end of a Japanese sentence is its core, and the text before it adds details. So a title is the longest end that
 * fits and begins at a phrase, best after a comma or a topic.
 */
function titleOf(sentence: string, widest: number): SentenceTitle | undefined {
  const isQuestion = /(?:[？?]|(?:です|ます|でしょう|の)か)[。]?$/u.test(sentence);
  const core = sentence.replace(/[\s。．！!…？?、]+$/u, "").replace(OPENING, "");
  const about = ABOUT.exec(core)?.slice(1).join("").replace(OPENING, "");
  const whole = about ?? plainForm(core.replace(/(?<=ます|です|でしょう)か$/u, "")).replace(OPENING, "");
  const phrases = bunsetsuOf(whole);
  const starts = phrases.map((_, n) => phrases.slice(n).join(""));
  const fitting = starts.filter((title) => widthOf(title) <= widest);
  const isWhole = fitting[0] === starts[0];
  const behind = (joint: RegExp) =>
    fitting.find((title) => joint.test(whole.slice(0, -title.length)) && widthOf(title) > widest / 3);
  const afterJoint = behind(/、$/u) ?? behind(/[^に]は$/u);
  const chosen = isWhole ? fitting[0] : (afterJoint ?? fitting[0]);
  const title = chosen?.replace(DANGLING, "").replace(/^[、・\s]+|[」』）](?=$)(?<!「[^「]*[」])/gu, "");
  if (!title || widthOf(title) < 5 || topicsOf(title).size === 0) return undefined;
  const brevity = 1 / (1 + Math.abs(widthOf(title) - Math.min(FITTING_WIDTH, widest)) / 12);
  const own = POINTING.test(title) ? 0.2 : 1;
  const end = DANGLING.test(chosen!) ? 0.3 : 1;
  const start = isWhole ? 1 : chosen === afterJoint ? 0.8 : 0.5;
  const rich = Math.min(2, topicsOf(title).size) / 2;
  return {
    title:
      isQuestion && !about
        ? `${title.replace(/か$/u, "")}${/[るうくすつぬぶむぐいた]$/u.test(title) ? "のか" : ""}？`
        : title,
    quality: brevity * own * end * start * rich * (about ? 1.5 : 1),
  };
}

const ASKING =
  /タイトル|題名|題|案|短|簡潔|質問|疑問|問いかけ|形|言葉|単語|もっと|面白|キャッチ|別|他|長|提案|表現|感じ|雰囲気|シンプル|具体|動画/u;

/** Titles and texts in Japanese. */
export const japanese: LanguageRules = {
  language: "ja",
  sentencesOf,
  topicsOf,
  phrasesOf: (text) => rankPhrases(sentencesOf(text).flatMap(nounPhrasesOf)),
  titleOf,
  shapes: [
    { takes: 2, say: ([a, b]) => `${a}と${b}` },
    { takes: 2, say: ([a, b]) => `${a}から${b}まで` },
    { takes: 1, say: ([a]) => `${a}を考える` },
    { takes: 3, say: ([a, b, c]) => `${a}、${b}、そして${c}` },
    { takes: 1, say: ([a]) => `${a}とは何か` },
  ],
  readHint: (hint) => ({
    topics: nounsOf(usualWidths(hint), 1)
      .map(({ text }) => text)
      .filter((text) => !ASKING.test(text))
      .slice(0, 3),
    short: /短|簡潔|コンパクト|シンプル|一言|ひとこと/u.test(hint),
    question: /質問|疑問|問いかけ|クエスチョン|[？?]の/u.test(hint),
  }),
  asQuestion: (title) => {
    if (/[？?]$/u.test(title)) return title;
    const plain = title.replace(/とは何か$|を考える$|から(.+)まで$/u, (_, end) => (end ? `と${end}` : ""));
    if (plain === title && /[うくぐすつぬぶむるいた]$/u.test(title))
      return `なぜ${title.replace(/だろう$/u, "")}のか？`;
    return /^[^はをがにで、]+と(?!同じ)[^はをがにで、]+$/u.test(plain)
      ? `${plain}はどう関わるのか？`
      : `${plain}とは？`;
  },
  led: (topics, title) => `${topics.join("・")}：${title}`,
  prose: proseWith("。", ""),
};
