import { between, chance, itemOf, pick } from './random.ts';
import type { Random } from './random.ts';

/**
 * Invented company names ("Norrvik Aerodyn"). No name's first word is part of another name, so that a search, a filter or a
 * leak test can never confuse two accounts; the words are no words of a language.
 */
export function accountNames(random: Random, count: number): string[] {
  const names: string[] = [];
  const firsts: string[] = [];
  let taken = '';
  while (names.length < count) {
    const first = inventedWord(random);
    const lower = first.toLowerCase();
    if (taken.includes(lower) || firsts.some((other) => lower.includes(other))) continue;
    const name = `${first} ${pick(random, trades)}`;
    names.push(name);
    firsts.push(lower);
    taken += `|${name.toLowerCase()}`;
  }
  return names;
}

function inventedWord(random: Random): string {
  const word = pick(random, heads) + pick(random, middles) + pick(random, tails);
  return word.charAt(0).toUpperCase() + word.slice(1);
}

const heads = [
  'norr',
  'quell',
  'vant',
  'brax',
  'tjel',
  'kov',
  'zeph',
  'drum',
  'fjor',
  'glav',
  'hask',
  'jorv',
  'lumb',
  'mirk',
  'ostr',
  'prav',
  'skol',
  'trev',
  'ulm',
  'wesk',
  'yarv',
  'brunt',
  'chel',
  'dorn',
  'elv',
  'frisk',
];
const middles = [
  'vi',
  'ma',
  'qua',
  'ro',
  'ske',
  'tu',
  'lo',
  'dri',
  'za',
  'ne',
  'bo',
  'hu',
  'pel',
  'ster',
  'win',
  'jan',
];
const tails = [
  'kvar',
  'lex',
  'mond',
  'rix',
  'tov',
  'vik',
  'zan',
  'bryn',
  'dahl',
  'fex',
  'gast',
  'hult',
  'jek',
  'kemp',
  'nurm',
];
const trades = [
  'Aerodyn',
  'Optik',
  'Maschinen',
  'Turbinen',
  'Mobility',
  'Robotics',
  'Energi',
  'Werke',
  'Photonics',
  'Medtech',
];

/** The first word in lower case: what hosts and servers of an account are called after. */
export function slugOf(account: string): string {
  return account.split(' ')[0]?.toLowerCase() ?? account;
}

const given = [
  'mara',
  'jonas',
  'ines',
  'tomas',
  'aiko',
  'pavel',
  'lucia',
  'henrik',
  'noor',
  'felix',
  'greta',
  'ravi',
  'Chloe',
];
const family = [
  'lindholm',
  'okafor',
  'petrov',
  'tanaka',
  'moreau',
  'castillo',
  'haas',
  'novak',
  'silva',
  'meyer',
  'kaya',
  'byrne',
];

/** A user name in one of the shapes that real logs show: dots, dashes, spaces, capitals, numbers, letters beyond ASCII. */
export function userName(random: Random, number: number): string {
  const first = pick(random, given);
  const last = pick(random, family);
  switch (between(random, 0, 9)) {
    case 0:
      return `${first}.${last}${number}`;
    case 1:
      return `${first.charAt(0).toUpperCase()}${first.slice(1)} ${last.toUpperCase()} ${number}`;
    case 2:
      return `${first}-${last}-${number}`;
    case 3:
      return `USER${number}`;
    case 4:
      return chance(random, 0.5) ? `jörg.${last}${number}` : `${last}_${number}`;
    default:
      return `${first.charAt(0)}${last}${number}`;
  }
}

const hostShapes = [
  (site: string, n: number): string => `${site}-ws${String(n).padStart(4, '0')}`,
  (site: string, n: number): string => `${site}-pc-${n}.intern.example`,
  (site: string, n: number): string => `${site}-NB${n}`,
] as const;

/** A host name that begins with its site, so that mapping rules by host pattern can tell accounts apart. */
export function hostName(random: Random, site: string, number: number): string {
  return itemOf(hostShapes, between(random, 0, 2))(site, number);
}

/** Letters and digits without look-alikes, for instance and device ids. */
export function identifier(random: Random, length: number): string {
  let text = '';
  for (let i = 0; i < length; i++) text += '23456789ABCDEFGHJKMNPQRSTUVWXYZ'.charAt(between(random, 0, 30));
  return text;
}
