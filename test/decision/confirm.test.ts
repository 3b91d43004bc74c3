import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import type { ForgeJob } from '../../src/core/index.ts';
import {
  buildBundle,
  bundleDigest,
  type ConfirmationFact,
  decide,
  decidingJobNames,
  judgeConfirmation,
  literalConfigs,
  ownActionsOf,
  pinsOf,
  stepProofOf,
  writeStepProof,
} from '../../src/decision/index.ts';
import { readStepProof } from '../../src/decision/trust/step-proof.ts';
import { COMMIT, inputOf, withSlo } from './example.ts';

const CI = 'testops/beta-gates/.github/workflows/testops-ci.yml';
const PIN = 'c'.repeat(40);

const input = inputOf({ version: '2.5.0-beta.1' });
const decision = decide(input);
const { files } = buildBundle(decision, input, () => '# GO\n');
const wanted = stepProofOf(decision, files);
const proof = wanted === undefined ? '' : writeStepProof(wanted);

describe('the proof in the name of a step', () => {
  it('is one line of printable ASCII with outcome, commit, version and digest', () => {
    expect(proof).toMatch(new RegExp(`^testops-proof v1 GO ${COMMIT} 2\\.5\\.0-beta\\.1 [0-9a-f]{64}$`));
    expect(readStepProof(proof)).toEqual(wanted);
  });

  it('has the digest that a second reader makes of the files, whatever their order, without signatures', () => {
    const lines = [...files.keys()].sort().map((path) => {
      const digest = createHash('sha256')
        .update(files.get(path) ?? '')
        .digest('hex');
      return `${path}\0${digest}\n`;
    });
    const expected = createHash('sha256').update(lines.join('')).digest('hex');
    const backwards = new Map([...files].reverse());
    const signed = new Map([...backwards, ['decision.vsa.sigstore.json', new TextEncoder().encode('{}')]]);
    expect([bundleDigest(files), bundleDigest(backwards), bundleDigest(signed)]).toEqual([expected, expected, expected]);
  });

  it.each([
    '',
    'testops-proof v2 GO',
    `testops-proof v1 MAYBE ${COMMIT} - ${'0'.repeat(64)}`,
    `testops-proof v1 GO ${COMMIT.slice(1)} - ${'0'.repeat(64)}`,
    `testops-proof v1 GO ${COMMIT} - ${'0'.repeat(63)}`,
    `testops-proof v1 GO ${COMMIT} - ${'0'.repeat(64)} `,
    `testops-proof v1 GO ${COMMIT} - ${'0'.repeat(64)}\nx`,
    `testops-proof v1 GO ${COMMIT} *** ${'0'.repeat(64)}`,
    ` testops-proof v1 GO ${COMMIT} - ${'0'.repeat(64)}`,
  ])('is not %j', (name) => expect(readStepProof(name)).toBeUndefined());
});

describe('judgeConfirmation', () => {
  const step = (name: string, number = 1) => ({ name, number, status: 'completed', conclusion: 'success' });
  const job = (changes: Partial<ForgeJob> = {}, ...names: readonly string[]): ForgeJob => ({
    id: '1',
    name: 'beta / decide',
    status: 'completed',
    conclusion: 'success',
    runnerName: undefined,
    runnerGroup: undefined,
    labels: [],
    steps: (names.length === 0 ? ['Set up job', proof, 'Complete job'] : names).map(step),
    ...changes,
  });
  const fact: ConfirmationFact = { run: '100', attempt: 1, jobs: [job()], jobNames: ['beta / decide'] };
  const codesOf = (changes: Partial<ConfirmationFact>) =>
    judgeConfirmation({ ...fact, ...changes }, decision, files).map(({ code }) => code.replace('decision-record/', ''));

  it.each<readonly [string, Partial<ConfirmationFact>, readonly string[]]>([
    ['whose only deciding job states it', {}, []],
    ['beside other jobs', { jobs: [job({ name: 'beta / plan' }), job(), job({ name: 'decide-later' })] }, []],
    ['that also signs', { jobNames: ['beta / decide', 'sign / decide'] }, []],
    ['while the deciding job goes on', { jobs: [job({ status: 'in_progress', conclusion: null })] }, ['deciding-job-failed']],
    ['whose deciding job failed', { jobs: [job({ conclusion: 'failure' })] }, ['deciding-job-failed']],
    ['whose deciding job was cancelled', { jobs: [job({ conclusion: 'cancelled' })] }, ['deciding-job-failed']],
    ['without a deciding job', { jobs: [] }, ['deciding-job-unclear']],
    ['with two', { jobs: [job(), job({ name: 'decide' })] }, ['deciding-job-unclear']],
    ['with two of one name', { jobs: [job(), job()] }, ['deciding-job-unclear']],
    ['with one of another name', { jobs: [job({ name: 'gates / decide' })] }, ['deciding-job-unclear']],
    ['with one whose name is longer', { jobs: [job({ name: 'x / beta / decide' })] }, ['deciding-job-unclear']],
    ['of files that name none', { jobNames: [] }, ['deciding-job-unclear']],
    ['of files that do not spell its name out', { jobNames: [undefined] }, ['deciding-job-unclear']],
    ['that states nothing', { jobs: [job({}, 'Run :')] }, ['decision-unconfirmed']],
    ['that states the expression', { jobs: [job({}, `\${{ steps.decide.outputs.proof }}`)] }, ['decision-unconfirmed']],
    ['that states it twice', { jobs: [job({}, proof, proof)] }, ['decision-unconfirmed']],
    ['that states two', { jobs: [job({}, proof, proof.replace(' GO ', ' NO-GO '))] }, ['decision-unconfirmed']],
    ['that states another digest', { jobs: [job({}, proof.replace(/[0-9a-f]{64}$/, '0'.repeat(64)))] }, ['decision-unconfirmed']],
    ['that states no version', { jobs: [job({}, proof.replace('2.5.0-beta.1', '-'))] }, ['decision-unconfirmed']],
  ])('a run %s', (_name, changes, expected) => expect(codesOf(changes)).toEqual(expected));

  it('believes a NO-GO whose job failed, as such a job does', () => {
    const refused = inputOf({ evidence: withSlo({ verdict: 'fail' }) });
    const noGo = decide(refused);
    const bundle = buildBundle(noGo, refused, () => '').files;
    const stated = stepProofOf(noGo, bundle);
    const text = stated === undefined ? '' : writeStepProof(stated);
    const jobs = [job({ conclusion: 'failure' }, text)];
    expect(judgeConfirmation({ ...fact, jobs }, noGo, bundle)).toEqual([]);
  });

  it('believes no decision about a workspace', () => {
    const local = inputOf({ subject: { workspaceSha256: '0'.repeat(64) } });
    const about = decide(local);
    expect(stepProofOf(about, new Map())).toBeUndefined();
    expect(judgeConfirmation(fact, about, new Map()).map(({ code }) => code)).toContain('decision-record/decision-unconfirmed');
  });
});

describe('decidingJobNames', () => {
  const FILE = '.github/workflows/beta.yml';
  const namesIn = (texts: Readonly<Record<string, string>>, decides: readonly string[] = [CI]) =>
    decidingJobNames({ repository: 'Octo-Org/demo', file: FILE, decides: (path) => decides.includes(path), read: (path) => texts[path] });

  it.each<readonly [string, string, readonly (string | undefined)[]]>([
    ['the id of the job that calls', `jobs: { beta: { uses: '${CI}@${PIN}' } }`, ['beta / decide']],
    ['its name', `jobs: { beta: { name: The gates, uses: '${CI}@${PIN}' } }`, ['The gates / decide']],
    ['a name that is an expression', `jobs: { beta: { name: 'x \${{ inputs.a }}', uses: '${CI}@${PIN}' } }`, [undefined]],
    ['a matrix', `jobs: { beta: { strategy: { matrix: { a: [1] } }, uses: '${CI}@${PIN}' } }`, [undefined]],
    ['both of two', `jobs: { a: { uses: '${CI}@${PIN}' }, b: { uses: '${CI}@${PIN}' } }`, ['a / decide', 'b / decide']],
    ['nothing of a job with steps', 'jobs: { decide: { steps: [] } }', []],
    ['nothing of a workflow of elsewhere', `jobs: { a: { uses: 'evil/x/.github/workflows/testops-ci.yml@${PIN}' } }`, []],
    [
      'the nightly workflow',
      `jobs: { n: { uses: 'testops/beta-gates/.github/workflows/testops-nightly.yml@${PIN}' } }`,
      ['n / gates / decide'],
    ],
    ['nothing of what is no YAML', 'jobs: { a: {', []],
    ['nothing of an empty file', '', []],
  ])('names %s', (_name, text, expected) => expect(namesIn({ [FILE]: text })).toEqual(expected));

  it('follows workflows of the repository, and ends where they call each other', () => {
    const inner = '.github/workflows/inner.yml';
    const outer = (prefix: string) => `jobs: { outer: { uses: ${prefix}/${inner} } }`;
    const text = `jobs: { beta: { uses: '${CI}@${PIN}' } }`;
    expect(namesIn({ [FILE]: outer('.'), [inner]: text })).toEqual(['outer / beta / decide']);
    expect(namesIn({ [FILE]: outer('$'), [inner]: text })).toEqual(['outer / beta / decide']);
    expect(namesIn({ [FILE]: outer('.'), [inner]: outer('.') })).toEqual([]);
  });

  it('takes the job of the file itself, where that is the workflow', () => {
    const own = ['octo-org/demo/.github/workflows/beta.yml'];
    expect(namesIn({ [FILE]: 'jobs: { decide: { steps: [] }, other: { steps: [] } }' }, own)).toEqual(['decide']);
    expect(namesIn({ [FILE]: 'jobs: { decide: { name: Something else, steps: [] } }' }, own)).toEqual([undefined]);
  });
});

describe('what a workflow file says', () => {
  it('pins are full commit ids alone', () => {
    const text = `jobs: { a: { uses: '${CI}@${PIN}' }, b: { uses: '${CI}@v1' }, c: { uses: './.github/workflows/x.yml' }, d: { steps: [] } }`;
    expect(pinsOf(text)).toEqual([{ path: CI, commit: PIN }]);
  });

  it.each([
    ['$/actions/plan', 'repository'],
    ['./actions/plan', 'work-tree'],
    ['./.github/workflows/x.yml', 'none'],
    ['$/.github/workflows/x.yml', 'none'],
    ['actions/checkout@v7', 'none'],
  ])('uses: %s means actions of %s', (uses, expected) => expect(ownActionsOf(`    - uses: ${uses}\n`)).toBe(expected));

  it('a configuration counts where it is literal', () => {
    const job = (config: string) => `jobs: { a: { uses: '${CI}@${PIN}', with: { config: '${config}' } } }`;
    expect(literalConfigs(job('./gates/testops.yml'))).toEqual(['gates/testops.yml']);
    expect(literalConfigs(job(`\${{ inputs.config }}`))).toEqual([]);
    expect(literalConfigs(`jobs: { a: { uses: 'x/y/.github/workflows/build.yml@${PIN}', with: { config: a.yml } } }`)).toEqual([]);
  });
});
