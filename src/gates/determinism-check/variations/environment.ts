import { ofVariables, type Variation } from './variation.ts';

/** Numbers and names by which CI services tell one run from the next; they differ in the next run of the same commit. */
const RUN_IDENTIFIERS = [
  'GITHUB_RUN_ID',
  'GITHUB_RUN_NUMBER',
  'GITHUB_RUN_ATTEMPT',
  'GITHUB_JOB',
  'GITHUB_ACTOR',
  'RUNNER_NAME',
  'RUNNER_TRACKING_ID',
  'BUILD_ID',
  'BUILD_NUMBER',
  'BUILD_TAG',
  'BUILD_URL',
  'BUILDKITE_BUILD_NUMBER',
  'CI_JOB_ID',
  'CI_PIPELINE_ID',
  'CI_PIPELINE_IID',
  'CIRCLE_BUILD_NUM',
  'TRAVIS_BUILD_NUMBER',
];

/** Variables of a person's session: they differ from desk to desk and between a desk and CI. */
const SESSION: Readonly<Record<string, string>> = {
  TESTOPS_CAPTURED_ENVIRONMENT: 'i-capture-the-environment',
  COLUMNS: '61',
  LINES: '17',
  TERM: 'vt52',
  EDITOR: '/usr/bin/testops-editor',
  PAGER: '/usr/bin/testops-pager',
  DISPLAY: ':77',
  MAIL: '/var/mail/testops-other',
  SSH_CONNECTION: '192.0.2.7 50007 192.0.2.8 22',
};

/** Variables that nobody means to be an input: those of a session, and those that number a CI run. A stranger is added as well. */
export const environment: Variation = {
  id: 'environment',
  prepare: async ({ environment }) => {
    const numbered = RUN_IDENTIFIERS.filter((name) => name in environment).map((name, at) => [name, `77${at}0077`]);
    const variables = { ...SESSION, ...Object.fromEntries(numbered) } as Record<string, string>;
    return ofVariables('environment', `${Object.keys(variables).length} variables of the session and of the CI run`, variables);
  },
};
