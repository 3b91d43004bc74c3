import { defineGate } from '../../core/index.ts';
import type { Facts } from './facts.ts';
import type { Inputs } from './inputs.ts';
import { judge } from './judge.ts';
import { measure } from './measure.ts';
import { words } from './words.ts';

/** Whether the results of a load run meet the service level objectives. */
export const gate = defineGate<
  Inputs,
  Facts,
  'files' | 'services' | 'clock' | 'progress' | 'http' | 'ledgers' | 'repository' | 'processes'
>({
  id: 'slo-gate',
  title: 'Service level objectives',
  words,
  ports: ['files', 'services', 'clock', 'progress', 'http', 'ledgers', 'repository', 'processes'],
  measure,
  // A finding of ours is one of any gate; core forgets its arguments here.
  judge,
  times: ({ sources, repeated }) => {
    const timesOf = (label: string, file: string) => {
      const { startedMs, finishedMs } = sources.find((source) => source.label === label) ?? {};
      return {
        file,
        ...(startedMs === undefined ? {} : { earliestMs: startedMs }),
        ...(finishedMs === undefined ? {} : { latestMs: finishedMs }),
      };
    };
    const read = sources.flatMap(({ label, file }) => (file === undefined ? [] : [timesOf(label, file)]));
    return [...read, ...repeated.map(({ path, of }) => timesOf(of, path))];
  },
});
