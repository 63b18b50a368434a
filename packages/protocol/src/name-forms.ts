/** The form of a name, and its maximum length. */
export interface NameForm {
  readonly pattern: RegExp;
  readonly maxLength: number;
}

export const principal: NameForm = { pattern: /^(user|role)\/[\w.@:|+=-]{1,128}$/, maxLength: 140 };
export const subject: NameForm = { pattern: /^[\w.@:|+=-]+(\/[\w.@:|+=-]+)+$/, maxLength: 200 };
export const requestId: NameForm = { pattern: /^req_[0-9a-z]{10,64}$/, maxLength: 68 };
export const channel: NameForm = {
  pattern:
    /^((watch|work):[\w.@:|+=-]+(\/[\w.@:|+=-]+)+|(inbox:|list:[\w.@:|+=-]{1,64}\/)(user|role)\/[\w.@:|+=-]{1,128}|list:[\w.@:|+=-]{1,64})$/,
  maxLength: 210,
};
/**
 * The form of a channel's name in which `*` stands for any text. One without a `/` must contain a `*`, or it would
 * match nothing.
 */
export const capability: NameForm = {
  pattern: /^(watch|work|answer):(?=.*[*/])[\w.@:|+=*-]+(\/[\w.@:|+=*-]+)*$/,
  maxLength: 220,
};
export const name: NameForm = { pattern: /^[\w.@:|+=-]{1,64}$/, maxLength: 64 };

/** Whether a text has a form. */
export const fits = (text: string, { pattern, maxLength }: NameForm): boolean =>
  text.length <= maxLength && pattern.test(text);

/** The error text for an invalid channel. */
export const channelRule =
  "a channel is watch:<subject>, work:<subject>, inbox:<principal>, list:<kind> or list:<kind>/<principal>";

/** The error text for an invalid principal. */
export const principalRule = "a principal is user/<id> or role/<id>";
