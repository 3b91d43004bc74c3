import { defineGate } from '../../core/index.ts';
import type { Facts } from './facts.ts';
import type { Inputs } from './inputs.ts';
import { judge } from './judge.ts';
import { measure } from './measure.ts';
import { words } from './words.ts';

/** Deploys the commit as a preview and looks whether enough replicas of it really live. */
export const gate = defineGate<Inputs, Facts, 'clock' | 'progress' | 'repository' | 'services'>({
  id: 'deploy-preview',
  title: 'Preview deployment',
  words,
  ports: ['clock', 'progress', 'repository', 'services'],
  measure,
  judge,
});
