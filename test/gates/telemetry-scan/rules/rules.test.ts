import { describe, expect, it } from '@jest/globals';
import { createScanner, scanBytes } from '../../../../src/gates/telemetry-scan/engine/scanner.ts';
import { DEFAULT_RULES } from '../../../../src/gates/telemetry-scan/rules/index.ts';
import { NATIONAL_IDENTIFIERS } from '../../../../src/gates/telemetry-scan/rules/national/index.ts';

const scanner = createScanner(DEFAULT_RULES);

function found(text: string): string[] {
  const bytes = Buffer.from(text);
  return scanBytes(scanner, bytes, 0, bytes.length).map((hit) => `${hit.severity} ${hit.rule}`);
}

describe('a Telegram bot token', () => {
  it('is found with the number of its bot, which a colon parts from the long half', () => {
    expect(found('bot 1234567890:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw1 is up')).toEqual(['critical token-telegram-bot-token']);
    expect(found('bot 12345:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw1 is up')).toEqual([]);
  });
});

describe('national identifiers', () => {
  it('cover at least twenty countries', () => {
    const countries = new Set(NATIONAL_IDENTIFIERS.map((identifier) => identifier.id.slice(0, 2)));
    expect(countries.size).toBeGreaterThanOrEqual(20);
  });

  // Examples that the authorities, or Wikipedia, publish for their algorithms.
  it.each([
    ['uk-nhs', 'NHS number 943 476 5919'],
    ['nl-bsn', 'bsn: 111222333'],
    ['be-national-number', 'rijksregister 85.07.30-033.28'],
    ['fr-nir', 'nir 2 55 08 14 168 025 38'],
    ['it-fiscal-code', 'codice fiscale RSSMRA85T10A562S'],
    ['es-nif', 'dni 12345678Z'],
    ['pl-pesel', 'pesel 44051401359'],
    ['ch-ahv', 'AHV 756.9217.0769.85'],
    ['at-svnr', 'SVNR 1237 010180'],
    ['se-personnummer', 'personnummer 811228-9874'],
    ['fi-hetu', 'hetu 131052-308T'],
    ['cz-rodne-cislo', 'rodne cislo 736028/5163'],
    ['hr-oib', 'OIB 69435151530'],
    ['ee-isikukood', 'isikukood 37605030299'],
    ['tr-identity-number', 'kimlik 10000000146'],
    ['br-cpf', 'cpf 111.444.777-35'],
    ['cl-rut', 'rut 30.686.957-4'],
    ['cn-resident-id', 'id card 11010519491231002X'],
    ['in-aadhaar', 'aadhaar 2341 2341 2346'],
    ['ca-sin', 'social insurance 130 692 544'],
    ['au-tfn', 'tfn 876 543 210'],
    ['sg-nric', 'nric S0000001I'],
    ['hk-identity-card', 'hkid G123456(A)'],
    ['th-national-id', 'thai national id 1-2345-67890-12-1'],
    ['jp-my-number', 'my number 1234 5678 9018'],
    ['za-id-number', 'south african id 8001015009087'],
    ['mx-curp', 'curp HEGG560427MVZRRL04'],
  ])('%s', (id, text) => {
    expect(found(text).filter((rule) => rule.includes(`national-${id}`))).toEqual([`high national-${id}`]);
    // Another digit in the middle fails the check.
    const at = text.search(/\d(?=[^\d]*\d[^\d]*\d[^\d]*$)|\d(?=\D*\d\D*$)/);
    const changed = `${text.slice(0, at)}${(Number(text[at]) + 1) % 10}${text.slice(at + 1)}`;
    if (!['kr-rrn', 'dk-cpr', 'in-pan', 'uk-nino'].includes(id)) expect(found(changed)).not.toContain(`high national-${id}`);
  });

  // Words whose letters are no ASCII.
  it.each([
    ['fr-nir', 'numéro de sécu 2 55 08 14 168 025 38'],
    ['fr-nir', 'Sécurité sociale: 255081416802538'],
    ['fi-hetu', 'henkilötunnus 131052-308T'],
    ['jp-my-number', '個人番号 1234 5678 9018'],
    ['cl-rut', 'rol único 30.686.957-4'],
  ])('%s beside %s', (id, text) => {
    expect(found(text)).toContain(`high national-${id}`);
  });

  it('with one check digit are nothing without a word', () => {
    for (const text of ['ref 44051401359', 'n=111222333', 'x 876543210', 'q 943 476 5919'])
      expect(found(text).filter((rule) => /national/.test(rule))).toEqual([]);
  });
});

describe('severities', () => {
  it.each([
    ['charge card 4929325827136822', ['high card']],
    ['4929 3258 2713 6822', ['high card']],
    ['{"ref":"4929325827136822"}', ['medium card']],
    ['{"order_id":"4929325827136822"}', []],
    ['card 4929325827136823', []],
    ['card 4242 4242 4242 4242', ['low test-value']],
    ['iban GB33 BUKB 2020 1555 5555 55', ['low test-value']],
    ['peer 81.2.69.160', ['medium ip-public']],
    ['peer 10.1.2.3', ['low ip-private']],
    ['peer 203.0.113.9 and 2001:db8::1', ['low test-value', 'low test-value']],
    ['peer 127.0.0.1 and ::1', []],
    ['peer 2a02:908:1a2:33c0::15', ['medium ip-public']],
    ['peer fd12:3456:789a::1', ['low ip-private']],
    ['Chrome/120.0.0.0', []],
    ['std::vector and a::b::c', []],
    ['at 2026-11-22T10:00:00.123Z for 1763805600000000000', []],
    ['device 3c:22:fb:12:34:56', ['medium mac-address']],
    ['user@example.com', ['low test-value']],
    ['icon@2x.png and git@github.com:o/r.git', []],
    ['"latitude": 48.85837, "longitude": 2.294481', ['medium coordinates']],
    ['date of birth: 1984-03-17', ['medium date-of-birth']],
    ['passport no: C01X00T47', ['high passport']],
    ['routing number 021000021', ['high bank-routing']],
    ['pay to 1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa', ['medium crypto-wallet']],
    ['Set-Cookie: sessionid=k3J9xQ2mZ7pL5vR8tW1y; Path=/', ['critical cookie']],
    ['Authorization: Basic dXNlcjpodW50ZXIy', ['critical http-authorization']],
    ['url=postgres://app:s3cr3tPw@db.internal/x', ['critical url-credentials']],
    ['password: incorrect', []],
    ['{"password":"********","token":"[REDACTED]","secret":""}', []],
    ['{"password":"hunter2"}', ['critical assigned-secret']],
    ['hash=$2b$12$EixZaYVK1fsbw1ZfbX3OXePaWxn96p36WQoeG6Lruj3vjPGga31lW', ['high password-hash']],
    ['AKIAIOSFODNN7EXAMPLE', ['low test-value']],
    ['-----BEGIN PRIVATE KEY-----', []],
  ])('%s', (text, expected) => {
    expect(found(text)).toEqual(expected);
  });
});

describe('a token whose checksum fails', () => {
  it('has a lower score and stays a finding', () => {
    const hits = (text: string) => scanBytes(scanner, Buffer.from(text), 0, text.length);
    // The checksum of the first was computed by GitHub.
    const [right] = hits('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');
    const [wrong] = hits('ghp_wWPw5k4aXcaT4fNP0UcnZwJUVFk6LO0pINUy');
    expect([right?.rule, wrong?.rule]).toEqual(['token-github-pat', 'token-github-pat']);
    expect(wrong?.reasons).toContain('-checksum');
    expect(wrong?.score).toBeLessThan(0.7);
    expect(right?.score).toBeGreaterThanOrEqual(wrong?.score ?? 1);
  });
});
