const RANKS = [50, 75, 90, 95, 99, 99.9];
const GAUGE_MS = 100;

/**
 * Keeps the load runs: what the API itself saw of each request while the run was open, which faults were injected and when they were over.
 * @param {{ countReady: () => number }} options how many runners are ready now
 */
export function createReports({ countReady }) {
  /** @type {Map<string, any>} */
  const runs = new Map();
  const open = () => [...runs.values()].filter((run) => run.finishedAt === null);

  const gauge = setInterval(() => {
    for (const run of open()) run.ready.push(countReady());
  }, GAUGE_MS);
  gauge.unref();

  return {
    /** @returns {string} the id of a new run */
    begin() {
      const id = `load-${String(runs.size + 1).padStart(6, '0')}`;
      runs.set(id, {
        id,
        startedAt: new Date(),
        finishedAt: null,
        latenciesMs: [],
        failures: 0,
        retries: 0,
        ready: [countReady()],
        faults: [],
      });
      return id;
    },
    /** @returns {boolean} false when there is no such run */
    finish(id) {
      const run = runs.get(id);
      if (run === undefined) return false;
      run.finishedAt ??= new Date();
      return true;
    },
    /** @param {{ durationMs: number, failed: boolean, attempts: number }} sample */
    record({ durationMs, failed, attempts }) {
      for (const run of open()) {
        run.latenciesMs.push(durationMs);
        run.failures += failed ? 1 : 0;
        run.retries += attempts - 1;
      }
    },
    /** @returns {{ recover: () => void }} to be called when the system is whole again */
    injected({ kind, target }) {
      const fault = { kind, target, injectedAt: new Date().toISOString(), recoveredAt: null };
      for (const run of open()) run.faults.push(fault);
      return { recover: () => (fault.recoveredAt ??= new Date().toISOString()) };
    },
    /** @returns {object | null} the report of the OpenAPI contract */
    describe: (id) => (runs.has(id) ? describe(runs.get(id)) : null),
  };
}

function describe(run) {
  const durationMs = (run.finishedAt ?? new Date()).getTime() - run.startedAt.getTime();
  const sorted = [...run.latenciesMs].sort((a, b) => a - b);
  const count = sorted.length;
  const trend = { name: 'http_req_duration', type: 'trend', unit: 'ms', count };
  const failed = { name: 'http_req_failed', type: 'rate', unit: 'ratio', count };
  if (count > 0) {
    const mean = sorted.reduce((sum, value) => sum + value, 0) / count;
    const percentiles = Object.fromEntries(RANKS.map((rank) => [String(rank), sorted[Math.ceil((rank / 100) * count) - 1]]));
    Object.assign(trend, { min: sorted[0], max: sorted[count - 1], mean, percentiles });
    Object.assign(failed, { rate: run.failures / count, passes: run.failures, fails: count - run.failures });
  }
  return {
    id: run.id,
    status: run.finishedAt === null ? 'running' : 'completed',
    startedAt: run.startedAt.toISOString(),
    finishedAt: run.finishedAt?.toISOString() ?? null,
    durationMs,
    requests: count,
    failures: run.failures,
    metrics: [
      trend,
      failed,
      { name: 'http_reqs', type: 'counter', unit: 'requests', count, rate: durationMs > 0 ? (count * 1000) / durationMs : 0 },
      { name: 'dispatch_retries', type: 'counter', unit: 'retries', count: run.retries },
      {
        name: 'runners_ready',
        type: 'gauge',
        unit: 'runners',
        count: run.ready.length,
        value: run.ready.at(-1),
        min: Math.min(...run.ready),
        max: Math.max(...run.ready),
      },
    ],
    faults: run.faults,
  };
}
