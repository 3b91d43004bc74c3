import { ofVariables, type Variation } from './variation.ts';

/** Another home, empty and writable: what a build takes from dot files is gone. */
export const home: Variation = {
  id: 'home',
  prepare: async ({ other }) =>
    ofVariables('home', 'HOME is an empty folder elsewhere', { HOME: other.home }, { base: { otherHome: true } }),
};
