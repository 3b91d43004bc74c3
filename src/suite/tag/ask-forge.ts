import { type Forge, messageOf, UserError } from '../../core/index.ts';

/**
 * The same forge, whose refusals are for people: no rights, no more requests, a server that fails. What is not known for want of an answer is never taken
 * for a decision that does not exist.
 */
export function askForge(forge: Forge): Forge {
  const ask =
    <Arguments extends unknown[], Answer>(what: string, call: (...given: Arguments) => Promise<Answer>) =>
    async (...given: Arguments): Promise<Answer> => {
      try {
        return await call(...given);
      } catch (error) {
        const { status } = error as { status?: unknown };
        if (typeof status !== 'number') throw error;
        throw new UserError(
          {
            where: `the decisions of ${forge.repository}`,
            found: `GitHub could not be asked for ${what} (status ${status}: ${messageOf(error).slice(0, 200)})`,
            expected: 'an answer: a decision that cannot be read may be a no-go',
            todo: 'run it again later, with a token that has actions: read, attestations: read, contents: read and statuses: read',
          },
          { cause: error },
        );
      }
    };
  return {
    ...forge,
    defaultBranch: ask('the default branch', forge.defaultBranch),
    findRun: ask('a run', forge.findRun),
    listRuns: ask('the runs on a commit', forge.listRuns),
    listTagPushes: ask('the pushes of tags', forge.listTagPushes),
    listStatuses: ask('the statuses of a commit', forge.listStatuses),
    listAttestations: ask('attestations', forge.listAttestations),
    listLedgerSummaries: ask('the ledger branch', forge.listLedgerSummaries),
    listLedgerTags: ask('the ledger branch', forge.listLedgerTags),
    listReleaseSummaries: ask('the release of a tag', forge.listReleaseSummaries),
    listJobs: ask('the jobs of a run', forge.listJobs),
    findState: ask('a commit', forge.findState),
    listTree: ask('the files of a commit', forge.listTree),
    readBlob: ask('a file', forge.readBlob),
    readFile: ask('a file', forge.readFile),
    listArtifacts: ask('the artifacts of a run', forge.listArtifacts),
    fetchArtifact: ask('an artifact', forge.fetchArtifact),
  };
}
