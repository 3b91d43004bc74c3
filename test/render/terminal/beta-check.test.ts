import { describe, expect, it } from '@jest/globals';
import { type Finding, type JsonValue, type Judgement, UserError } from '../../../src/core/index.ts';
import type { DecisionView } from '../../../src/render/decision-view.ts';
import { type GateLine, renderBetaCheck } from '../../../src/render/terminal/beta-check.ts';
import { loadWords } from '../../../src/suite/words.ts';

const PLACES = { evidence: 'testops-evidence', bundle: 'testops-out/decision', report: 'testops-out/report.html' };

function gate(id: string, judgement: Partial<Judgement>): GateLine {
  const whole = {
    verdict: 'pass',
    checks: [],
    findings: [],
    measurements: [],
    headline: 'all well',
    exhibits: [],
    ...judgement,
  } as Judgement;
  return { id, run: { judgement: whole, changes: [] } };
}

function finding(code: string, level: Finding['level'], args: Record<string, JsonValue>, place?: Finding['place']): Finding {
  return { code, level, args, ...(place ? { place } : {}) };
}

function decision(outcome: DecisionView['outcome'], findings: DecisionView['findings']): DecisionView {
  return { outcome, forTag: false, rules: [], findings };
}

const FAILED = finding('decision-record/gate-failed', 'error', { gate: 'snapshot-compare', headline: '76 of 80 files differ' });

function removed(index: number): Finding {
  return finding(
    'snapshot-compare/value-removed',
    'error',
    { value: `"gone ${index}"` },
    { file: 'baseline/a.json', pointer: `/${index}` },
  );
}

describe('renderBetaCheck', () => {
  it('folds findings of one code: the first with their places, the rest by number, what to do once', async () => {
    const findings = Array.from({ length: 76 }, (_, index) => removed(index));
    const words = await loadWords();
    const fix = words['snapshot-compare/value-removed']?.fix ?? '';
    const text = renderBetaCheck(
      [gate('snapshot-compare', { verdict: 'fail', headline: '76 of 80 files differ', findings })],
      decision('NO-GO', [FAILED]),
      words,
      PLACES,
    );
    expect(text).toContain('76 errors [snapshot-compare/value-removed]');
    expect(text).toContain('and 73 more');
    expect(text.match(/baseline\/a\.json/g)).toHaveLength(3);
    expect(text.replace(/\s+/g, ' ').split(fix)).toHaveLength(2);
  });

  it('tells neighbours that ask for the same what to do once', async () => {
    const words = await loadWords();
    const added = finding('snapshot-compare/value-added', 'error', { value: '1' }, { file: 'out/a.json', pointer: '/1' });
    const fix = words['snapshot-compare/value-added']?.fix ?? '';
    expect(words['snapshot-compare/value-removed']?.fix).toBe(fix);
    const text = renderBetaCheck(
      [gate('snapshot-compare', { verdict: 'fail', findings: [removed(1), added] })],
      decision('NO-GO', []),
      words,
      PLACES,
    );
    expect(text.replace(/\s+/g, ' ').split(fix)).toHaveLength(2);
  });

  it('says each sentence once: the headline stands in the table only', async () => {
    const text = renderBetaCheck(
      [gate('snapshot-compare', { verdict: 'fail', headline: '76 of 80 files differ', findings: [removed(1)] })],
      decision('NO-GO', [FAILED]),
      await loadWords(),
      PLACES,
    );
    expect(text.match(/76 of 80 files differ/g)).toHaveLength(1);
    expect(text).toContain('error: snapshot-compare, as above [decision-record/gate-failed]');
  });

  it('says the headline where no table does', async () => {
    const text = renderBetaCheck([], decision('NO-GO', [FAILED]), await loadWords(), PLACES);
    expect(text).toContain('76 of 80 files differ');
  });

  it('shows unusable input as where, found, expected, do, and never as a verdict', async () => {
    const error = new UserError({
      where: 'load/k6.json',
      found: 'a file that\u001b[31m ends early',
      expected: 'a k6 summary',
      todo: 'run k6',
    });
    const text = renderBetaCheck([{ id: 'slo-gate', error }], decision('NO-GO', []), await loadWords(), PLACES);
    for (const part of ['load/k6.json', 'found:    a file that', 'expected: a k6 summary', 'do:       run k6', 'UNUSABLE'])
      expect(text).toContain(part);
    expect(text).not.toContain('\u001b');
  });

  it('fits 80 columns but for words that a reader copies whole', async () => {
    const findings = [
      finding('slo-gate/objective-missed', 'error', {
        objective: 'checkout latency of everybody who buys something on a Friday afternoon',
        statistic: 'p(99)',
        measured: '2761 ms',
        limit: '< 800 ms',
        results: ['load/autocannon.json'],
      }),
      removed(3),
    ];
    const words = {
      ...(await loadWords()),
      'slo-gate/objective-missed': {
        title: '',
        message: (args: never) => JSON.stringify(args).replaceAll(',', ', '),
        fix: 'f '.repeat(90),
      },
    };
    const text = renderBetaCheck(
      [gate('slo-gate', { verdict: 'fail', headline: 'word '.repeat(40), findings })],
      decision('NO-GO', [FAILED]),
      words,
      PLACES,
    );
    for (const line of text.split('\n').filter((candidate) => candidate.length > 80))
      expect(line.trim().replace(/^- /, '')).not.toContain(' ');
  });

  it('leaves notes to the report, and says how many there are', async () => {
    const text = renderBetaCheck(
      [
        gate('slo-gate', {
          verdict: 'fail',
          findings: [finding('slo-gate/no-interval', 'note', {}), finding('slo-gate/judged-apart', 'note', {})],
        }),
      ],
      decision('NO-GO', []),
      {},
      PLACES,
    );
    expect(text).toContain('2 notes in the report');
    expect(text).not.toContain('no-interval');
  });
});
