import { z } from 'zod';
import { acceptedException, declareInputs, none } from '../../core/index.ts';

/** What can differ between two runs without the program being told, in the order in which culprits are sought. */
export const VARIATION_IDS = [
  'environment',
  'build-path',
  'time',
  'timezone',
  'locales',
  'hash-seeds',
  'file-ordering',
  'home',
  'temp-folder',
  'user-group',
  'domain-host',
  'exec-path',
  'umask',
  'num-cpus',
  'aslr',
  'kernel',
  'terminal',
] as const;
export type VariationId = (typeof VARIATION_IDS)[number];

/** What is compared between runs. */
export const COMPARED = ['outputs', 'stdout', 'stderr', 'exit'] as const;
export type Compared = (typeof COMPARED)[number];

const variationChoice = z.enum(['all', ...VARIATION_IDS, ...VARIATION_IDS.map((id) => `-${id}` as const)]);
const requiredChoice = z.enum(['all', ...VARIATION_IDS]);

export const inputs = declareInputs({
  run: z
    .string()
    .min(1)
    .optional()
    .describe('Command to run in fresh copies of the workspace; `bash -c` where there is bash, else `sh -c`')
    .meta(none('A command: the commit can change what it does anyway')),
  outputs: z
    .array(z.string().min(1))
    .default([])
    .describe(
      'Files that the command makes (glob patterns inside the workspace); they are left out of the copies and compared after each run',
    )
    .meta({ direction: 'globs', writes: true }),
  runs: z
    .number()
    .int()
    .min(2, 'at least 2: one run alone can be compared with nothing')
    .optional()
    .describe('How many runs: all but one unvaried, the last with everything varied; default 3, or as many as `max-divergence-rate` needs')
    .meta({ direction: 'higher', absent: { value: 3 } }),
  vary: z
    .array(variationChoice)
    .default(['all'])
    .describe('What the varied run varies: `all`, names of variations, and `-name` to leave one out')
    .meta({ direction: 'signed' }),
  'require-variations': z
    .array(requiredChoice)
    .default([])
    .describe('Variations that must be applied (`all`: each one that `vary` names); one that cannot be makes the gate inconclusive')
    .meta({ direction: 'signed' }),
  compare: z
    .array(z.enum(COMPARED))
    .min(1, 'at least one of outputs, stdout, stderr, exit')
    .default([...COMPARED])
    .describe('What is compared')
    .meta({ direction: 'more' }),
  'timeout-seconds': z
    .number()
    .positive()
    .default(900)
    .describe('Each run is ended, with all its processes, after so many seconds')
    .meta(none('A run that takes longer is not measured; time is no criterion')),
  'allow-exit-codes': z
    .array(z.coerce.string().regex(/^\d{1,3}$/, 'an exit code from 0 to 255'))
    .default([])
    .describe('Exit codes besides 0 with which the command may end every time')
    .meta({ direction: 'fewer' }),
  concurrency: z
    .number()
    .int()
    .min(1)
    .default(1)
    .describe('How many runs go side by side (needs mount namespaces, so that they still see one path; else they go in turn)')
    .meta(none('The runs are the same, one after another or at once')),
  confidence: z
    .number()
    .gt(0)
    .lt(1)
    .default(0.95)
    .describe('Confidence of the bound on the rate at which unvaried runs differ')
    .meta({ direction: 'higher' }),
  'max-divergence-rate': z
    .number()
    .gt(0)
    .lt(1)
    .optional()
    .describe('Rate of differing unvaried runs that must be excluded with `confidence`; works out the number of runs')
    .meta({ direction: 'lower' }),
  accepted: z
    .array(acceptedException)
    .default([])
    .describe(
      'Known differences: `match` is an output (glob), `stdout`, `stderr`, `cause:<name>` or `variation:<name>`, or an output followed by these',
    )
    .meta({ fileOnly: true, direction: 'fewer', identity: ['match'] }),
  manifest: z
    .string()
    .min(1)
    .optional()
    .describe('File that receives the manifest of the outputs (path, mode, size, SHA-256, Merkle root)')
    .meta({ ...none('Only says where the manifest is written'), role: 'execution', writes: true }),
  manifests: z
    .array(z.string().min(1))
    .default([])
    .describe('Manifests made on other machines (glob patterns) to compare with each other and, when `run` is given, with the runs here')
    .meta({ direction: 'globs', role: 'measured' }),
  part: z
    .string()
    .regex(/^[1-9]\d*-of-[1-9]\d*$/, 'such as 2-of-3')
    .optional()
    .describe('Which part of a matrix this manifest is, such as `2-of-3`; `manifests` then needs all of them')
    .meta({ direction: 'fixed', role: 'execution' }),
  'merge-parts': z
    .number()
    .int()
    .min(2, 'at least 2: one machine alone can be compared with nothing')
    .optional()
    .describe('Runs nothing: compares the manifests of a matrix of so many parts, all of which must be there')
    .meta({ faceOnly: true, ...none('All parts must be there, whatever their number'), role: 'execution' }),
});

export type Inputs = z.infer<typeof inputs>;
