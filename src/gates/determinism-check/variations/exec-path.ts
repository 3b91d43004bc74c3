import { ofVariables, type Variation } from './variation.ts';

/** One more folder, empty, at the end of the search path: what is found stays the same, the text of PATH does not. */
export const execPath: Variation = {
  id: 'exec-path',
  prepare: async ({ environment, other }) => {
    const path = environment.PATH ?? '/usr/local/bin:/usr/bin:/bin';
    return ofVariables('exec-path', 'one more folder, empty, at the end of PATH', { PATH: `${path}:${other.executables}` });
  },
};
