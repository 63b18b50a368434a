/** Stages that keep their data when they are removed, and whose alarms mail somebody. */
export const isProduction = (stage: string): boolean => /^(production|prod)$/.test(stage);
