/** Half past two in London on 1 May 2026. */
export const halfPastTwo = Date.UTC(2026, 4, 1, 13, 30);
