import { t } from '@grafana/i18n';

/** Where `npm start` and `license-analytics serve` listen; the backend takes an empty address as this one. */
export const defaultAddress = 'http://127.0.0.1:8686';

/** Slashes are to stay slashes: React escapes by itself. */
const example = { example: defaultAddress, interpolation: { escapeValue: false } };

/** Why an address cannot be one of a server; undefined when it can, or is empty. */
export function addressProblem(address: string): string | undefined {
  if (address.trim() === '') return undefined;
  if (!/^https?:\/\//i.test(address))
    return t('config.address.scheme', 'Begin with http:// or https://, as in {{example}}.', example);
  if (!URL.canParse(address))
    return t('config.address.invalid', 'This is not an address; expected something like {{example}}.', example);
  return undefined;
}
