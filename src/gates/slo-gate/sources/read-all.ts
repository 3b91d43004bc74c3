import { UserError } from '../../../core/index.ts';
import type { Files } from '../../../core/ports/files.ts';
import type { Progress } from '../../../core/ports/progress.ts';
import type { Objective } from '../objectives/objective.ts';
import { selectorText } from '../objectives/selector.ts';
import { createRecording, type Phase, type Recording, type TimeRange } from '../series/recording.ts';
import type { Histogram, Series } from '../series/series.ts';
import { mergeHistograms } from '../stats/histogram.ts';
import { digestFile, isStream, type OpenedStream, openResultsFile, readStream, type SourceResults } from './read-file.ts';

/** Series that are judged together: those of one summary, or of everything that could be merged. */
export interface Group {
  readonly label: string;
  readonly file?: string;
  readonly phase: Phase;
  readonly series: readonly Series[];
}

/** All results, read once each. */
export interface AllResults {
  readonly sources: readonly SourceResults[];
  /** Files that repeat another one byte for byte, and are not counted again. */
  readonly repeated: readonly { readonly path: string; readonly of: string }[];
  readonly groups: readonly Group[];
  /** Every metric that is there, for messages. */
  readonly names: readonly string[];
}

/**
 * Reads files and the sources that are already at hand. Documents come first, since they may say when a fault was injected; then the samples, merged into
 * one recording; histograms with the same grid are added; summaries stay apart.
 */
export async function readAll(
  paths: readonly string[],
  given: readonly SourceResults[],
  objectives: readonly Objective[],
  ports: { readonly files: Files; readonly progress: Progress },
  /** Adds what does not come from files. */
  more: (recording: Recording) => Promise<void> = async () => {},
): Promise<AllResults> {
  const { files } = ports;
  const sources: SourceResults[] = [...given];
  const streams: OpenedStream[] = [];
  const repeated: { path: string; of: string }[] = [];
  const digests = new Map<string, string>();
  for (const path of paths) {
    const opened = await openResultsFile(path, files);
    if (isStream(opened)) streams.push(opened);
    else addOnce(opened);
  }
  const usable = sources.filter((source) => source.unusable === undefined);
  const faults = faultRanges(usable);
  const recording = createRecording(objectives, faults);
  await readStreams();
  await more(recording);
  const summaries = sources.filter((source) => source.unusable === undefined && source.series.length > 0);
  const groups = [...recordedGroups(recording, faults.length > 0), ...mergeGroups(summaries)];
  const names = new Set([...recording.names, ...summaries.flatMap((source) => source.series.map(selectorText))]);
  return { sources, repeated, groups, names: [...names].sort() };

  function addOnce(source: SourceResults): void {
    const of = digests.get(source.sha256);
    if (of !== undefined) repeated.push({ path: source.label, of });
    else {
      digests.set(source.sha256, source.label);
      sources.push(source);
    }
  }

  async function readStreams(): Promise<void> {
    // Two files of one size may be one file twice, whose samples must not count double; only then are they read for their digest first.
    const sizes = new Map<number, number>();
    const sizeOf = new Map<string, number>();
    for (const { path } of streams) {
      const size = (await files.statTarget(path))?.size ?? 0;
      sizeOf.set(path, size);
      sizes.set(size, (sizes.get(size) ?? 0) + 1);
    }
    const total = [...sizeOf.values()].reduce((sum, size) => sum + size, 0);
    let done = 0;
    for (const stream of streams) {
      if ((sizes.get(sizeOf.get(stream.path) ?? 0) ?? 0) > 1) {
        const digest = await digestFile(stream.path, files);
        const of = digests.get(digest);
        if (of !== undefined) {
          repeated.push({ path: stream.path, of });
          continue;
        }
      }
      const source = await readStream(stream, files, recording, (bytes) => {
        done += bytes;
        ports.progress.show('results', done, total, 'bytes');
      });
      if (digests.has(source.sha256)) throw changedWhileRead(stream.path);
      addOnce(source);
    }
    if (streams.length > 0) ports.progress.finish('results');
  }
}

function changedWhileRead(path: string): UserError {
  return new UserError({
    where: path,
    found: 'a file that changed while it was read',
    expected: 'results of a run that is over',
    todo: 'wait for the end of the run',
  });
}

/** Stretches in which some fault was at work; one that never ended lasts for ever. */
export function faultRanges(sources: readonly SourceResults[]): readonly TimeRange[] {
  return sources.flatMap((source) =>
    (source.faults ?? []).map(({ injectedMs, recoveredMs }) => ({ from: injectedMs, to: recoveredMs ?? Number.POSITIVE_INFINITY })),
  );
}

/** What the samples came to; where faults were injected, their stretches and the rest are judged apart. */
function recordedGroups(recording: Recording, faulted: boolean): readonly Group[] {
  const phases: readonly Phase[] = faulted ? ['outside', 'inside', 'all'] : ['all'];
  return phases.map((phase) => ({ label: '', phase, series: recording.series(phase) })).filter(({ series }) => series.length > 0);
}

/** Moves histograms of one metric that can be added out of their groups into a merged one. */
function mergeGroups(sources: readonly SourceResults[]): readonly Group[] {
  const byMetric = new Map<string, { series: Series; label: string }[]>();
  for (const { label, series } of sources) {
    for (const one of series) {
      if (one.data.kind !== 'histogram') continue;
      const key = `${selectorText(one)} ${one.unit} ${one.data.grid}`;
      byMetric.set(key, [...(byMetric.get(key) ?? []), { series: one, label }]);
    }
  }
  const moved = new Set<Series>();
  const merged: Series[] = [];
  for (const parts of byMetric.values()) {
    const [first] = parts;
    const sum = parts.length > 1 ? mergeHistograms(parts.map(({ series }) => series.data as Histogram)) : undefined;
    if (!first || !sum) continue;
    for (const { series } of parts) moved.add(series);
    merged.push({ ...first.series, data: sum, from: parts.map(({ label }) => label).sort() });
  }
  const groups = sources.map(
    (source): Group => ({
      label: source.label,
      ...(source.file === undefined ? {} : { file: source.file }),
      phase: 'all',
      series: source.series.filter((one) => !moved.has(one)),
    }),
  );
  return merged.length === 0 ? groups : [...groups, { label: '', phase: 'all', series: merged }];
}
