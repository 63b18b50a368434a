/** Stems before ます of verbs that end in る although they look like verbs with five forms of the stem. */
const ONE_STEP =
  /(?:でき|起き|生き|落ち|過ぎ|降り|下り|借り|足り|浴び|伸び|延び|帯び|用い|率い|じ|[てで]い|[がはにもと]い|^い)$/u;
const E_ROW = /[えけげせぜてでねへべぺめれ]$/u;
const KANJI = /\p{Script=Han}$/u;
/** し of する: after a word of several characters or of another script, or after a particle. */
const OF_SURU = /(?:(?:\p{Script=Han}{2}|[\p{Script=Katakana}ーA-Za-z0-9] ?|[にとをもはがくりん])し|^し)$/u;

/** The vowel at the end of a verb's stem, with the dictionary, past and negative endings. */
const STEPS: Readonly<Record<string, readonly [plain: string, past: string, negative: string]>> = {
  い: ["う", "った", "わない"],
  き: ["く", "いた", "かない"],
  ぎ: ["ぐ", "いだ", "がない"],
  し: ["す", "した", "さない"],
  ち: ["つ", "った", "たない"],
  に: ["ぬ", "んだ", "なない"],
  び: ["ぶ", "んだ", "ばない"],
  み: ["む", "んだ", "まない"],
  り: ["る", "った", "らない"],
};

/** The verb whose stem stands before ます, in its dictionary, past or negative form. */
function verbOf(stem: string, form: 0 | 1 | 2): string {
  const last = stem.at(-1) ?? "";
  if (ONE_STEP.test(stem) || E_ROW.test(stem) || KANJI.test(stem)) return stem + ["る", "た", "ない"][form]!;
  const head = stem.slice(0, -1);
  if (OF_SURU.test(stem)) return head + ["する", "した", "しない"][form]!;
  if (form === 2 && /(?:^|[はがも])あり$/.test(stem)) return stem.replace(/あり$/, "ない");
  if (form === 1 && /(?:行|[てで]い)き$/.test(stem)) return `${head}った`;
  const step = STEPS[last];
  return step ? head + step[form] : stem;
}

/** Endings that a speaker adds without content: of a thought, a matter, an explanation. */
const HEDGES =
  /(?:のではないか)?(?:と(?:いう(?:ふう|風)に)?|って)(?:思(?:い|って(?:い|おり))|考え(?:て(?:い|おり))?|言われてい|言え)(?:ます|ました)$|(?:という|って(?:いう)?)(?:こと|わけ|もの|感じ|話|ところ)(?:なん|になり|になる)?(?:です|でした|ます)?$|(?<!も)な?(?:の|(?<!ませ)ん|わけ)(?:です|でした)$|(?:だ|な)?そうです$/u;
const TAILS =
  /((?:です|ます|でした|ました|ません|でしょう|ましょう))(?:けれども|けれど|けど|ので|から|よね|が|し|よ|ね|な)+$/u;

/** A polite Japanese sentence in the form of a title: its verb in the plain form, and without です at its end. */
export function plainForm(sentence: string): string {
  let text = sentence.replace(TAILS, "$1");
  const unhedged = text.replace(HEDGES, "");
  if (unhedged.length >= 4) text = unhedged;
  const verb = /^(.*?)(ませんでした|ましょう|ました|ません|ます)$/su.exec(text);
  if (verb) {
    const [, stem, ending] = verb as unknown as [string, string, string];
    if (ending === "ませんでした") return verbOf(stem, 2).replace(/い$/, "かった");
    return verbOf(stem, ending === "ました" ? 1 : ending === "ません" ? 2 : 0);
  }
  return text
    .replace(/(?<=い)でした$/u, "")
    .replace(/でした$/u, "だった")
    .replace(/でしょう$/u, "だろう")
    .replace(/(?:なの|(?<!も)の)?です$/u, "");
}
