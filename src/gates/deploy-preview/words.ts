import type { Words } from '../../core/index.ts';

/** Which of the two calls of the contract. */
export type Call = 'POST /v1/deploy/preview' | 'GET /v1/health';

/** Arguments of every code of this gate. */
export interface Arguments {
  'deploy-preview/no-commit': Record<never, never>;
  'deploy-preview/unreachable': { readonly call: Call; readonly detail: string };
  'deploy-preview/timed-out': { readonly call: Call; readonly detail: string };
  'deploy-preview/error-status': { readonly call: Call; readonly status: number };
  'deploy-preview/not-json': { readonly call: Call; readonly detail: string };
  'deploy-preview/contract-violation': { readonly call: Call; readonly detail: string };
  'deploy-preview/too-few-runners': { readonly ready: number; readonly needed: number; readonly listed: number };
  'deploy-preview/too-few-gateways': { readonly ready: number; readonly needed: number; readonly listed: number };
  'deploy-preview/not-working': { readonly status: string; readonly engineReady: boolean };
  'deploy-preview/other-commit': { readonly call: Call; readonly found: string; readonly expected: string };
  'deploy-preview/other-flags': { readonly call: Call; readonly flags: readonly string[]; readonly more: number };
  'deploy-preview/commit-not-reported': Record<never, never>;
  'deploy-preview/flags-not-reported': { readonly flags: number };
  'deploy-preview/mixed-versions': { readonly versions: readonly string[]; readonly more: number };
}

const START = 'Look at the log of the service, and check the url of the gate';
const CONTRACT = 'Make the service answer as src/testops-api/openapi.yaml says';

/** Every sentence of this gate. */
export const words: Words<Arguments> = {
  'deploy-preview/no-commit': {
    title: 'No commit to deploy',
    message: () => 'The workspace is not a git repository with a commit, so there was nothing to deploy.',
    fix: 'Run the gate in a checkout of the commit.',
  },
  'deploy-preview/unreachable': {
    title: 'Service not reached',
    message: ({ call, detail }) => `${call} got no answer: ${detail}.`,
    fix: `${START}; the gate tries again until deadline-seconds are over.`,
  },
  'deploy-preview/timed-out': {
    title: 'Service did not answer in time',
    message: ({ call, detail }) => `${call}: ${detail}.`,
    fix: `${START}. Raise deadline-seconds if the service is only slow to start.`,
  },
  'deploy-preview/error-status': {
    title: 'Service answered with an error',
    message: ({ call, status }) => `${call} answered with status ${status}.`,
    fix: 'Look at the log of the service; for 401 or 403 set TESTOPS_TOKEN.',
  },
  'deploy-preview/not-json': {
    title: 'Answer is not JSON',
    message: ({ call, detail }) => `${call} answered with ${detail}.`,
    fix: 'Check that the url is the TestOps service itself, not a login page or a proxy before it.',
  },
  'deploy-preview/contract-violation': {
    title: 'Answer breaks the contract',
    message: ({ call, detail }) => `${call} answered with JSON of another shape: ${detail}.`,
    fix: `${CONTRACT}.`,
  },
  'deploy-preview/too-few-runners': {
    title: 'Too few runners ready',
    message: ({ ready, needed, listed }) => `${count(ready, 'runner')} of ${listed} listed became ready; ${needed} are needed.`,
    fix: 'Look at the log of the runners that are not ready, or raise deadline-seconds if they only start slowly.',
  },
  'deploy-preview/too-few-gateways': {
    title: 'Too few SSE gateways ready',
    message: ({ ready, needed, listed }) => `${count(ready, 'gateway')} of ${listed} listed became ready; ${needed} are needed.`,
    fix: 'Look at the log of the gateways that are not ready, or raise deadline-seconds if they only start slowly.',
  },
  'deploy-preview/not-working': {
    title: 'System does no work',
    message: ({ status, engineReady }) => `The service says it is ${status}, and its engine is ${engineReady ? 'ready' : 'not ready'}.`,
    fix: 'Look at the log of the engine.',
  },
  'deploy-preview/other-commit': {
    title: 'Another commit is deployed',
    message: ({ call, found, expected }) => `${call} speaks of commit ${short(found)}; commit ${short(expected)} was to be deployed.`,
    fix: 'Check that nobody else deploys to this service at the same time, and that it deploys the commit that it is sent.',
  },
  'deploy-preview/other-flags': {
    title: 'Feature flags differ',
    message: ({ call, flags, more }) => `${call} reports other values, or none, for ${list(flags, more)}.`,
    fix: 'Check the names of the flags, and that the service applies those it is sent.',
  },
  'deploy-preview/commit-not-reported': {
    title: 'Health names no commit',
    message: () => 'GET /v1/health does not say which commit is running, so the replicas may be those of an earlier one.',
    fix: `${CONTRACT}: with the commit of the latest preview.`,
  },
  'deploy-preview/flags-not-reported': {
    title: 'Health names no flags',
    message: ({ flags }) => `GET /v1/health does not report flags, so it is not shown that the ${count(flags, 'flag')} sent took effect.`,
    fix: `${CONTRACT}: with the flags of the latest preview.`,
  },
  'deploy-preview/mixed-versions': {
    title: 'Runners run different versions',
    message: ({ versions, more }) => `The ready runners run several versions of the engine: ${list(versions, more)}.`,
    fix: 'Wait for the rollout to end, or look for runners that were not replaced.',
  },
};

/** Titles and texts of what the report draws. */
export const titles = {
  topology: 'What is ready',
  runners: 'runners',
  gateways: 'SSE gateways',
  preview: 'The preview',
  fact: 'Fact',
  value: 'Value',
  address: 'address',
  commit: 'commit',
  engine: 'engine version',
  flag: (name: string) => `flag ${name}`,
} as const;

/** The line that decided. */
export const headlines = {
  ready: (runners: number, minRunners: number, gateways: number, minGateways: number) =>
    `${runners}/${minRunners} runners, ${gateways}/${minGateways} gateways ready`,
  notDeployed: 'nothing deployed',
  notSeen: 'deployed, health not seen',
} as const;

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

function short(commit: string): string {
  return commit.slice(0, 12);
}

function list(names: readonly string[], more: number): string {
  return more === 0 ? names.join(', ') : `${names.join(', ')} and ${more} more`;
}
