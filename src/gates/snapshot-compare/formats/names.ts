/** Formats that a rule may name, and that the registry knows. */
export const FORMAT_NAMES = ['json', 'ndjson', 'yaml', 'csv', 'tsv', 'text', 'png', 'jpeg', 'tar', 'zip', 'binary'] as const;
export type FormatName = (typeof FORMAT_NAMES)[number];
