/** Texts of the first page. */
export const theatre = {};
