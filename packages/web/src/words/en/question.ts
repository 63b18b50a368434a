/** Texts of a question and the ways to answer it. */
export const question = {};
