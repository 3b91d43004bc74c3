import { defineGate } from '../../core/index.ts';
import type { Facts } from './facts.ts';
import type { Inputs } from './inputs.ts';
import { judge } from './judge.ts';
import { measure } from './measure.ts';
import { words } from './words.ts';

export const gate = defineGate<Inputs, Facts, 'clock' | 'files' | 'ownFolders' | 'processes' | 'progress'>({
  id: 'determinism-check',
  title: 'Determinism check',
  words,
  ports: ['clock', 'files', 'ownFolders', 'processes', 'progress'],
  measure,
  judge,
});
