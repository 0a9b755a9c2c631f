import type { DenialLine } from './episodes.ts';
import { episodes } from './episodes.ts';

const rule = { gapSeconds: 600, resolvedWithinSeconds: 600, across: 'servers' } as const;
const denial = (seconds: number, fields: Partial<DenialLine> = {}): DenialLine => ({
  kind: 'denial',
  time: seconds * 1000,
  account: 'acme',
  server: 'srv',
  vendor: 'daemon',
  feature: 'cad',
  client: 'ann@pc1',
  code: '-4',
  ...fields,
});
const grant = (seconds: number, client = 'ann@pc1') => ({
  time: seconds * 1000,
  account: 'acme',
  feature: 'cad',
  client,
});
const far = (): number => 1e9;

describe('denial episodes', () => {
  it('joins retries up to 600 s apart, and takes the reason of the last line', () => {
    const found = episodes([denial(0), denial(600, { code: '-10' }), denial(1201)], [], far, rule);
    expect(found.map(({ lines, code, codes }) => [lines, code, codes])).toEqual([
      [2, '-10', ['-4', '-10']],
      [1, '-4', ['-4']],
    ]);
  });

  it('keeps clients, accounts, features and UNSUPPORTED lines apart', () => {
    const found = episodes(
      [
        denial(0),
        denial(1, { client: 'bob@pc2' }),
        denial(2, { account: 'other' }),
        denial(3, { feature: 'sim' }),
        denial(4, { kind: 'unsupported' }),
      ],
      [],
      far,
      rule,
    );
    expect(found.map(({ lines }) => lines)).toEqual([1, 1, 1, 1, 1]);
  });

  it('takes a client that walks its server list for one request, where it was refused last', () => {
    const walk = [
      denial(0),
      denial(1, { server: 'second', vendor: 'other', code: '-5' }),
      denial(2, { server: 'third' }),
    ];
    expect(episodes(walk, [], far, rule)).toMatchObject([{ lines: 3, server: 'third', vendor: 'daemon', code: '-4' }]);
    expect(episodes(walk, [], far, { ...rule, across: 'pool' }).map(({ server }) => server)).toEqual([
      'srv',
      'second',
      'third',
    ]);
  });

  it('has the outcome that the server of its last line can tell', () => {
    const walk = [denial(0), denial(1, { server: 'second' })];
    const ends = (server: string): number => (server === 'second' ? 300_000 : 1e9);
    expect(episodes(walk, [], ends, rule).map(({ outcome }) => outcome)).toEqual(['unknown']);
  });

  it('cannot join or resolve lines that name no client', () => {
    const nobody = { client: '' };
    const found = episodes([denial(0, nobody), denial(1, nobody)], [grant(2, '')], far, rule);
    expect(found.map(({ lines, outcome }) => [lines, outcome])).toEqual([
      [1, 'unknown'],
      [1, 'unknown'],
    ]);
  });

  it('is resolved by a checkout of that client within 600 s of its last line, the same second included', () => {
    const outcome = (at: number, client?: string): string | undefined =>
      episodes([denial(0), denial(100)], [grant(at, client)], far, rule)[0]?.outcome;
    expect([outcome(99), outcome(100), outcome(700), outcome(701), outcome(200, 'bob@pc2')]).toEqual([
      'unresolved',
      'resolved',
      'resolved',
      'unresolved',
      'unresolved',
    ]);
  });

  it('is unknown when the data end within 600 s and no checkout was seen', () => {
    expect(episodes([denial(0)], [], () => 599_000, rule)[0]?.outcome).toBe('unknown');
    expect(episodes([denial(0)], [grant(10)], () => 599_000, rule)[0]?.outcome).toBe('resolved');
    expect(episodes([denial(0)], [], () => 601_000, rule)[0]?.outcome).toBe('unresolved');
  });
});
