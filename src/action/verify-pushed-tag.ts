import type { AnyWords, Finding } from '../core/index.ts';
import { STATUS_CONTEXT } from '../decision/index.ts';
import { createClient, splitRepository } from '../github/client.ts';
import { createPublisher } from '../github/publisher.ts';
import { renderVerifiedTag } from '../render/markdown/verified-tag.ts';
import { clonedSource } from '../suite/git-source.ts';
import { withholdLeaks } from '../suite/leaks.ts';
import { linkToVerification } from '../suite/tag/status-mark.ts';
import { type TagVerification, verifyTag } from '../suite/verify-tag.ts';
import { loadWords } from '../suite/words.ts';
import { annotate } from './annotate.ts';
import { requireForge } from './open-forge.ts';
import { openSignatures } from './open-signatures.ts';
import type { Runner } from './runner.ts';

/** Verifies the decision that a pushed tag stands on, in place of running the gates again, and tells everybody. */
export async function verifyPushedTag(
  runner: Runner,
  tag: { readonly name: string; readonly commit: string; readonly leadsTo: string },
): Promise<number> {
  const { core } = runner;
  const forge = requireForge(runner);
  const verification = await verifyTag({
    forge,
    source: clonedSource(runner.ports.repository, forge),
    tag: tag.name,
    pushed: tag,
    now: runner.ports.clock.now(),
    signatures: await openSignatures(clonedSource(runner.ports.repository, forge), runner.configPath, forge),
    config: runner.configPath,
    except: runner.github.runId,
  });
  await tellVerification(runner, verification, tag);
  core.setOutput('decision', verification.accepted ? (verification.outcome ?? 'NO-GO') : 'NO-GO');
  core.setOutput('evidence', verification.url ?? '');
  core.setOutput('report-url', runner.github.url);
  return verification.exit;
}

/** Summary, annotations, check run and status of a verification that was accepted or refused; the status stands on the commit that was pushed. */
export async function tellVerification(
  runner: Runner,
  verification: Pick<TagVerification, 'accepted' | 'findings' | 'outcome' | 'timeVerified' | 'where' | 'derived' | 'url' | 'tag'>,
  { commit }: { readonly commit: string },
): Promise<void> {
  const { core, github, token } = runner;
  const words: AnyWords = await loadWords();
  annotate(core, verification.findings as readonly Finding[], words);
  const summary = withholdLeaks(
    renderVerifiedTag({ ...verification, commit, findings: verification.findings as readonly Finding[] }, words),
  );
  await core.summary.addRaw(summary).write();
  if (token === undefined) return core.info('no token: the verification stands in the summary only');
  const client = createClient({ token, apiUrl: github.apiUrl, toolVersion: runner.toolVersion, say: (line) => core.info(line) });
  const publisher = createPublisher(client, splitRepository(github.repository), token);
  const conclusion = verification.accepted ? 'success' : 'failure';
  const title = verification.accepted
    ? `${verification.outcome}: ${verification.tag} stands on it`
    : `NO-GO: ${verification.tag} must not stand`;
  const results = [
    await publisher.checkRun({
      name: 'testops/decision',
      commit,
      conclusion,
      title,
      summary,
      annotations: [],
      key: `testops:decision:${github.runId}:${github.attempt}`,
    }),
    await publisher.status({
      commit,
      context: STATUS_CONTEXT,
      state: conclusion,
      description: title,
      url: linkToVerification(verification.url ?? github.url),
    }),
  ];
  const refused = results.flatMap((result) => (result.kind === 'not-permitted' ? [result.permission] : []));
  if (refused.length > 0) core.info(`not published, since the token lacks: ${refused.join(', ')}`);
}
