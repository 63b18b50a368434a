import type { FormProblem } from "@callboard/client/headless";
import type { Words } from "../words/words.ts";

/** The problem of a field, as text; the server's problems keep its own words. */
export function problemText(problem: FormProblem, { form }: Words): string {
  switch (problem.code) {
    case "needed":
      return form.needed;
    case "too_short":
      return form.tooShort(problem.least);
    case "too_long":
      return form.tooLong(problem.most, problem.length);
    case "not_a_date":
      return form.notADate;
    case "not_a_moment":
      return form.notAMoment;
    case "not_a_time":
      return form.notATime;
    case "not_an_email":
      return form.notAnEmail;
    case "not_an_address":
      return form.notAnAddress;
    case "not_a_number":
      return form.notANumber;
    case "not_json":
      return form.notJson;
    case "lossy_number":
      return problem.at === undefined ? form.lossyNumber : form.lossyNumberAt(problem.at);
    case "two_readings":
      return form.twoReadings(...problem.readings);
    case "not_whole":
      return form.notWhole(problem.number);
    case "too_small":
      return form.tooSmall(problem.least);
    case "too_large":
      return form.tooLarge(problem.most);
    case "not_above":
      return form.notAbove(problem.bound);
    case "not_below":
      return form.notBelow(problem.bound);
    case "not_a_multiple":
      return form.notAMultiple(problem.of);
    case "only_yes":
      return form.onlyYes;
    case "only_no":
      return form.onlyNo;
    case "too_few":
      return form.tooFew(problem.least);
    case "too_many":
      return form.tooMany(problem.most);
    case "two_equal":
      return form.twoEqual;
    case "said":
      return problem.text;
  }
}
