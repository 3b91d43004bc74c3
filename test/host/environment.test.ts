import { describe, expect, it } from '@jest/globals';
import { createHost } from '../../src/host/index.ts';

const environmentOf = (environment: NodeJS.ProcessEnv, secrets = {}) =>
  createHost({ workspace: '/', environment, secrets, quiet: true }).processes.repositoryEnvironment;

describe('what commands of the repository see', () => {
  it('is the plain facts of the run', () => {
    const facts = {
      PATH: '/usr/bin',
      HOME: '/home/runner',
      LANG: 'C.UTF-8',
      CI: 'true',
      GITHUB_ACTIONS: 'true',
      GITHUB_SHA: 'a'.repeat(40),
      GITHUB_REF: 'refs/heads/main',
      GITHUB_REPOSITORY: 'owner/name',
      GITHUB_WORKSPACE: '/home/runner/work/name/name',
      RUNNER_OS: 'Linux',
      TESTOPS_PREVIEW_URL: 'http://127.0.0.1:1',
    };
    expect(environmentOf(facts)).toEqual(facts);
  });

  it('is nothing of the runner, of the action or of ours', () => {
    const hidden = {
      INPUT_SALT: 'x',
      'INPUT_GITHUB-TOKEN': 'x',
      input_url: 'x',
      ACTIONS_RUNTIME_TOKEN: 'x',
      ACTIONS_RESULTS_URL: 'x',
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'x',
      ACTIONS_CACHE_URL: 'x',
      STATE_x: 'x',
      GITHUB_TOKEN: 'ghs_0123456789',
      GH_TOKEN: 'x',
      GITHUB_ENV: '/tmp/e',
      GITHUB_OUTPUT: '/tmp/o',
      GITHUB_PATH: '/tmp/p',
      GITHUB_STATE: '/tmp/s',
      GITHUB_STEP_SUMMARY: '/tmp/m',
      GITHUB_NEW_COMMAND: '/home/runner/work/_temp/_runner_file_commands/new_1',
      TESTOPS_SALT: 'salt-salt-salt-salt',
      TESTOPS_PREVIOUS_SALT: 'x',
      TESTOPS_TOKEN: 'x',
      TESTOPS_QUARANTINE_KEY: 'x',
      TESTOPS_SIGNING_KEY: 'x',
      AWS_ACCESS_KEY_ID: 'x',
      AWS_SECRET_ACCESS_KEY: 'x',
      NODE_OPTIONS: '--require x',
      COPY_OF_TOKEN: 'ghs_0123456789',
      URL_WITH_TOKEN: 'https://x:ghs_0123456789@github.com',
      COPY_OF_SALT: 'salt-salt-salt-salt\n',
      COPY_OF_INPUT: 'given-as-an-input',
      UNDEFINED: undefined,
    };
    expect(environmentOf(hidden, { TESTOPS_SIGNING_KEY: 'given-as-an-input' })).toEqual({});
  });

  it('is not emptied by a secret that is too short to be one', () => {
    expect(environmentOf({ TESTOPS_TOKEN: 'a', PATH: '/a', OTHER: 'a' })).toEqual({ PATH: '/a', OTHER: 'a' });
  });
});

describe('secrets', () => {
  it('come from inputs first, and are absent when empty', () => {
    const { secrets } = createHost({
      workspace: '/',
      environment: { TESTOPS_SALT: 'from the environment', TESTOPS_TOKEN: '', GITHUB_TOKEN: 'env' },
      secrets: { TESTOPS_SALT: 'from an input', GITHUB_TOKEN: '' },
      quiet: true,
    });
    expect(secrets.get('TESTOPS_SALT')).toBe('from an input');
    expect(secrets.get('GITHUB_TOKEN')).toBe('env');
    expect(secrets.get('TESTOPS_TOKEN')).toBeUndefined();
    expect(secrets.get('TESTOPS_SIGNING_KEY')).toBeUndefined();
  });
});
