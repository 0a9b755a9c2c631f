import { createCatalogue } from '../../src/denials/catalogue.ts';

/** Texts that are meant for the vendor's own people: no customer may read them. */
export function vendorTexts(): readonly string[] {
  const catalogue = createCatalogue([]);
  return [...catalogue.families(), ...catalogue.reasons()]
    .flatMap(({ insight, opportunity }) => [insight, opportunity])
    .filter((text) => text.length > 20);
}
