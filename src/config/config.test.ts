import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { deliverySettings } from '../server/delivery/settings.ts';
import { ConfigError, loadConfig, parseConfig } from './load.ts';
import { configJsonSchema } from './schema.ts';
import { secret } from './secrets.ts';

const problemsOf = (text: string): readonly string[] => {
  try {
    parseConfig(text, 'site.yaml');
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
};

describe('license-analytics.yaml', () => {
  it('may be empty: every setting has a default', () => {
    expect(parseConfig('', 'site.yaml')).toMatchObject({
      listen: { host: '127.0.0.1', port: 8686 },
      siteTimezone: 'UTC',
      sources: [],
      limits: { questionSeconds: 60 },
    });
  });

  it('takes sources, entitlements and accounts in their short forms', () => {
    const config = parseConfig(
      'sources:\n  - files: /var/log/flexlm/*.log\n    server: lic-01\nentitlements: [bought.csv]\naccounts: accounts.csv\n',
      'site.yaml',
    );
    expect(config.sources[0]).toMatchObject({ files: ['/var/log/flexlm/*.log'], server: 'lic-01', format: 'auto' });
    expect(config.entitlements).toEqual([{ file: 'bought.csv' }]);
    expect(config.accounts).toEqual(['accounts.csv']);
  });

  it.each([
    ['a wrong type', 'listen:\n  port: many\n', 'site.yaml:2: listen.port: expected number, found "many".'],
    [
      'a number out of range',
      'listen:\n  port: 70000\n',
      'site.yaml:2: listen.port: expected number to be <=65535, found 70000.',
    ],
    [
      'a time zone that does not exist',
      'siteTimezone: Berlin\n',
      'site.yaml:1: siteTimezone: expected an IANA time zone such as UTC or Europe/Berlin, found "Berlin".',
    ],
    [
      'a missing setting',
      'sources:\n  - server: a\n',
      'site.yaml:2: sources[0].files: expected one path or a list of paths, found nothing.',
    ],
  ])('says where and what is wrong: %s', (_, text, expected) => {
    expect(problemsOf(text)).toEqual([expected]);
  });

  it('names an unknown setting with its line', () => {
    expect(problemsOf('data: ./store\nlisten:\n  prot: 1\n')[0]).toMatch(
      /^site\.yaml:3: unknown setting "prot" in listen\./,
    );
  });

  it('reports every problem at once, and YAML that cannot be read', () => {
    expect(problemsOf('siteTimezone: x\nlimits: {questionSeconds: 0}\n')).toHaveLength(2);
    expect(problemsOf('listen: {host: [')[0]).toMatch(/^site\.yaml:1: not valid YAML/);
  });

  it('says where an entry of the denial catalogue is wrong', () => {
    const problems = problemsOf(
      'denials:\n  - { reason: ours, codes: [-97] }\n  - reason: Two Words\n    family: weather\n    advise: none\n',
    );
    expect(problems).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^site\.yaml:3: denials\[1\]\.reason: expected an id in lower case .*found "Two Words"/),
        expect.stringMatching(/^site\.yaml:4: denials\[1\]\.family: expected one of .*found "weather"/),
        expect.stringMatching(/^site\.yaml:5: unknown setting "advise" in denials\[1\]/),
      ]),
    );
  });

  it('sources are followed every 10 seconds, unless the file says otherwise', () => {
    expect(parseConfig('sources: [{files: a.log}, {files: b.log, follow: false}]', 'site.yaml')).toMatchObject({
      sources: [{ follow: true }, { follow: false }],
      following: { everySeconds: 10 },
    });
    expect(problemsOf('following: {everySeconds: 0}')[0]).toMatch(/following\.everySeconds: expected .*found 0/);
  });

  it('says what an episode of denials reaches over', () => {
    expect(parseConfig('{}', 'site.yaml').denialEpisodes.across).toBe('servers');
    expect(parseConfig('denialEpisodes: {across: pool}', 'site.yaml').denialEpisodes.across).toBe('pool');
    expect(problemsOf('denialEpisodes: {across: site}')[0]).toMatch(/denialEpisodes\.across: expected .*found "site"/);
  });

  it('the example of docs/server.md is valid', () => {
    const example =
      /```yaml\n# yaml-language-server[^]*?```/.exec(readFileSync(resolve('docs/server.md'), 'utf8'))?.[0] ?? '';
    const config = parseConfig(example.replaceAll(/```(yaml)?/g, ''), 'docs/server.md');
    expect(config.sources).toHaveLength(3);
    expect(config.denials).toHaveLength(1);
  });

  const mail = 'mail: { smtp: "smtp://reporter@mail.example.com", from: "License Analytics <reports@example.com>" }\n';
  const weekly = 'name: weekly, account: acme, recipients: [ana@acme.example]';

  it('says how reports are mailed, without a password', () => {
    const config = parseConfig(`${mail}subscriptions: [{ ${weekly} }]\n`, 'site.yaml');
    expect(config.mail).toMatchObject({
      from: { name: 'License Analytics', address: 'reports@example.com' },
      tls: 'required',
      graceHours: 24,
    });
    expect(config.subscriptions).toMatchObject([
      { name: 'weekly', outlets: ['html'], schedule: '0 7 * * 1', range: 'lastWeek', showUsers: false },
    ]);
    expect(deliverySettings(config, 'geheim').mail?.smtp).toEqual({
      host: 'mail.example.com',
      port: 587,
      secure: false,
      tls: 'required',
      user: 'reporter',
      password: 'geheim',
    });
  });

  it.each([
    [
      'a password in the address',
      'mail: { smtp: "smtp://a:b@mail.example.com", from: a@b.example }\n',
      /LICENSE_ANALYTICS_SMTP_PASSWORD/,
    ],
    [
      'a login without TLS',
      'mail: { smtp: "smtp://a@mail.example.com", from: a@b.example, tls: none }\n',
      /mail\.tls: expected `tls: required` where a user logs in/,
    ],
    [
      'a sender of two lines',
      'mail: { smtp: "smtp://mail.example.com", from: "x\\r\\nBcc: e@evil.example <a@b.example>" }\n',
      /mail\.from: expected an address/,
    ],
    [
      'no mail server',
      `subscriptions: [{ ${weekly} }]\n`,
      /subscriptions\[0\]: expected `mail` to say how mails are sent/,
    ],
    [
      'two of one name',
      `${mail}subscriptions: [{ ${weekly} }, { ${weekly} }]\n`,
      /subscriptions\[1\]\.name: expected a name of its own, found "weekly"/,
    ],
    [
      'a link that leads nowhere',
      `${mail}subscriptions: [{ ${weekly}, outlets: [link] }]\n`,
      /expected `links\.baseUrl`/,
    ],
    [
      'a link to more time than a link shows',
      `${mail}links: { baseUrl: "https://licenses.example.com" }\nsubscriptions: [{ ${weekly}, outlets: [link], range: { from: now-3y, to: now } }]\n`,
      /subscriptions\[0\]\.range: expected at most 400 days where a link is mailed/,
    ],
    [
      'a link to a time that cannot be read',
      `${mail}links: { baseUrl: "https://licenses.example.com" }\nsubscriptions: [{ ${weekly}, outlets: [link], range: { from: soon, to: now } }]\n`,
      /subscriptions\[0\]\.range: expected from and to as ISO times or relative/,
    ],
    [
      'a schedule that never comes due',
      `${mail}subscriptions: [{ ${weekly}, schedule: "0 0 31 2 *" }]\n`,
      /five cron fields/,
    ],
    [
      'two addresses in one',
      `${mail}subscriptions: [{ name: x, account: acme, recipients: ["a@b.example, c@d.example"] }]\n`,
      /expected one mail address/,
    ],
  ])('no subscription with %s', (_, text, expected) => {
    expect(problemsOf(text).join(' | ')).toMatch(expected);
  });

  it('has a published JSON Schema that is current (npm run --silent cli -- config schema > license-analytics.schema.json)', () => {
    const published: unknown = JSON.parse(readFileSync(resolve('license-analytics.schema.json'), 'utf8'));
    expect(published).toEqual(configJsonSchema());
  });
});

describe('files beside the configuration', () => {
  const folder = mkdtempSync(join(tmpdir(), 'la-config-'));
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  it('are found relative to it', () => {
    writeFileSync(join(folder, 'site.yaml'), 'data: store\nentitlements: [a.csv, {file: /b.csv}]\n');
    const { config } = loadConfig(join(folder, 'site.yaml'));
    expect(config.data).toBe(join(folder, 'store'));
    expect(config.entitlements.map((entry) => entry.file)).toEqual([join(folder, 'a.csv'), '/b.csv']);
  });

  it('a secret comes from the variable or from the file it names', () => {
    writeFileSync(join(folder, 'token'), 'from-file\n');
    writeFileSync(join(folder, 'empty'), '\n');
    expect(secret('T', { T: 'direct', T_FILE: '/nowhere' })).toBe('direct');
    expect(secret('T', { T_FILE: join(folder, 'token') })).toBe('from-file');
    expect(secret('T', {})).toBeUndefined();
    expect(() => secret('T', { T_FILE: join(folder, 'empty') })).toThrow(
      /expected the secret in .* found an empty file/,
    );
  });

  it('a file that is not there is named', () => {
    expect(() => loadConfig(join(folder, 'gone.yaml'))).toThrow(/gone\.yaml: expected a readable configuration file/);
  });
});
