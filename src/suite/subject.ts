import { createHash } from 'node:crypto';
import { compareText, type Files, inputsOfRole, listInputs, type Ports, type Subject, UserError } from '../core/index.ts';
import { gates } from '../gates/index.ts';
import type { Configuration, Section } from './configuration.ts';

/** What the gates measured: the commit with its state, or the digest of a workspace that is in no repository. */
export interface TestedSubject {
  readonly subject: Subject;
  /** Files that differ from the commit or lie about undeclared; empty outside git. */
  readonly changes: readonly string[];
}

/** Inputs whose files a run writes or is given: an untracked file there does not make the tree dirty; a tracked one that differs always does. */
const DECLARED: ReadonlySet<string> = new Set(
  gates.flatMap(({ inputs }) => listInputs(inputs).flatMap(({ name, role, writes }) => (role === 'measured' || writes ? [name] : []))),
);

/**
 * The subject of the evidence. `expectedCommit` (the commit that the run was started for) must be HEAD.
 * `ours` are folders that we write into; they never count.
 */
export async function findSubject(
  ports: Pick<Ports, 'files' | 'repository'>,
  declared: readonly string[],
  expectedCommit?: string,
): Promise<TestedSubject> {
  const commit = await ports.repository.head();
  if (expectedCommit !== undefined && commit !== expectedCommit) {
    throw new UserError({
      where: 'the checked-out commit',
      found: commit ?? 'no commit',
      expected: expectedCommit,
      todo: 'check out the commit that the run was started for (`ref:` of actions/checkout), and change nothing afterwards',
    });
  }
  if (commit === undefined) return { subject: { workspaceSha256: await digestWorkspace(ports.files, declared) }, changes: [] };
  const { tracked, untracked } = await ports.repository.changes();
  const tolerated = new Set(untracked.length === 0 ? [] : await ports.files.glob(declared));
  return { subject: { commit }, changes: [...tracked, ...untracked.filter((path) => !tolerated.has(path))].sort(compareText) };
}

/** Every glob that the configuration declares as made by the run, and our own folders. */
export function declaredPaths(sections: Iterable<Section>, ours: readonly string[]): readonly string[] {
  const declared = [...ours];
  for (const section of sections) {
    for (const name of DECLARED) {
      const value = section[name];
      if (typeof value === 'string') declared.push(value);
      if (Array.isArray(value)) declared.push(...value.filter((item): item is string => typeof item === 'string' && !item.startsWith('!')));
    }
  }
  return declared;
}

/** Globs of the files that gates measure and that the exercise produces. */
export function gateInputPaths(configuration: Configuration): readonly string[] {
  const measured = gates.map(({ id, inputs }) => {
    const section = configuration.gates.get(id) ?? {};
    return Object.fromEntries(inputsOfRole(inputs, 'measured').map((name) => [name, section[name]]));
  });
  return declaredPaths(measured, []);
}

/** The sections of all gates. */
export function sectionsOf(configuration: Configuration): readonly Section[] {
  return [...configuration.gates.values()];
}

/** SHA-256 over sorted lines `<path>\0<sha256>\n` of every file that is not declared as made by the run. */
async function digestWorkspace(files: Files, declared: readonly string[]): Promise<string> {
  const digest = createHash('sha256');
  const paths = await files.glob(['**'], { ignore: declared });
  let index = 0;
  for await (const batch of files.digests('.', paths)) {
    for (const { sha256, unreadable } of batch) {
      const path = paths[index++] as string;
      if (unreadable !== undefined) {
        const expected = 'a readable file, so that the evidence can name what was tested';
        throw new UserError({ where: path, found: unreadable, expected, todo: 'make it readable, or move it out of this folder' });
      }
      digest.update(`${path}\0${sha256}\n`);
    }
  }
  return digest.digest('hex');
}
