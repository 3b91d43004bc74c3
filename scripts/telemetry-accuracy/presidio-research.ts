import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { hitsIn, leave, newScore, type Score, shapeOf } from './score.ts';

const RESEARCH: readonly (readonly [entity: string, rules: readonly string[]])[] = [
  ['EMAIL_ADDRESS', ['email']],
  ['CREDIT_CARD', ['card']],
  ['IBAN_CODE', ['iban']],
  ['US_SSN', ['us-ssn', 'us-itin']],
  ['IP_ADDRESS', ['ip-public', 'ip-private']],
  ['PHONE_NUMBER', ['phone']],
  ['US_DRIVER_LICENSE', ['driving-licence']],
];

interface Sentence {
  readonly full_text: string;
  readonly spans: readonly { readonly entity_type: string; readonly start_position: number; readonly end_position: number }[];
}

export function scoreResearch(folder: string): [string, Score][] {
  const scores = RESEARCH.map(([entity]): [string, Score] => [entity, newScore()]);
  for (const name of ['generated_large.json', 'generated_small.json']) {
    for (const { full_text, spans } of JSON.parse(readFileSync(join(folder, name), 'utf8')) as Sentence[]) {
      const hits = hitsIn(full_text);
      const bytes = Buffer.from(full_text);
      const characters = [...full_text];
      const byteOf = (codePoints: number) => Buffer.byteLength(characters.slice(0, codePoints).join(''));
      RESEARCH.forEach(([entity, rules], index) => {
        const score = (scores[index] as [string, Score])[1];
        const wanted = spans
          .filter((span) => span.entity_type === entity)
          .map((span) => [byteOf(span.start_position), byteOf(span.end_position)] as const);
        for (const [start, end] of wanted) {
          if (hits.some((hit) => (rules.includes(hit.rule) || hit.rule === 'test-value') && hit.start < end && start < hit.end))
            score.found++;
          else {
            score.missed++;
            leave(score, `missed \`${shapeOf(bytes.toString('utf8', start, end))}\``);
          }
        }
        for (const hit of hits) {
          if (!rules.includes(hit.rule) || wanted.some(([start, end]) => hit.start < end && start < hit.end)) continue;
          score.wrong++;
          leave(score, `wrong \`${shapeOf(bytes.toString('utf8', Math.max(0, hit.start - 3), hit.end + 12))}\``);
        }
      });
    }
  }
  return scores;
}
