// Runs bench/telemetry.ts: `node scripts/telemetry-bench.mjs [megabytes] [folder of other scanners]`.
import { compile } from './telemetry-compile.mjs';

const { main } = await compile('telemetry-bench', ['bench/telemetry.ts'])('bench/telemetry.ts');
await main(Number(process.argv[2] ?? 50), process.argv[3]);
