/** Sends the browser the choices, or the picture's address: tests read them in the history. */
export const handler = async ({ type, avatar_uri }) => ({ told: type, downloadURL: avatar_uri });
