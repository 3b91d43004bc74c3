import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { hitsIn, leave, newScore, type Score, shapeOf } from './score.ts';

export function scoreRegistries(pii: string): [string, Score][] {
  const iban = newScore();
  const ibans = readFileSync(
    join(pii, 'apache+commons-validator/src/test/resources/org/apache/commons/validator/routines/checkdigit/IBANtests.txt'),
    'utf8',
  );
  for (const line of ibans.split('\n')) {
    const text = line.trim();
    if (text === '' || text.startsWith('#') || !/^[A-Z]{2}\d\d/.test(text)) continue;
    if (hitsIn(text).some((hit) => hit.rule === 'iban' || hit.rule === 'test-value')) iban.found++;
    else {
      iban.missed++;
      leave(iban, `missed \`${shapeOf(text)}\``);
    }
  }
  const mail = newScore();
  const tests = readFileSync(join(pii, 'dominicsayers+isemail/test/tests.xml'), 'utf8');
  for (const [, address, category] of tests.matchAll(/<address>(.*?)<\/address>[\s\S]*?<category>(.*?)<\/category>/g)) {
    const text = (address ?? '')
      .replace(/&#x24(\d\d);/g, ' ')
      .replaceAll('&lt;', '<')
      .replaceAll('&gt;', '>')
      .replaceAll('&quot;', '"')
      .replaceAll('&amp;', '&');
    const hit = hitsIn(text).find(
      (each) => (each.rule === 'email' || each.rule === 'test-value') && each.start === 0 && each.end === Buffer.byteLength(text),
    );
    const good = category === 'ISEMAIL_VALID_CATEGORY' || category === 'ISEMAIL_DNSWARN';
    if (good && hit) mail.found++;
    else if (good) {
      mail.missed++;
      leave(mail, `missed \`${shapeOf(text)}\``);
    } else if (hit && category === 'ISEMAIL_ERR') {
      mail.wrong++;
      leave(mail, `wrong \`${shapeOf(text)}\``);
    }
  }
  const phones = newScore();
  const metadata = readFileSync(join(pii, 'google+libphonenumber/resources/PhoneNumberMetadata.xml'), 'utf8');
  for (const [, digits] of metadata.matchAll(/<exampleNumber>(\d+)<\/exampleNumber>/g)) {
    if (hitsIn(`phone: ${digits}`).some((hit) => hit.rule === 'phone')) phones.found++;
    else {
      phones.missed++;
      leave(phones, `missed \`${shapeOf(digits ?? '')}\``);
    }
  }
  return [
    ['commons-validator, IBANtests', iban],
    ['isemail, valid addresses', mail],
    ['libphonenumber, example numbers after `phone:`', phones],
  ];
}
