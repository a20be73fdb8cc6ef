/** Every sentence of the page, once per language. The keys are the `data-text` marks in index.html. */

export type Language = "it" | "en";

const en = {
  title: "Ritorno is running",
  lead: "It listens to your shop, notices the carts left behind and the customers who drift away, and brings them back.",
  skip: "Skip to the content",
  language: "Language",
  asking: "Asking the server…",
  ready: "Readiness",
  healthReady: "Ready: events are accepted and applied",
  healthHold: "On hold: events are applied, messages wait for a person to release them",
  healthNotReady: "Not ready yet",
  healthUnreachable: "The server does not answer",
  figures: "Right now",
  lag: "Oldest event not yet applied",
  none: "none",
  timers: "Timers overdue",
  outbox: "Messages waiting to leave",
  steps: "First steps",
  step1: "Create a write key",
  step1Text: "The shop signs its events with it. A running server knows a new key within a second.",
  step2: "Send a session",
  step2Text: "Any Segment client works by changing its host alone.",
  step3: "See what would happen",
  step3Text: "The simulator runs the same code over a file of events, in virtual time.",
  readme: "README.md, beside the source, walks through all of it in five minutes.",
  links: "Addresses",
  api: "The API",
  metrics: "Metrics",
  footer: "Open source, on your own server. Your customers’ data stays here.",
  version: "Version",
};

export type TextKey = keyof typeof en;

const it: Record<TextKey, string> = {
  title: "Ritorno è in funzione",
  lead: "Ascolta il tuo negozio, si accorge dei carrelli lasciati a metà e dei clienti che si allontanano, e li riporta da te.",
  skip: "Vai al contenuto",
  language: "Lingua",
  asking: "Chiedo al server…",
  ready: "Stato",
  healthReady: "Pronto: gli eventi sono accettati e applicati",
  healthHold: "In attesa: gli eventi sono applicati, i messaggi aspettano che una persona li sblocchi",
  healthNotReady: "Non ancora pronto",
  healthUnreachable: "Il server non risponde",
  figures: "In questo momento",
  lag: "Evento più vecchio non ancora applicato",
  none: "nessuno",
  timers: "Timer in ritardo",
  outbox: "Messaggi in partenza",
  steps: "Primi passi",
  step1: "Crea una chiave di scrittura",
  step1Text: "Il negozio la usa per firmare i suoi eventi. Il server in funzione la riconosce entro un secondo.",
  step2: "Invia una sessione",
  step2Text: "Funziona ogni client Segment: basta cambiare l’host.",
  step3: "Guarda cosa succederebbe",
  step3Text: "Il simulatore esegue lo stesso codice su un file di eventi, in tempo virtuale.",
  readme: "README.md, accanto al codice, accompagna passo per passo in cinque minuti.",
  links: "Indirizzi",
  api: "L’API",
  metrics: "Metriche",
  footer: "Open source, sul tuo server. I dati dei tuoi clienti restano qui.",
  version: "Versione",
};

const texts: Record<Language, Record<TextKey, string>> = { en, it };

export function text(language: Language, key: TextKey): string {
  return texts[language][key];
}

export function isTextKey(key: string | undefined): key is TextKey {
  return key !== undefined && Object.hasOwn(en, key);
}
