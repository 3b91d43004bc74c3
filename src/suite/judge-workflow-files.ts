import type { Forge, ForgeRun } from '../core/index.ts';
import { type DecisionFinding, readWorkflowName } from '../decision/index.ts';
import { errorOf } from '../decision/words.ts';

/**
 * Whether a run used the workflow files of this repository as they are on the default branch, its own and those that it called. Whoever can push a branch can put a job
 * beside the gates there that uploads a decision of its own; nobody reviewed that file, and no signature shall vouch for what it made.
 */
export async function judgeWorkflowFiles(
  forge: Pick<Forge, 'repository' | 'defaultBranch' | 'readFile'>,
  run: ForgeRun,
): Promise<readonly DecisionFinding[]> {
  const { commit } = await forge.defaultBranch();
  const own = `${forge.repository.toLowerCase()}/`;
  const names = [run.path, ...run.referencedWorkflows].map((text) => readWorkflowName(text, forge.repository)?.path);
  const files = new Set(names.flatMap((name) => (name?.startsWith(own) ? [name.slice(own.length)] : [])));
  const findings: DecisionFinding[] = [];
  for (const file of files) {
    const used = await forge.readFile(file, run.headSha);
    const reviewed = await forge.readFile(file, commit);
    if (used !== undefined && reviewed !== undefined && Buffer.compare(used, reviewed) === 0) continue;
    const found =
      reviewed === undefined ? 'it is not there' : used === undefined ? `it is not on ${run.headSha}` : `it differs on ${run.headSha}`;
    findings.push(errorOf('decision-record/run-changed-workflow', { run: run.id, file, found }, file));
  }
  // A run whose own file has no name that can be looked up was started by something else than a file.
  if (names[0] === undefined) {
    findings.push(errorOf('decision-record/run-changed-workflow', { run: run.id, file: run.path, found: 'it names no workflow file' }));
  }
  return findings;
}
