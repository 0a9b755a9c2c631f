/** Where `npm start` and `license-analytics serve` listen; the backend takes an empty address as this one. */
export const defaultAddress = 'http://127.0.0.1:8686';

/** Why an address cannot be one of a server; undefined when it can, or is empty. */
export function addressProblem(address: string): string | undefined {
  if (address.trim() === '') return undefined;
  if (!/^https?:\/\//i.test(address)) return `Begin with http:// or https://, as in ${defaultAddress}.`;
  if (!URL.canParse(address)) return `This is not an address; expected something like ${defaultAddress}.`;
  return undefined;
}
