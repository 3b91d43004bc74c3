import type { Forge } from '../core/index.ts';
import { openedLater } from '../suite/tag/decision-index.ts';
import { openSignatures } from './open-signatures.ts';
import type { Runner } from './runner.ts';

/** What GitHub knows about earlier betas; `source` has the default branch. The libraries for signatures are loaded when somebody asks. */
export function openDecisionIndex(runner: Runner, forge: Forge, source: Parameters<typeof openSignatures>[0]) {
  const { github, ports, configPath } = runner;
  return openedLater(async () => {
    const { createDecisionIndex } = await import('../suite/tag/believed-decisions.ts');
    const signatures = await openSignatures(source, configPath, forge);
    return createDecisionIndex(forge, { signatures, now: ports.clock.now(), except: github.runId });
  });
}
