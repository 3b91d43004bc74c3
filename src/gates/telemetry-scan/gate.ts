import { defineGate } from '../../core/index.ts';
import type { Facts } from './facts.ts';
import type { Inputs } from './inputs.ts';
import { judge } from './judge.ts';
import { measure } from './measure.ts';
import { words } from './words.ts';

export const gate = defineGate<Inputs, Facts, 'files' | 'secrets' | 'random' | 'clock' | 'progress' | 'workers'>({
  id: 'telemetry-scan',
  title: 'Telemetry scan',
  words,
  ports: ['files', 'secrets', 'random', 'clock', 'progress', 'workers'],
  measure,
  judge,
});
