import { suggestBuild } from './detect.ts';
import type { Build, Detected, Suggestion } from './detected.ts';
import { listMissing } from './missing.ts';

/** Asks a question; the answer is what was typed, or nothing. */
export type Ask = (question: string) => Promise<string>;

/** Lets a person choose among what was found. An empty answer takes the suggestion. */
export async function chooseSuggestions(detected: Detected, ask: Ask): Promise<Detected> {
  const chosen: Suggestion[] = [];
  const build = detected.build?.outputs.length === 0 ? await askOutputs(detected.build, ask) : detected.build;
  if (build && build !== detected.build) chosen.push(suggestBuild(build));
  for (const suggestion of detected.suggestions)
    if (await confirm(ask, `${suggestion.gate}: found ${suggestion.because}. Use it?`)) chosen.push(await refine(suggestion, ask));
  return { ...detected, build, suggestions: chosen, missing: listMissing(chosen, build) };
}

/** Only the person knows where this build writes. No answer leaves the build as it is, and the gate out. */
async function askOutputs(build: Build, ask: Ask): Promise<Build> {
  for (;;) {
    const question = `determinism-check: found ${build.because}. Which folder does it write? [none: leave this gate out] `;
    const folder = (await ask(question)).trim().replace(/^\.\//, '').replace(/\/+$/, '');
    if (['', 'n', 'no', 'none'].includes(folder.toLowerCase())) return build;
    if (/^[\w.-]+(\/[\w.-]+)*$/.test(folder) && !folder.split('/').includes('..')) return { ...build, outputs: [`${folder}/**`] };
  }
}

async function confirm(ask: Ask, question: string): Promise<boolean> {
  for (;;) {
    const answer = (await ask(`${question} [Y/n] `)).trim().toLowerCase();
    if (['', 'y', 'yes'].includes(answer)) return true;
    if (['n', 'no'].includes(answer)) return false;
  }
}

const LATENCY = /^(http_req_duration: p\(95\)<)(\d+)$/;

/** The limit on latency is the one number that nobody can detect. */
async function refine(suggestion: Suggestion, ask: Ask): Promise<Suggestion> {
  const thresholds = suggestion.section.thresholds;
  if (!Array.isArray(thresholds)) return suggestion;
  const refined: string[] = [];
  for (const threshold of thresholds as readonly string[]) {
    const [, head, limit] = LATENCY.exec(threshold) ?? [];
    refined.push(
      head === undefined
        ? threshold
        : `${head}${await askNumber(ask, `  95 % of requests must take less than how many ms? [${limit}] `, limit ?? '')}`,
    );
  }
  return { ...suggestion, section: { ...suggestion.section, thresholds: refined } };
}

async function askNumber(ask: Ask, question: string, fallback: string): Promise<string> {
  for (;;) {
    const answer = (await ask(question)).trim();
    if (answer === '') return fallback;
    if (/^[1-9]\d{0,6}$/.test(answer)) return answer;
  }
}
