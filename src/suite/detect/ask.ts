import type { Detected, Suggestion } from './detected.ts';

/** Asks a question; the answer is what was typed, or nothing. */
export type Ask = (question: string) => Promise<string>;

/** Lets a person choose among what was found. An empty answer takes the suggestion. */
export async function chooseSuggestions(detected: Detected, ask: Ask): Promise<Detected> {
  const chosen: Suggestion[] = [];
  const missing = [...detected.missing];
  for (const suggestion of detected.suggestions) {
    if (await confirm(ask, `${suggestion.gate}: found ${suggestion.because}. Use it?`)) chosen.push(await refine(suggestion, ask));
    else missing.push({ gate: suggestion.gate, add: 'what it looks at' });
  }
  return { ...detected, suggestions: chosen, missing };
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
