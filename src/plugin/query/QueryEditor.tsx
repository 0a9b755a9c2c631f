export function QueryEditor() {
  return null;
}
