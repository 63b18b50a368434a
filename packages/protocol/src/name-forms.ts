/** What a name looks like, and how long it may be. */
export interface NameForm {
  readonly pattern: RegExp;
  readonly most: number;
}

export const principal: NameForm = { pattern: /^(user|role)\/[\w.@:|+=-]{1,128}$/, most: 140 };
export const subject: NameForm = { pattern: /^[\w.@:|+=-]+(\/[\w.@:|+=-]+)+$/, most: 200 };
export const requestId: NameForm = { pattern: /^req_[0-9a-z]{10,64}$/, most: 68 };
export const channel: NameForm = {
  pattern:
    /^((watch|work):[\w.@:|+=-]+(\/[\w.@:|+=-]+)+|(inbox:|list:[\w.@:|+=-]{1,64}\/)(user|role)\/[\w.@:|+=-]{1,128}|list:[\w.@:|+=-]{1,64})$/,
  most: 210,
};
/** A channel's form in which `*` stands for anything: one without a `/` has to have it, or it would match nothing. */
export const capability: NameForm = {
  pattern: /^(watch|work|answer):(?=.*[*/])[\w.@:|+=*-]+(\/[\w.@:|+=*-]+)*$/,
  most: 220,
};
export const name: NameForm = { pattern: /^[\w.@:|+=-]{1,64}$/, most: 64 };

/** Whether a text has a form. */
export const fits = (text: string, { pattern, most }: NameForm): boolean =>
  text.length <= most && pattern.test(text);

/** How a channel is named, as those read it who named another. */
export const channelRule =
  "a channel is watch:<subject>, work:<subject>, inbox:<principal>, list:<kind> or list:<kind>/<principal>";

/** How a principal is written, as those read it who wrote another. */
export const principalRule = "a principal is user/<id> or role/<id>";
