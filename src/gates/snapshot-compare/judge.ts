import { counted } from '../../core/count.ts';
import type { FindingOf, Place } from '../../core/finding.ts';
import { type Check, conclude, type Judgement } from '../../core/judgement.ts';
import { worstVerdict } from '../../core/verdict.ts';
import { drawExhibits } from './exhibits.ts';
import type { Change, CompareFacts, Facts, FileFact, WrittenFacts } from './facts.ts';
import type { Inputs } from './inputs.ts';
import { judgeRestore, judgeScrub, troublesFound } from './judge-store.ts';
import type { Arguments } from './words.ts';

type SnapshotFinding = FindingOf<Arguments>;

/** One check per file up to this number; beyond it, one per folder at the top. */
const MAX_FILE_CHECKS = 2000;

/** Pure: facts to verdict. */
export function judge(facts: Facts, inputs: Inputs): Judgement<SnapshotFinding> {
  switch (facts.kind) {
    case 'compare':
      return judgeComparison(facts, inputs);
    case 'written':
      return judgeWritten(facts);
    case 'scrub':
      return judgeScrub(facts);
    default:
      return judgeRestore(facts);
  }
}

function judgeComparison(facts: CompareFacts, inputs: Inputs): Judgement<SnapshotFinding> {
  const unmeasured = whyUnmeasured(facts);
  const troubles = troublesFound(facts.troubles);
  if (unmeasured)
    return conclude({
      checks: [{ id: 'snapshots', verdict: 'inconclusive' }],
      findings: [unmeasured, ...troubles],
      measurements: [],
      headline: 'nothing compared',
      exhibits: [],
    });
  const { files } = facts;
  const broken = files.filter((file) => verdictOf(file) !== 'pass');
  const differences = broken.reduce((sum, { total = 1 }) => sum + total, 0);
  return conclude({
    checks: [...checksOf(files), ...(troubles.length > 0 ? [{ id: 'store', verdict: 'warn' as const }] : [])],
    findings: [
      ...files.flatMap((file) => findingsOf(file, inputs.actual, facts.baseline.name)),
      ...facts.unusedRules.map((rule): SnapshotFinding => unusedRule(rule, inputs.rules)),
      ...troubles,
    ],
    measurements: [
      { id: 'files compared', value: files.length, unit: 'files' },
      { id: 'files ignored', value: facts.ignored, unit: 'files' },
      { id: 'files that differ', value: broken.length, unit: 'files', limit: { comparison: '==', value: 0 } },
      { id: 'differences', value: differences, unit: 'differences', limit: { comparison: '==', value: 0 } },
    ],
    headline:
      broken.length === 0
        ? `${counted(files.length, 'file')} as the baseline${underRules(files)}`
        : `${broken.length} of ${counted(files.length, 'file')} ${broken.length === 1 ? 'differs' : 'differ'}`,
    exhibits: drawExhibits(broken),
  });
}

/** Files whose bytes differ where formats and rules say that it does not count: whoever reads "as the baseline" should know. */
function underRules(files: readonly FileFact[]): string {
  const count = files.filter(({ status }) => status === 'equivalent').length;
  return count === 0 ? '' : `, ${count} of them in other bytes`;
}

function unusedRule(rule: number, file: string | undefined): SnapshotFinding {
  return { code: 'snapshot-compare/unused-rule', level: 'note', args: { rule }, ...(file === undefined ? {} : { place: { file } }) };
}

/** Whoever writes a baseline measures nothing, so there is no verdict to be had. */
function judgeWritten({ mode, actual, target, count }: WrittenFacts): Judgement<SnapshotFinding> {
  const code = mode === 'accept' ? 'snapshot-compare/accepted' : 'snapshot-compare/pending';
  const nothing = actual.state !== 'present' && count === 0;
  const finding: SnapshotFinding = nothing
    ? {
        code: 'snapshot-compare/nothing-to-compare',
        level: 'error',
        args: { actual: actual.name, why: actual.state === 'absent' ? 'absent' : 'empty' },
      }
    : { code, level: 'error', args: { files: count, baseline: target } };
  return conclude({
    checks: [{ id: 'snapshots', verdict: 'inconclusive' }],
    findings: [finding],
    measurements: [
      { id: mode === 'accept' ? 'files accepted' : 'changes pending', value: count, unit: mode === 'accept' ? 'files' : 'changes' },
    ],
    headline: nothing
      ? `nothing to ${mode}`
      : mode === 'accept'
        ? `accepted ${counted(count, 'file')}, compared none`
        : `${counted(count, 'change')} ${count === 1 ? 'waits' : 'wait'} for acceptance`,
    exhibits: [],
  });
}

function whyUnmeasured({ baseline, actual, linked, files }: CompareFacts): SnapshotFinding | undefined {
  if (actual.state !== 'present')
    return { code: 'snapshot-compare/nothing-to-compare', level: 'error', args: { actual: actual.name, why: actual.state } };
  if (baseline.state === 'unreachable')
    return {
      code: 'snapshot-compare/baseline-unreachable',
      level: 'error',
      args: { baseline: baseline.name, detail: baseline.detail ?? '' },
    };
  if (baseline.state !== 'present')
    return {
      code: 'snapshot-compare/baseline-absent',
      level: 'error',
      args: {
        baseline: baseline.name,
        acceptAs: baseline.acceptAs ?? baseline.name,
        actual: actual.name,
        empty: baseline.state === 'empty',
        detail: baseline.detail ?? '',
      },
    };
  if (linked) return { code: 'snapshot-compare/nothing-to-compare', level: 'error', args: { actual: actual.name, why: 'linked' } };
  if (files.length === 0)
    return { code: 'snapshot-compare/nothing-to-compare', level: 'error', args: { actual: actual.name, why: 'ignored' } };
  return undefined;
}

const VERDICTS = {
  same: 'pass',
  equivalent: 'pass',
  different: 'fail',
  added: 'fail',
  removed: 'fail',
  renamed: 'fail',
  conflicted: 'inconclusive',
  unreadable: 'inconclusive',
} as const;

/** An archive is what the worst of its members is. */
function verdictOf(file: FileFact): Check['verdict'] {
  if (file.members) return worstVerdict(file.members.map(verdictOf));
  return file.accepted ? 'pass' : VERDICTS[file.status];
}

function checksOf(files: readonly FileFact[]): Check[] {
  if (files.length <= MAX_FILE_CHECKS) return files.map((file) => ({ id: `file ${file.path}`, verdict: verdictOf(file) }));
  const worst = new Map<string, Check['verdict']>();
  for (const file of files) {
    const top = file.path.includes('/') ? `folder ${file.path.slice(0, file.path.indexOf('/'))}` : 'files at the top';
    worst.set(top, worstVerdict([verdictOf(file), worst.get(top) ?? 'pass']));
  }
  return [...worst].map(([id, verdict]) => ({ id, verdict }));
}

function findingsOf(file: FileFact, actual: string, baseline: string): SnapshotFinding[] {
  const { path } = file;
  const there: Place = { file: `${actual}/${path}` };
  switch (file.status) {
    case 'added':
      return [{ code: 'snapshot-compare/file-added', level: 'error', args: { path }, place: there }];
    case 'removed':
      return [{ code: 'snapshot-compare/file-removed', level: 'error', args: { path }, place: { file: `${baseline}/${path}` } }];
    case 'renamed':
      return [
        {
          code: 'snapshot-compare/file-renamed',
          level: file.accepted ? 'note' : 'error',
          args: { path, from: file.from ?? '' },
          place: there,
        },
      ];
    case 'same':
    case 'equivalent':
      return [];
    case 'conflicted':
      return [{ code: 'snapshot-compare/baseline-conflicted', level: 'error', args: { path }, place: { file: `${baseline}/${path}` } }];
    case 'unreadable':
      return [{ code: 'snapshot-compare/unreadable', level: 'error', args: { path, problem: file.problem ?? 'unreadable' }, place: there }];
    default: {
      if (file.members) return file.members.flatMap((member) => findingsOf(member, actual, baseline));
      const changes = file.changes ?? [];
      const notListed = (file.total ?? changes.length) - changes.length;
      return [
        ...changes.map((change) => findingOf(change, file, `${actual}/${path}`, `${baseline}/${path}`)),
        ...(notListed > 0
          ? [{ code: 'snapshot-compare/more-differences', level: 'note', args: { path, notListed }, place: there } as const]
          : []),
      ];
    }
  }
}

function findingOf(change: Change, file: FileFact, actual: string, baseline: string): SnapshotFinding {
  const level = 'error';
  switch (change.kind) {
    case 'value-changed':
    case 'value-added':
    case 'value-removed':
    case 'value-moved': {
      const place = {
        file: change.kind === 'value-removed' ? baseline : actual,
        pointer: change.pointer,
        ...(change.line === undefined ? {} : { line: change.line }),
      };
      const { base = '', actual: now = '', distance = '', basePointer = change.pointer } = change;
      if (change.kind === 'value-changed')
        return { code: 'snapshot-compare/value-changed', level, args: { base, actual: now, distance }, place };
      if (change.kind === 'value-added') return { code: 'snapshot-compare/value-added', level, args: { actual: now }, place };
      if (change.kind === 'value-removed') return { code: 'snapshot-compare/value-removed', level, args: { base }, place };
      return { code: 'snapshot-compare/value-moved', level, args: { from: basePointer }, place };
    }
    case 'duplicate-key':
      return {
        code: 'snapshot-compare/duplicate-key',
        level,
        args: { key: change.key, side: change.side },
        place: { file: change.side === 'baseline' ? baseline : actual, pointer: change.pointer },
      };
    case 'malformed':
      return {
        code: 'snapshot-compare/malformed-snapshot',
        level,
        args: { side: change.side, format: file.format ?? 'text', reason: change.reason },
        place: {
          file: change.side === 'baseline' ? baseline : actual,
          ...(change.line === undefined ? {} : { line: change.line }),
          ...(change.byte === undefined ? {} : { byte: change.byte }),
        },
      };
    case 'lines-changed':
      return {
        code: 'snapshot-compare/lines-changed',
        level,
        args: { removed: change.baseCount, added: change.count, baseLine: change.baseLine },
        place: { file: actual, line: Math.max(1, change.line) },
      };
    case 'lines-moved':
      return {
        code: 'snapshot-compare/lines-moved',
        level,
        args: { count: change.count, baseLine: change.baseLine },
        place: { file: actual, line: change.line },
      };
    case 'final-newline':
      return { code: 'snapshot-compare/final-newline', level, args: { side: change.side }, place: { file: actual } };
    case 'bytes':
      return {
        code: 'snapshot-compare/bytes-differ',
        level,
        args: { baseSize: change.baseSize, actualSize: change.actualSize, blocks: change.blocks },
        place: { file: actual, byte: change.byte },
      };
    case 'picture-size':
      return { code: 'snapshot-compare/picture-size', level, args: { base: change.base, actual: change.actual }, place: { file: actual } };
    case 'pixels':
      return {
        code: 'snapshot-compare/pixels-differ',
        level,
        args: { pixels: change.pixels, all: change.all, allowed: change.allowed },
        place: { file: actual },
      };
    default:
      return { code: 'snapshot-compare/entry-kind', level, args: { base: change.base, actual: change.actual }, place: { file: actual } };
  }
}
