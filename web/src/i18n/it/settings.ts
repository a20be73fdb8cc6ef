import type { settings as en } from "../en/settings";

export const settings: typeof en = {
  title: "Impostazioni",
  sections: "Parti delle impostazioni",
  status: {
    title: "Come sta il server",
    lead: "La domanda si ripete ogni pochi secondi.",
    asking: "Chiedo al server…",
    ready: "Pronto: gli eventi sono accettati e applicati",
    hold: "In pausa: gli eventi sono applicati, i messaggi aspettano che una persona li sblocchi",
    not_ready: "Non ancora pronto",
    unreachable: "Il server non risponde",
    lag: "Evento più vecchio non ancora applicato",
    none: "Nessuno",
    timers: "Timer in ritardo",
    outbox: "Messaggi in partenza",
    version: "Versione",
    position: "Eventi applicati",
    links: "Per i programmi",
    ready_link: "Stato, in JSON",
    metrics_link: "Metriche, per Prometheus",
    api_link: "Descrizione dell’API, OpenAPI",
  },
};
