import { ofVariables, type Variation } from './variation.ts';

/** Another folder for temporary files, by the variables that programs read. */
export const tempFolder: Variation = {
  id: 'temp-folder',
  prepare: async ({ environment, other }) => {
    const names = ['TMPDIR', ...['TEMP', 'TMP'].filter((name) => name in environment)];
    const variables = Object.fromEntries(names.map((name) => [name, other.temporary]));
    return ofVariables('temp-folder', `${names.join(', ')} elsewhere`, variables, { base: { otherTemporary: true } });
  },
};
