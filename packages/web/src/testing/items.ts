/** Half past two in London on 1 May 2026, and how its times are read there. */
export const halfPastTwo = Date.UTC(2026, 4, 1, 13, 30);
export const london = { locale: "en-GB", timeZone: "Europe/London" };
