import { notApplied, ofVariables, type Variation } from './variation.ts';

/** For each category the locales in which it bites most: collation that is not the alphabet's, decimal commas, other case rules, other words. */
const WANTED: readonly (readonly [string, readonly string[]])[] = [
  ['LC_COLLATE', ['et_EE', 'cs_CZ', 'sv_SE', 'de_DE', 'fr_FR', 'en_US']],
  ['LC_NUMERIC', ['de_DE', 'fr_FR', 'et_EE', 'cs_CZ', 'en_US']],
  ['LC_TIME', ['fi_FI', 'fr_FR', 'de_DE', 'cs_CZ', 'en_US']],
  ['LC_CTYPE', ['tr_TR', 'az_AZ', 'de_DE', 'en_US']],
  ['LC_MESSAGES', ['de_DE', 'fr_FR', 'tr_TR', 'en_US']],
  ['LANG', ['fr_CH', 'fr_FR', 'de_DE', 'en_US']],
];

/** Each category gets a locale of its own, of those that `locale -a` lists; LC_ALL, which would override them all, goes. */
export const locales: Variation = {
  id: 'locales',
  prepare: async ({ environment, find, probe }) => {
    const tool = await find('locale');
    if (tool === undefined) return notApplied('locales', { kind: 'no-tool', tool: 'locale' });
    const listed = new TextDecoder().decode((await probe([tool, '-a'])).stdout.bytes).split('\n');
    const usable = listed.filter((name) => /\.utf-?8$/i.test(name));
    const now = environment.LC_ALL || environment.LANG || 'C';
    const variables: Record<string, string> = {};
    for (const [category, wanted] of WANTED) {
      const current = environment.LC_ALL || environment[category] || now;
      for (const language of wanted) {
        const name = usable.find((candidate) => candidate.startsWith(`${language}.`) && !current.startsWith(language));
        if (name === undefined) continue;
        variables[category] = name.replace(/\.utf8$/, '.UTF-8');
        break;
      }
    }
    if (Object.keys(variables).length === 0)
      return notApplied('locales', { kind: 'no-choice', what: 'another UTF-8 locale in `locale -a`' });
    variables.LANGUAGE = 'fr:de';
    // Categories that are not varied keep what they were, whatever LC_ALL or LANG would make of them.
    const categories = WANTED.map(([category]) => category).filter((category) => category !== 'LANG');
    const kept = Object.fromEntries(categories.map((category) => [category, environment.LC_ALL || environment[category] || now]));
    const setting = Object.entries(variables).map(([name, value]) => `${name}=${value}`);
    return ofVariables('locales', setting.join(' '), variables, { base: { unset: ['LC_ALL'], set: kept } });
  },
};
