import type { Guide } from "../guide";

export const guide: Guide = {
  minutes: 10,
  needs: ["L’accesso al back office di PrestaShop come amministratore", "Fuso orario e valuta del negozio: PrestaShop non li dice con i suoi dati"],
  access: {
    steps: [
      { text: "Nel back office si apre il webservice.", where: ["Parametri avanzati", "Webservice"], whereEnglish: ["Advanced Parameters", "Webservice"] },
      { text: "In «Configurazione» si mette su Sì «Abilita il webservice di PrestaShop», poi «Salva». Dove PHP gira come CGI, va attivata anche la modalità CGI." },
      { text: "«Aggiungi nuova chiave webservice», poi «Genera». Descrizione: Ritorno. Stato: attivo." },
      { text: "In «Permessi» si spunta «Visualizza (GET)» per queste risorse e nient’altro, poi «Salva».", list: ["carts", "customers", "orders", "products", "stock_availables"] },
      { text: "Fuso orario e valuta del negozio vanno messi in questa pagina, in «Fuso orario, valuta, secondo negozio».", where: ["Internazionale", "Localizzazione"], whereEnglish: ["International", "Localization"] },
    ],
  },
  fields: {
    base_url: { label: "Indirizzo del negozio", hint: "Come lo vedono i clienti. Parametri negozio → Traffico & SEO → Imposta URL del negozio.", placeholder: "https://negozio.example" },
    key: { label: "Chiave", hint: "Parametri avanzati → Webservice → la tua chiave. 32 lettere e cifre." },
  },
  webhooks: {
    steps: [
      { text: "PrestaShop non ha webhook propri. Senza, Ritorno chiede al webservice che cosa è cambiato, tanto spesso quanto si imposta: non c’è altro da fare e si può andare avanti." },
      { text: "Un modulo che scrive a Ritorno usa questo indirizzo e firma ogni contenuto con il segreto: intestazione x-ritorno-signature, l’HMAC-SHA256 esadecimale del contenuto; l’argomento va in x-ritorno-topic.", values: ["webhook_url", "secret"] },
    ],
    note: "Il webservice dice le righe di un carrello senza prezzi e senza il link che lo riporta: per i carrelli abbandonati serve un modulo, o il nostro script nelle pagine del negozio.",
  },
  coupons: "I buoni chiedono alla chiave questi permessi: cart_rules (GET, POST), currencies e languages (GET).",
};
