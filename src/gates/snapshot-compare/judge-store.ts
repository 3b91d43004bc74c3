import type { FindingOf } from '../../core/finding.ts';
import { type Check, conclude, type Judgement } from '../../core/judgement.ts';
import type { Verdict } from '../../core/verdict.ts';
import type { RestoreFacts, ScrubFacts } from './facts.ts';
import type { Trouble } from './store/store.ts';
import { type Arguments, exhibitTitles } from './words.ts';

type SnapshotFinding = FindingOf<Arguments>;

const MAX_LISTED = 200;

/** Replicas that served badly while others served well. */
export function troublesFound(troubles: readonly Trouble[]): SnapshotFinding[] {
  return troubles
    .slice(0, MAX_LISTED)
    .map(({ replica, problem }) => ({ code: 'snapshot-compare/replica-trouble', level: 'warning', args: { replica, problem } }));
}

/** A scrub passes on a sound store, warns where it had to repair, fails where something is lost, and knows nothing without a majority. */
export function judgeScrub({ report, needed }: ScrubFacts): Judgement<SnapshotFinding> {
  const { replicas, flaws, losses, troubles, objects, pointers } = report;
  const unreachable = new Set(troubles.map(({ replica }) => replica));
  const hasMajority = replicas.length - unreachable.size >= needed;
  const checks: Check[] = replicas.map((name, index) => {
    const own = flaws.filter(({ replica, flaw }) => replica === name && flaw !== 'extra');
    const reached: Verdict = own.some(({ repaired }) => !repaired) ? 'fail' : own.length > 0 ? 'warn' : 'pass';
    return { id: `replica ${index + 1} ${name}`, verdict: unreachable.has(name) ? (hasMajority ? 'warn' : 'inconclusive') : reached };
  });
  checks.push({ id: 'nothing lost', verdict: losses.length > 0 ? 'fail' : !hasMajority || pointers === 0 ? 'inconclusive' : 'pass' });
  const repaired = flaws.filter((flaw) => flaw.repaired).length;
  return conclude({
    checks,
    findings: [
      ...losses.slice(0, MAX_LISTED).map(
        ({ key, neededBy }): SnapshotFinding => ({
          code: 'snapshot-compare/lost',
          level: 'error',
          args: { key, neededBy: neededBy.join(', ') },
        }),
      ),
      ...flaws.slice(0, MAX_LISTED).map(
        ({ replica, key, flaw, repaired: mended }): SnapshotFinding =>
          ({
            code: flaw === 'extra' ? 'snapshot-compare/unreferenced' : 'snapshot-compare/replica-flaw',
            level: flaw === 'extra' ? 'note' : mended ? 'warning' : 'error',
            args: flaw === 'extra' ? { replica, key } : { replica, key, flaw, repaired: mended },
          }) as SnapshotFinding,
      ),
      ...(pointers === 0 ? [{ code: 'snapshot-compare/store-empty', level: 'error', args: {} } as const] : []),
      ...troublesFound(troubles),
    ],
    measurements: [
      { id: 'objects checked', value: objects, unit: 'objects' },
      { id: 'snapshots checked', value: pointers, unit: 'snapshots' },
      { id: 'copies repaired', value: repaired, unit: 'copies' },
      { id: 'objects lost', value: losses.length, unit: 'objects', limit: { comparison: '==', value: 0 } },
    ],
    headline:
      losses.length > 0
        ? `${losses.length} lost for good`
        : `${objects} objects in ${replicas.length} replicas, ${repaired} copies repaired`,
    exhibits: [
      {
        kind: 'table',
        title: exhibitTitles.replicas,
        columns: [
          { name: 'replica' },
          { name: 'missing', numeric: true },
          { name: 'damaged', numeric: true },
          { name: 'repaired', numeric: true },
          { name: 'extra', numeric: true },
        ],
        rows: replicas.map((name) => {
          const own = flaws.filter(({ replica }) => replica === name);
          const count = (flaw: string) => own.filter((one) => one.flaw === flaw).length;
          return [name, count('missing'), count('damaged'), own.filter((one) => one.repaired).length, count('extra')];
        }),
      },
    ],
  });
}

/** A restore passes when every file was brought back and checked. */
export function judgeRestore({ tag, folder, state, files, lost, troubles }: RestoreFacts): Judgement<SnapshotFinding> {
  const verdicts = {
    restored: 'pass',
    lost: 'fail',
    absent: 'inconclusive',
    'no-quorum': 'inconclusive',
    undecided: 'inconclusive',
  } as const;
  const findings: SnapshotFinding[] =
    state === 'restored'
      ? [{ code: 'snapshot-compare/restored', level: 'note', args: { tag, folder, files } }]
      : state === 'lost'
        ? lost
            .slice(0, MAX_LISTED)
            .map((key): SnapshotFinding => ({ code: 'snapshot-compare/lost', level: 'error', args: { key, neededBy: tag } }))
        : state === 'absent'
          ? [
              {
                code: 'snapshot-compare/baseline-absent',
                level: 'error',
                args: { baseline: `tag:${tag}`, acceptAs: `tag:${tag}`, actual: folder, empty: false, detail: '' },
              },
            ]
          : [{ code: 'snapshot-compare/baseline-unreachable', level: 'error', args: { baseline: `tag:${tag}`, detail: state } }];
  return conclude({
    checks: [
      { id: `restore ${tag}`, verdict: verdicts[state] },
      ...(troubles.length > 0 ? [{ id: 'store', verdict: 'warn' as const }] : []),
    ],
    findings: [...findings, ...troublesFound(troubles)],
    measurements: [{ id: 'files restored', value: files, unit: 'files' }],
    headline: state === 'restored' ? `restored ${files} files of ${tag}` : `${tag} was not restored`.slice(0, 80),
    exhibits: [],
  });
}
