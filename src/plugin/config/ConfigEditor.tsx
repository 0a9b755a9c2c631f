export function ConfigEditor() {
  return null;
}
