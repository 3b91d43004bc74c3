import { NAMED_KEY_ROWS } from './named-key-table.ts';
import { NATIONAL_IDENTIFIERS } from './national/index.ts';
import { TOKEN_ROWS } from './token-table.ts';

/** Brands whose spelling is not that of their first letter. */
const BRANDS: Readonly<Record<string, string>> = Object.fromEntries(
  'GitHub GitLab AWS GCP npm PyPI OpenAI xAI DigitalOcean LaunchDarkly LinkedIn JFrog PlanetScale RubyGems SendGrid SettleMint SumoLogic TravisCI CircleCI HubSpot HuggingFace MessageBird MaxMind NYTimes OAuth API PAT SCIM URL TF AD ID CA CI/CD'
    .split(' ')
    .map((brand) => [brand.toLowerCase().replace('/', ''), brand]),
);

/** A row's id as words: `github-pat` is `GitHub PAT`. */
export function nameOfRow(id: string): string {
  const words = id.split('-').map((word) => BRANDS[word] ?? word);
  const first = words[0] ?? '';
  return [BRANDS[first.toLowerCase()] ?? first[0]?.toUpperCase() + first.slice(1), ...words.slice(1)].join(' ');
}

/** Names of the rules that are rows of a table, by rule id. */
export const ROW_NAMES: Readonly<Record<string, string>> = Object.fromEntries([
  ...TOKEN_ROWS.map((row) => [`token-${row.id}`, nameOfRow(row.id)]),
  ...NAMED_KEY_ROWS.map((row) => [`key-${row.id}`, nameOfRow(row.id)]),
  ...NATIONAL_IDENTIFIERS.map((identifier) => [`national-${identifier.id}`, identifier.title]),
]);
