import type { TrackerGuide } from "../guide";
import { SNOWPLOW_BROWSER, SNOWPLOW_CALL, SNOWPLOW_NODE } from "../guide-code";

export const guide: TrackerGuide = {
  minutes: 10,
  needs: ["Un negozio le cui pagine o il cui server hanno un tracker Snowplow, o qualcuno che possa metterlo", "Per carrelli e ordini: il plug-in e-commerce del tracker, o i suoi eventi più vecchi di carrello e transazione"],
  part: {
    steps: [
      { text: "Il tracker riceve questo indirizzo come collector, e la chiave come app id. È tutto.", values: ["endpoint", "key"] },
      { text: "Nelle pagine del negozio si presenta così. Il plug-in e-commerce racconta prodotti, carrelli e ordini.", code: SNOWPLOW_BROWSER },
      { text: "Su un server si presenta così.", code: SNOWPLOW_NODE },
      { text: "Se l’app id serve per sé, la chiave sta invece nel percorso: l’indirizzo del collector è allora questo. I tracker che non accettano un percorso hanno un’opzione apposita, come postPath.", values: ["path"] },
      { text: "Quello per cui Snowplow non ha parole, come il consenso, il carrello intero o un agente, si dice con un nostro schema. Non serve alcun registro.", code: SNOWPLOW_CALL },
    ],
    note: "Un cliente si riconosce da setUserId, un visitatore dall’id del tracker. I page ping e i dati del browser non si conservano; quello che non si può leggere aspetta in quarantena come il tracker l’ha inviato. Un tracker può inviare a più collector insieme: quello che c’è già continua come prima.",
  },
};
