/** What the server says, as a sentence: its words begin small and end without a full stop. */
export function sentence(text: string): string {
  if (!text) return "";
  const first = text.charAt(0).toLocaleUpperCase() + text.slice(1);
  return /[.!?…]$/.test(first) ? first : `${first}.`;
}
