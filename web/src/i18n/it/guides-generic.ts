import type { Guide } from "../guide";
import { SIGNING_EXAMPLE } from "../guide-code";

export const guide: Guide = {
  minutes: 20,
  needs: ["Un esempio di quello che il negozio invia, in JSON", "Qualcuno che nel negozio possa mettere indirizzo e segreto, e sappia come firma"],
  access: {
    steps: [
      { text: "Qui sotto si incolla un contenuto d’esempio e nella mappatura si dice che cosa significa. Che cosa diventa appare subito." },
      { text: "In «signature» si scrive l’intestazione in cui il negozio mette la firma, se è hex o base64, e che cosa le sta davanti, per esempio sha256=." },
    ],
  },
  fields: {
    secret: { label: "Segreto", hint: "Solo se il negozio ne ha uno che non si può cambiare. Se resta vuoto se ne crea uno, che si vede al passo seguente." },
  },
  webhooks: {
    steps: [
      { text: "Nel negozio si mette questo come indirizzo a cui inviare.", values: ["webhook_url"] },
      { text: "E questo come segreto con cui firmare. La firma è l’HMAC-SHA256 del contenuto così come è inviato, byte per byte.", values: ["secret"] },
      { text: "Con questo comando si controlla a mano la firma di un contenuto.", code: SIGNING_EXAMPLE },
      { text: "Se il negozio dice l’argomento in un’intestazione, va in x-topic; le regole lo chiedono con {\"topic\": \"…\"}." },
    ],
    note: "Quello di cui nessuna regola parla, e quello che una regola non riesce a leggere, resta da parte con il motivo: è l’esempio migliore per la regola seguente.",
  },
  ownKey: { label: "Segreto scelto dal negozio", hint: "Solo se il negozio non ne lascia mettere uno." },
};
