/** Texts of the viewer's page. */
export const viewer = {};
