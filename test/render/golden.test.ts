import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { extensionOf, judgementOf, parseEvidence } from '../../src/core/index.ts';
import { guardWords } from '../../src/render/guard-words.ts';
import { renderComment } from '../../src/render/markdown/comment.ts';
import { MAX_COMMENT_CHARACTERS } from '../../src/render/markdown/limit.ts';
import { renderBetaCheck } from '../../src/render/terminal/beta-check.ts';
import { loadWords } from '../../src/suite/words.ts';
import { COMMIT, STORIES, type Story, tell, withGates } from './support/stories.ts';

/** Reviewed by people; `TESTOPS_UPDATE_GOLDEN=1` writes them anew, for review. */
function expectGolden(name: string, text: string): void {
  const path = resolve('test/render/golden', name);
  if (process.env.TESTOPS_UPDATE_GOLDEN === '1') {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
  expect(text).toBe(readFileSync(path, 'utf8'));
}

function evidenceOf({ decision, files }: Story) {
  return decision.gates.flatMap(({ gate, sha256 }) => {
    const bytes = files.get(`inputs/${sha256}`);
    return bytes ? [parseEvidence(bytes, gate)] : [];
  });
}

async function comment(story: Story, previous?: string, run = 4711): Promise<string> {
  return renderComment(
    {
      decision: story.decision,
      evidence: evidenceOf(story),
      commit: COMMIT,
      runUrl: `https://github.com/toron/toron/actions/runs/${run}`,
      bundleUrl: 'https://github.com/toron/toron/actions/runs/4711/artifacts/1',
      reportUrl: 'https://github.com/toron/toron/actions/runs/4711/artifacts/2',
    },
    guardWords(await loadWords()),
    previous,
  );
}

async function terminal(story: Story): Promise<string> {
  const gates = evidenceOf(story).map((statement) => ({
    id: extensionOf(statement).gate,
    run: { judgement: judgementOf(statement), changes: [] },
  }));
  const places = { evidence: 'testops-evidence', bundle: 'testops-out/decision', report: 'testops-out/report.html' };
  return renderBetaCheck(gates, story.decision, guardWords(await loadWords()), places);
}

const BEFORE = tell(withGates({ 'telemetry-scan': { verdict: 'warn', headline: '3 low in 30 files' } }));

describe.each(Object.keys(STORIES) as (keyof typeof STORIES)[])('%s', (name) => {
  it('as the summary of a run', async () => {
    const text = await comment(STORIES[name]());
    expect(text.length).toBeLessThanOrEqual(MAX_COMMENT_CHARACTERS);
    expectGolden(`${name}.summary.md`, text);
  });

  it('as the comment after an earlier one', async () => {
    const text = await comment(STORIES[name](), `<!-- testops:beta-gates -->\n${await comment(BEFORE, undefined, 4700)}`);
    expect(text.length).toBeLessThanOrEqual(MAX_COMMENT_CHARACTERS);
    expectGolden(`${name}.comment.md`, text);
  });

  it('in a terminal', async () => {
    const text = await terminal(STORIES[name]());
    for (const line of text.split('\n').filter((candidate) => candidate.length > 80))
      expect(line.trim().replace(/^- /, '')).not.toContain(' ');
    expectGolden(`${name}.terminal.txt`, text);
  });
});
