import type { Guide } from "../guide";
import { MEDUSA_SUBSCRIBER } from "../guide-files";

export const guide: Guide = {
  minutes: 15,
  needs: ["L’accesso all’Admin di Medusa", "L’accesso al codice del server Medusa, per il nostro subscriber", "Medusa versione 2"],
  access: {
    steps: [
      { text: "Nell’Admin di Medusa si aprono le chiavi segrete.", where: ["Impostazioni", "Sviluppatore", "Chiavi API segrete"], whereEnglish: ["Settings", "Developer", "Secret API Keys"] },
      { text: "«Crea». Titolo: Ritorno. Medusa mostra la chiave una volta sola: si copia nel campo di questa pagina." },
    ],
  },
  fields: {
    base_url: { label: "Indirizzo del server Medusa", hint: "Il backend, dove risponde /admin, non la vetrina.", placeholder: "https://api.negozio.example" },
    secret_key: { label: "Chiave API segreta", hint: "Comincia con sk_. Si vede una volta sola, quando nasce." },
  },
  webhooks: {
    steps: [
      { text: "Nel server Medusa, nella cartella src/subscribers, si mette il nostro subscriber: un solo file. Racconta ogni cambiamento di un carrello, di un ordine, di un cliente e di un prodotto.", file: MEDUSA_SUBSCRIBER },
      { text: "Nel file .env del server RITORNO_URL diventa questo indirizzo e RITORNO_SECRET questo segreto.", values: ["webhook_url", "secret"] },
      { text: "Si riavvia il server Medusa. Basta mettere qualcosa in un carrello: qui si vede entro pochi secondi." },
    ],
    note: "Può inviare anche codice proprio: intestazione x-medusa-topic con l’argomento, e x-medusa-signature con l’HMAC-SHA256 esadecimale del contenuto. Gli eventi di Medusa dicono solo gli id: va inviato l’oggetto intero.",
  },
  cartLink: { label: "Indirizzo del carrello nella vetrina", hint: "{cart} sta per l’id del nuovo carrello. La pagina della vetrina deve tenerlo come proprio carrello, come fa lo starter con il cookie _medusa_cart_id.", placeholder: "https://negozio.example/carrello?cart_id={cart}" },
  cartKeys: {
    publishable_key: { label: "Chiave API pubblicabile", hint: "Impostazioni → Sviluppatore → Chiavi API pubblicabili. Comincia con pk_ e appartiene al canale di vendita della vetrina." },
    region_id: { label: "Regione", hint: "Impostazioni → Regioni: l’id comincia con reg_. Vuoto: la regione predefinita del negozio." },
  },
  coupons: "I buoni non chiedono altro che la chiave segreta. Un minimo dell’ordine non è possibile.",
  tags: "Stanno nei metadati del cliente come ritorno_tags. Basta la chiave segreta.",
};
