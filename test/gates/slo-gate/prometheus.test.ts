import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import { type AddressInfo, createServer as createSocket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { runWith } from './run-gate.ts';

const slo = (query: string, objective: string, extra = '') => `apiVersion: openslo/v1
kind: SLO
metadata: { name: s }
spec:
  service: shop
  indicator: { spec: { ${query} } }
  timeWindow: [{ duration: 1h, isRolling: true }]
  budgetingMethod: ${extra || 'Occurrences'}
  objectives: [${objective}]
`;
const ratio = (good: string, total: string) =>
  `ratioMetric: { counter: true, good: { metricSource: { type: Prometheus, spec: { query: '${good}' } } }, total: { metricSource: { type: Prometheus, spec: { query: '${total}' } } } }`;
const threshold = (query: string) => `thresholdMetric: { metricSource: { type: Prometheus, spec: { query: '${query}' } } }`;

describe('a server that is no Prometheus, or a sick one', () => {
  const answer =
    (status: number, body: unknown): RequestListener =>
    (_request, response) => {
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(typeof body === 'string' ? body : JSON.stringify(body));
    };
  const matrix = (...series: unknown[]) => ({ status: 'success', data: { resultType: 'matrix', result: series } });

  it.each<[string, RequestListener, string]>([
    ['an error', answer(400, { status: 'error', errorType: 'bad_data', error: 'secret-token' }), 'an error of type bad_data'],
    ['HTML', answer(502, '<html>'), 'answered 502, and not with JSON'],
    ['no series', answer(200, matrix()), 'no points'],
    ['two series', answer(200, matrix({ values: [] }, { values: [] })), '2 series'],
    ['only NaN', answer(200, matrix({ values: [[1, 'NaN']] })), 'no points'],
    ['nothing', (_request, response) => response.destroy(), 'could not be reached'],
  ])('answering %s is inconclusive', async (_name, listener, reason) => {
    const server = createServer(listener);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    try {
      const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
      const { judgement } = await runWith(
        { 's.yaml': slo(threshold('up'), '{ op: gte, value: 1, target: 0.9 }') },
        { 'prometheus-url': url, objectives: ['s.yaml'] },
      );
      const [finding] = judgement.findings;
      expect([judgement.verdict, finding?.code]).toEqual(['inconclusive', 'slo-gate/query-unanswered']);
      expect(JSON.stringify(finding?.args)).toContain(reason);
      expect(JSON.stringify(judgement)).not.toContain('secret-token');
    } finally {
      server.closeAllConnections();
      server.close();
    }
  });
});

// Debian's package, or any on the path; unpacked beside the tests' other tools it is named by an environment variable.
const program = [process.env.TESTOPS_PROMETHEUS, '/usr/bin/prometheus'].find((path) => path !== undefined && existsSync(path));
const promtool = program?.replace(/prometheus$/, 'promtool');
const describeWithPrometheus = program && promtool && existsSync(promtool) ? describe : describe.skip;

describeWithPrometheus(
  `a real Prometheus${program ? '' : ' (skipped: neither TESTOPS_PROMETHEUS nor /usr/bin/prometheus is there)'}`,
  () => {
    let [folder, url] = ['', ''];
    let server: ReturnType<typeof spawn> | undefined;
    // Two hours before now, on a whole minute.
    const end = Math.floor(Date.now() / 60_000) * 60;
    const start = end - 7200;

    beforeAll(async () => {
      folder = realpathSync(mkdtempSync(join(tmpdir(), 'prometheus-')));
      mkdirSync(join(folder, 'data'));
      writeFileSync(join(folder, 'prometheus.yml'), 'global: { scrape_interval: 1h }\n');
      // A request each second; in the last hour one in fifty fails; the process restarts half an hour before the end.
      const lines = ['# TYPE http_requests_total counter', '# TYPE latency_seconds gauge'];
      for (let at = start; at <= end; at += 15) {
        const since = at < end - 1800 ? at - start : at - (end - 1800);
        const bad = at < end - 3600 ? 0 : at < end - 1800 ? (at - (end - 3600)) / 50 : since / 50;
        lines.push(`http_requests_total{code="200"} ${since - bad} ${at}`, `http_requests_total{code="500"} ${bad} ${at}`);
        lines.push(`latency_seconds ${at >= end - 600 ? 0.5 : 0.1} ${at}`);
      }
      // One series after the other, in time, as OpenMetrics wants it.
      const sorted = [
        lines[0],
        ...['code="200"', 'code="500"'].flatMap((label) => lines.filter((line) => line?.includes(label))),
        lines[1],
        ...lines.filter((line) => line?.startsWith('latency_seconds ')),
      ];
      writeFileSync(join(folder, 'backfill.om'), `${sorted.join('\n')}\n# EOF\n`);
      const backfill = spawn(
        promtool ?? '',
        ['tsdb', 'create-blocks-from', 'openmetrics', join(folder, 'backfill.om'), join(folder, 'data')],
        { stdio: 'ignore' },
      );
      expect(await new Promise((resolve) => backfill.on('exit', resolve))).toBe(0);
      const socket = createSocket().listen(0, '127.0.0.1');
      await new Promise((resolve) => socket.once('listening', resolve));
      const { port } = socket.address() as AddressInfo;
      await new Promise((resolve) => socket.close(resolve));
      url = `http://127.0.0.1:${port}`;
      server = spawn(
        program ?? '',
        [
          `--config.file=${join(folder, 'prometheus.yml')}`,
          `--storage.tsdb.path=${join(folder, 'data')}`,
          `--web.listen-address=127.0.0.1:${port}`,
        ],
        { stdio: 'ignore' },
      );
      for (let attempt = 0; attempt < 100; attempt += 1) {
        const ready = await fetch(`${url}/-/ready`).then(
          (response) => response.ok,
          () => false,
        );
        if (ready) return;
        await sleep(100);
      }
      throw new Error('Prometheus did not become ready');
    }, 60_000);

    afterAll(async () => {
      const ended = new Promise((resolve) => server?.once('exit', resolve));
      server?.kill('SIGTERM');
      await ended;
      rmSync(folder, { recursive: true, force: true });
    });

    const judge = (text: string) =>
      runWith({ 's.yaml': text }, { 'prometheus-url': url, objectives: ['s.yaml'] }, { now: () => end * 1000 });

    it('counters: the increase over the window, restarts included, as its own increase() says', async () => {
      const { judgement } = await judge(slo(ratio('sum(http_requests_total{code="200"})', 'sum(http_requests_total)'), '{ target: 0.97 }'));
      const [measured] = judgement.measurements;
      const query = async (text: string) => {
        const body = new URLSearchParams({ query: text, time: String(end) });
        const answer = (await (await fetch(`${url}/api/v1/query`, { method: 'POST', body })).json()) as {
          data: { result: [{ value: [number, string] }] };
        };
        return Number(answer.data.result[0].value[1]);
      };
      const own = (await query('increase(http_requests_total{code="200"}[1h])')) / (await query('sum(increase(http_requests_total[1h]))'));
      expect(judgement.verdict).toBe('pass');
      expect(measured?.value).toBeCloseTo(own, 3);
      expect(measured?.value).toBeCloseTo(0.98, 3);
    });

    it('a level: the share of points within the limit, and minutes', async () => {
      // 61 points in the hour, 11 of them at 0.5.
      const occurrences = await judge(slo(threshold('latency_seconds'), '{ op: lt, value: 0.2, target: 0.9 }'));
      expect(occurrences.judgement.verdict).toBe('fail');
      expect(occurrences.judgement.measurements[0]?.value).toBeCloseTo(50 / 61, 2);
      const sliced = await judge(
        slo(threshold('latency_seconds'), '{ op: lt, value: 0.2, target: 0.8, timeSliceTarget: 0.9, timeSliceWindow: 1m }', 'Timeslices'),
      );
      expect(sliced.judgement.measurements[0]?.value).toBeCloseTo(50 / 61, 2);
      expect(sliced.judgement.verdict).toBe('pass');
    });

    it('a query with several series, with none, or that is wrong', async () => {
      for (const [query, reason] of [
        ['http_requests_total', '2 series'],
        ['no_such_metric', 'no points'],
        ['sum(', 'bad_data'],
      ]) {
        const { judgement } = await judge(slo(threshold(query ?? ''), '{ op: lt, value: 1, target: 0.9 }'));
        expect(judgement.verdict).toBe('inconclusive');
        expect(JSON.stringify(judgement.findings[0]?.args)).toContain(reason);
      }
    });
  },
);
