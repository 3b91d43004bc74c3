import { asInstant, asList, asNumber, asRecord, type Fault, type JsonFormat } from './format.ts';

/**
 * The journal of a Chaos Toolkit run (https://chaostoolkit.org/reference/api/journal/). `status: completed` says only that the experiment came to its end;
 * whether the steady state was met after it decides. An action that succeeded is the proof that something was done to the system.
 */
export const chaosToolkit: JsonFormat = {
  id: 'chaos-toolkit',
  title: 'Chaos Toolkit journal',
  matches(document) {
    const root = asRecord(document);
    return asRecord(root?.experiment) !== undefined && Array.isArray(root?.run) && typeof root?.status === 'string';
  },
  parse(document) {
    const root = asRecord(document) ?? {};
    const states = asRecord(root.steady_states) ?? {};
    const met = (when: string) => {
      const value = asRecord(states[when])?.steady_state_met;
      return typeof value === 'boolean' ? value : undefined;
    };
    const actions = asList(root.run)
      .map((one) => asRecord(one) ?? {})
      .filter((one) => asRecord(one.activity)?.type === 'action');
    const done = actions.filter((one) => one.status === 'succeeded');
    const rollbacks = asList(root.rollbacks).map((one) => asRecord(one) ?? {});
    const ended = rollbacks.map((one) => asInstant(utc(one.end))).filter((ms) => ms !== undefined);
    const faults = done.flatMap((one): Fault[] => {
      const injectedMs = asInstant(utc(one.start));
      if (injectedMs === undefined) return [];
      const last = Math.max(...ended, asInstant(utc(one.end)) ?? injectedMs);
      return [
        {
          kind: String(asRecord(one.activity)?.name ?? 'action'),
          target: String(asRecord(root.experiment)?.title ?? 'experiment'),
          injectedMs,
          recoveredMs: last,
        },
      ];
    });
    const [before, after] = [met('before'), met('after')];
    // An aborted or failed run has no state after it, or one that nobody looked at.
    const steadyAfter = root.status === 'completed' || after === false ? after : undefined;
    const title = String(asRecord(root.experiment)?.title ?? 'experiment');
    return {
      series: [],
      faults,
      experiments: [
        {
          title,
          injected: done.length > 0,
          ...(before === undefined ? {} : { steadyBefore: before }),
          ...(steadyAfter === undefined ? {} : { steadyAfter }),
        },
      ],
      ...(asInstant(utc(root.start)) === undefined ? {} : { startedMs: asInstant(utc(root.start)) as number }),
      ...(asInstant(utc(root.end)) === undefined ? {} : { finishedMs: asInstant(utc(root.end)) as number }),
    };
  },
};

/** The toolkit writes UTC without saying so. */
function utc(value: unknown): unknown {
  return typeof value === 'string' && !/(?:Z|[+-]\d\d:?\d\d)$/.test(value) ? `${value}Z` : value;
}

/**
 * A ChaosResult of LitmusChaos (litmuschaos.io/v1alpha1): `verdict` Pass means that the probes held; `Completed` is only the phase. That the run got past its
 * injection shows in `history.targets` or in an experiment phase that is over.
 */
export const litmus: JsonFormat = {
  id: 'litmus',
  title: 'Litmus ChaosResult (JSON)',
  matches: (document) => asRecord(document)?.kind === 'ChaosResult',
  parse(document) {
    const root = asRecord(document) ?? {};
    const status = asRecord(asRecord(root.status)?.experimentStatus);
    const verdict = typeof status?.verdict === 'string' ? status.verdict : undefined;
    if (!status || verdict === undefined) return { at: '/status/experimentStatus', found: 'no verdict', expected: '`verdict`' };
    const probes = asNumber(Number(status.probeSuccessPercentage));
    const targets = asList(asRecord(asRecord(root.status)?.history)?.targets).map((one) => asRecord(one) ?? {});
    const injected = targets.some((one) => /^(?:targeted|injected|reverted)$/i.test(String(one.chaosStatus)));
    const name = asRecord(root.metadata)?.name;
    const steadyAfter =
      verdict === 'Pass' ? probes === undefined || probes === 100 : verdict === 'Fail' || verdict === 'Error' ? false : undefined;
    return {
      series: [],
      experiments: [{ title: String(name ?? 'experiment'), injected, ...(steadyAfter === undefined ? {} : { steadyAfter }) }],
    };
  },
};
