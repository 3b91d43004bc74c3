/** Raised whenever a rule changes what it reports, so that remembered results of unchanged files are not believed. */
export const RULE_SET_VERSION = 2;
