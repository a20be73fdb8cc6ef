/** An address out of an event may be anything that somebody sent: only the web's are made links. */
export function isWeb(address: string | null | undefined): address is string {
  return typeof address === "string" && /^https?:\/\//i.test(address);
}
