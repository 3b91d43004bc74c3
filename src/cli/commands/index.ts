import { gates } from '../../gates/index.ts';
import type { CommandEntry } from '../command.ts';

const GATE_SUMMARIES: Readonly<Record<string, string>> = {
  'determinism-check': 'Run a command several times, varied, and compare what it makes',
  'slo-gate': 'Hold load-test and chaos results against objectives',
  'telemetry-scan': 'Find private data in logs, traces and files',
  'snapshot-compare': 'Compare a folder of snapshots with its baseline',
  'deploy-preview': 'Deploy a preview and wait until enough replicas are ready',
};

/** The commands, in the order of the help. One line each. */
export const commands: readonly CommandEntry[] = [
  { name: 'beta-check', summary: 'Run every configured gate, then decide', load: async () => (await import('./beta-check.ts')).betaCheck },
  ...gates.map((entry) => ({
    name: entry.id,
    summary: GATE_SUMMARIES[entry.id] ?? entry.id,
    load: async () => (await import('./gate.ts')).gateCommand(entry),
  })),
  {
    name: 'decision-record',
    summary: 'Decide on evidence and write the bundle',
    load: async () => (await import('./decision-record.ts')).decisionRecord,
  },
  { name: 'verify', summary: 'Check a decision and everything that it rests on', load: async () => (await import('./verify.ts')).verify },
  { name: 'init', summary: 'Look at this repository and write a first configuration', load: async () => (await import('./init.ts')).init },
  { name: 'report', summary: 'Write report.html and junit.xml from a bundle', load: async () => (await import('./report.ts')).report },
  { name: 'protect', summary: 'Compare and mend the rulesets for beta tags', load: async () => (await import('./protect.ts')).protect },
  { name: 'next-beta', summary: 'Print the version of the next beta', load: async () => (await import('./next-beta.ts')).nextBetaCommand },
  {
    name: 'rehearse-rollback',
    summary: 'Try a rollback to the previous tag, and time it',
    load: async () => (await import('./rehearse-rollback.ts')).rehearseRollbackCommand,
  },
];
