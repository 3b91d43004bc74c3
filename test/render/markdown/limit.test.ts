import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type AnyWords, GATE_IDS, parseEvidence } from '../../../src/core/index.ts';
import { renderComment } from '../../../src/render/markdown/comment.ts';
import { renderGateSummary } from '../../../src/render/markdown/gate-summary.ts';
import { limitMarkdown, MAX_COMMENT_CHARACTERS } from '../../../src/render/markdown/limit.ts';
import { readState } from '../../../src/render/markdown/state.ts';
import { renderBetaCheck } from '../../../src/render/terminal/beta-check.ts';
import { COMMIT, evidenceOf, tell } from '../support/stories.ts';

/** Whether every fence and every `<details>` at the beginning of a line is closed again. */
function isClosed(markdown: string): boolean {
  let [fence, details]: [string | undefined, number] = [undefined, 0];
  for (const line of markdown.split('\n')) {
    const mark = /^(`{3,}|~{3,})/.exec(line)?.[1];
    if (mark !== undefined) fence = fence === undefined ? mark : line.startsWith(fence) ? undefined : fence;
    else if (fence === undefined) details += line.startsWith('<details>') ? 1 : line.startsWith('</details>') ? -1 : 0;
  }
  return fence === undefined && details === 0;
}

const block = fc.oneof(
  fc.string({ maxLength: 300 }).map((text) => text.replaceAll('\n', ' ').replace(/^[`~<]+/, '')),
  fc.integer({ min: 1, max: 30 }).map((lines) => `\`\`\`\`text\n${'~~~ in a fence\n'.repeat(lines)}\`\`\`\``),
  fc
    .integer({ min: 1, max: 30 })
    .map((lines) => `<details><summary>x</summary>\n\n${'- `</details>` as text\n'.repeat(lines)}\n</details>`),
);

describe('limitMarkdown', () => {
  it('never grows beyond the limit, never ends inside a fence or a fold, and says where the rest is', () => {
    fc.assert(
      fc.property(fc.array(block, { minLength: 1, maxLength: 60 }), fc.integer({ min: 400, max: 4000 }), (blocks, most) => {
        const text = blocks.join('\n');
        const cut = limitMarkdown(text, most, 'the rest stands in [the run](https://x.example)');
        expect(cut.length).toBeLessThanOrEqual(most);
        expect(isClosed(cut)).toBe(true);
        if (text.length > most) expect(cut).toContain('the rest stands in [the run](https://x.example)');
        else expect(cut).toBe(text);
      }),
      { seed: 20261122, numRuns: 200 },
    );
  });

  it('leaves out a single line that no limit holds', () => {
    const cut = limitMarkdown(`# title\n${'x'.repeat(1_000_000)}`, 65_000, 'rest');
    expect(cut).toMatch(/^# title\n/);
    expect(cut.length).toBeLessThan(1000);
  });
});

describe('inputs ten times too large', () => {
  // 60 codes with ten sentences of 2,000 characters each in every gate: 6 million characters, were they all shown.
  const codes = Array.from({ length: 60 }, (_, index) => `snapshot-compare/code-${index}`);
  const words = Object.fromEntries(
    codes.map((code) => [code, { title: code, message: () => `<details>${'word '.repeat(400)}`, fix: 'fix '.repeat(100) }]),
  ) as unknown as AnyWords;
  const findings = codes.flatMap((code) =>
    Array.from({ length: 10 }, (_, index) => ({
      code,
      level: 'error' as const,
      args: { index },
      place: { file: `dir/${'f'.repeat(200)}`, line: index + 1 },
    })),
  );
  const story = { verdict: 'fail' as const, headline: 'h'.repeat(80), findings };
  const evidence = GATE_IDS.map((gate) => parseEvidence(evidenceOf(gate, story), gate));
  const { decision } = tell(Object.fromEntries(GATE_IDS.map((gate) => [gate, story])));

  it('fit a comment, with its links and its state whole', () => {
    const text = renderComment(
      { decision, evidence, commit: COMMIT, runUrl: 'https://github.com/o/r/actions/runs/1', bundleUrl: undefined, reportUrl: undefined },
      words,
    );
    expect(text.length).toBeLessThanOrEqual(MAX_COMMENT_CHARACTERS);
    expect(text.length).toBeGreaterThan(50_000);
    expect(isClosed(text)).toBe(true);
    expect(readState(text)?.outcome).toBe('NO-GO');
    expect(text).toContain('cut here');
    expect(text).toContain('`testops verify decision.json`');
  });

  it('fit the summary of a gate', () => {
    const text = renderGateSummary({
      id: 'slo-gate',
      judgement: { verdict: 'fail', headline: 'x', checks: [], measurements: [], exhibits: [], findings },
      words,
      changes: [],
    });
    expect(text.length).toBeLessThanOrEqual(MAX_COMMENT_CHARACTERS);
    expect(isClosed(text)).toBe(true);
  });

  it('are counted in a terminal', () => {
    const gates = GATE_IDS.map((id) => ({
      id,
      run: {
        judgement: { verdict: 'fail' as const, headline: 'x', checks: [], measurements: [], exhibits: [], findings },
        changes: Array.from({ length: 5000 }, (_, index) => `file-${index}`),
      },
    }));
    const text = renderBetaCheck(gates, decision, words, { evidence: 'e', bundle: 'b' });
    expect(text.split('\n').length).toBeLessThan(3000);
    expect(text).toContain('and 550 more, all in the report');
    expect(text).toContain('and 4995 more');
  });
});
