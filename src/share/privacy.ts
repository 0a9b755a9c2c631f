import type { Field, FieldSchema, FieldValue, Frame } from '../engine/frame.ts';
import { withoutServers } from '../engine/source-notices.ts';
import { mapFrames, withNotices } from './notices.ts';
import type { PanelAnswer, Snapshot } from './snapshot.ts';

/** Said in a report whose users are not named. */
export const pseudonymRule =
  'Users, hosts and license servers are not named: each has one number throughout this report, and another one in the next report.';

/** Columns and labels that name a person, a computer that stands for one, or one that the vendor may run. */
const personKeys = ['user', 'host', 'client', 'server'] as const;
type PersonKey = (typeof personKeys)[number];
const isPersonKey = (name: string): name is PersonKey => personKeys.some((key) => key === name);

/**
 * The snapshot with numbers instead of names of users, hosts and clients ("user 1", "host 1", "user 1@host 1"): the same one
 * wherever the same name stands, in labels, names of series and notices too. The column `detail` is left out: it is free
 * text of the license server, and may name anyone.
 */
export function pseudonymised(snapshot: Snapshot): Snapshot {
  const names = new Pseudonyms();
  const told = mapFrames(snapshot, (frame) => framePseudonymised(frame, names));
  // Notices may name someone whose column comes later, so they wait until all names are known.
  const noticed = mapFrames(told, (frame) =>
    withNotices(frame, (notice) => ({ ...notice, text: names.inText(withoutServers(notice.text)) })),
  );
  const marks = noticed.marks.map((some) => ({ ...some, answer: textsPseudonymised(some.answer, names) }));
  const variables = Object.fromEntries(
    Object.entries(snapshot.variables).map(([name, values]) => [
      name,
      isPersonKey(name) ? values.map((value) => names.of(name, value)) : values,
    ]),
  );
  return { ...noticed, marks, variables, rules: [...snapshot.rules, pseudonymRule] };
}

/** Marks are told in sentences, which may name someone whose column stands elsewhere. */
const textsPseudonymised = (answer: PanelAnswer, names: Pseudonyms): PanelAnswer =>
  'frames' in answer
    ? {
        frames: answer.frames.map(({ schema, data }) => ({
          schema,
          data: {
            values: data.values.map((values) =>
              values.map((value) => (typeof value === 'string' ? names.inText(value) : value)),
            ),
          },
        })),
      }
    : answer;

function framePseudonymised(frame: Frame, names: Pseudonyms): Frame {
  const fields = frame.schema.fields
    .map((schema, i): Field => ({ schema, values: frame.data.values[i] ?? [] }))
    .filter(({ schema }) => schema.name !== 'detail')
    .map((field) => fieldPseudonymised(field, names));
  const { name } = frame.schema;
  const ofPerson = fields.some(({ schema }) => Object.keys(schema.labels ?? {}).some(isPersonKey));
  return {
    schema: {
      ...frame.schema,
      ...(name !== undefined && ofPerson && { name: names.inText(name) }),
      fields: fields.map(({ schema }) => schema),
    },
    data: { values: fields.map(({ values }) => values) },
  };
}

function fieldPseudonymised({ schema, values }: Field, names: Pseudonyms): Field {
  const { name } = schema;
  if (isPersonKey(name)) {
    const one = (value: FieldValue): FieldValue => (typeof value === 'string' ? names.of(name, value) : value);
    return { schema, values: values.map(one) };
  }
  return { schema: labelsPseudonymised(schema, names), values };
}

function labelsPseudonymised(schema: FieldSchema, names: Pseudonyms): FieldSchema {
  const { labels, config } = schema;
  if (labels === undefined || !Object.keys(labels).some(isPersonKey)) return schema;
  const changed = Object.fromEntries(
    Object.entries(labels).map(([key, value]) => [key, isPersonKey(key) ? names.of(key, value) : value]),
  );
  const { displayName, displayNameFromDS } = config ?? {};
  return {
    ...schema,
    labels: changed,
    config: {
      ...config,
      ...(displayName !== undefined && { displayName: names.inText(displayName) }),
      ...(displayNameFromDS !== undefined && { displayNameFromDS: names.inText(displayNameFromDS) }),
    },
  };
}

/** All names, made ready to be found in texts. */
interface Known {
  /** How many there were. */
  readonly size: number;
  readonly pseudonyms: ReadonlyMap<string, string>;
  /** Of the names, longest first. */
  readonly lengths: readonly number[];
}

/** Which number stands for which name. */
class Pseudonyms {
  readonly #books: Readonly<Record<PersonKey, Map<string, string>>> = {
    user: new Map(),
    host: new Map(),
    client: new Map(),
    server: new Map(),
  };
  /** `user@host`, made of the numbers of both. */
  readonly #pairs = new Map<string, string>();
  #index: Known | undefined;

  of(key: PersonKey, name: string): string {
    if (name === '') return name;
    if (key !== 'client') return this.#numbered(key, name);
    // A client is `user@host`, where the license server does not name a device.
    const at = name.lastIndexOf('@');
    if (at <= 0) return this.#numbered('client', name);
    const pseudonym = `${this.of('user', name.slice(0, at))}@${this.of('host', name.slice(at + 1))}`;
    this.#pairs.set(name, pseudonym);
    return pseudonym;
  }

  /** The text with every known name replaced, longest first, where it stands as a word. Costs the same however many are known. */
  inText(text: string): string {
    const known = this.#known();
    let told = '';
    for (let i = 0; i < text.length;) {
      const name = endsInWord.test(text.slice(Math.max(0, i - 2), i)) ? undefined : nameAt(text, i, known);
      const next = name ?? String.fromCodePoint(text.codePointAt(i) ?? 0);
      told += name === undefined ? next : (known.pseudonyms.get(name) ?? name);
      i += next.length;
    }
    return told;
  }

  #known(): Known {
    const size = this.#pairs.size + personKeys.reduce((sum, key) => sum + this.#books[key].size, 0);
    if (this.#index?.size !== size) {
      const all = [...this.#pairs, ...personKeys.flatMap((key) => [...this.#books[key]])];
      const lengths = [...new Set(all.map(([name]) => name.length))].sort((x, y) => y - x);
      this.#index = { size, pseudonyms: new Map(all), lengths };
    }
    return this.#index;
  }

  #numbered(key: PersonKey, name: string): string {
    const book = this.#books[key];
    const known = book.get(name);
    if (known !== undefined) return known;
    const pseudonym = `${key} ${book.size + 1}`;
    book.set(name, pseudonym);
    return pseudonym;
  }
}

const endsInWord = /[\p{L}\p{N}_]$/u;
const beginsInWord = /^[\p{L}\p{N}_]/u;

/** The longest known name that stands there and ends where a word ends. */
function nameAt(text: string, start: number, { pseudonyms, lengths }: Known): string | undefined {
  for (const length of lengths) {
    const end = start + length;
    if (end > text.length) continue;
    const name = text.slice(start, end);
    if (pseudonyms.has(name) && !beginsInWord.test(text.slice(end, end + 2))) return name;
  }
  return undefined;
}
