import { createCatalogue } from '../../denials/catalogue.ts';
import { licenseSystems } from '../../denials/reason.ts';
import { fileContext } from '../pipeline.ts';
import { formats } from './registry.ts';

/** The reason of a code in a line of this format. */
function reasonIn(format: (typeof formats)[number], code: string, formatOptions?: Readonly<Record<string, unknown>>) {
  const options = { timezone: 'UTC', ...(formatOptions && { formatOptions }) };
  const { system } = fileContext('x.log', format, options);
  return createCatalogue().reasonOf({ system, code, text: 'refused' });
}

test.each(formats.map((format) => [format.name, format] as const))(
  "%s says whose denial codes its lines hold: one system's own, or what the options say",
  (_, format) => {
    if (format.name === 'flexnet') {
      expect(format.denialSystem(undefined)).toBe('flexnet');
      expect(reasonIn(format, '-4')).toBe('licensed-number-reached');
      return;
    }
    expect(format.denialSystem(undefined)).toBe('');
    for (const system of licenseSystems) expect(format.denialSystem({ denialSystem: system })).toBe(system);
    expect(() => format.denialSystem({ denialSystem: 'flexlm' })).toThrow(/expected one of flexnet, fne, dm, rlm/);
    // "Wrong host" of RLM is not FlexNet's "all licenses in use".
    expect(reasonIn(format, '-4', { denialSystem: 'rlm' })).toBe(
      createCatalogue().reasonOf({ system: 'rlm', code: '-4', text: '' }),
    );
    expect(reasonIn(format, '-4')).toBe('refused');
    expect(reasonIn(format, '-4', { denialSystem: 'flexnet' })).toBe('licensed-number-reached');
  },
);
