import type { Forge } from '../core/index.ts';
import type { IncidentIssue } from '../core/ports/publisher.ts';
import { words } from '../decision/index.ts';
import { withholdLeaks } from '../suite/leaks.ts';
import { findUndecidedTags, undecidedIssueOf } from '../suite/record/undecided-tags.ts';
import type { TrustedSignatures } from '../suite/signatures.ts';
import { createDecisionIndex } from '../suite/tag/believed-decisions.ts';
import type { Runner } from './runner.ts';

/** Incidents of beta tags that nothing stands behind. */
export async function checkTags(runner: Runner, forge: Forge, signatures: TrustedSignatures): Promise<readonly IncidentIssue[]> {
  const { core, github, ports } = runner;
  const index = createDecisionIndex(forge, { signatures, except: github.runId, now: ports.clock.now() });
  const { undecided, checked, left } = await findUndecidedTags(await forge.listTags(), index);
  core.info(`beta tags checked for a decision: ${checked}${left === 0 ? '' : `; ${left} with lower versions were not checked`}`);
  return undecided.map((tag) => {
    const word = words[tag.finding.code as 'decision-record/tag-moved'];
    return undecidedIssueOf(tag, withholdLeaks(word.message(tag.finding.args as never)));
  });
}
