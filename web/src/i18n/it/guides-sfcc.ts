import type { Guide } from "../guide";
import { OCAPI_DATA, OCAPI_SHOP } from "../guide-code";

export const guide: Guide = {
  minutes: 25,
  needs: ["Account Manager: il permesso di creare API client", "Business Manager: amministratore dell’istanza", "L’ID del sito, per esempio RefArch"],
  access: {
    steps: [
      { text: "In Account Manager si sceglie «Add API Client». Nome: Ritorno. La password che gli si dà è il client secret; si aggiunge la propria organizzazione.", where: ["Account Manager", "API Client", "Add API Client"] },
      { text: "«Token Endpoint Auth Method» su client_secret_basic e «Access Token Format» su JWT. Senza il ruolo «Salesforce Commerce API»: OCAPI vuole un client tutto suo." },
      { text: "In Business Manager si aprono le impostazioni di OCAPI.", where: ["Amministrazione", "Sviluppo del sito", "Impostazioni Open Commerce API"], whereEnglish: ["Administration", "Site Development", "Open Commerce API Settings"] },
      { text: "Tipo «Data», contesto «Global»: si mette questo, con il proprio client ID, poi «Save».", code: OCAPI_DATA },
      { text: "Tipo «Shop», contesto: il proprio sito. Si mette questo, con il proprio client ID, poi «Save».", code: OCAPI_SHOP },
    ],
    note: "Le impostazioni già presenti restano: il nuovo client si aggiunge all’elenco «clients» invece di scriverci sopra.",
  },
  fields: {
    base_url: { label: "Host dell’istanza", hint: "L’inizio dell’indirizzo di Business Manager.", placeholder: "https://production-eu01-brand.demandware.net" },
    client_id: { label: "API client ID", hint: "Account Manager → API Client → la riga del client." },
    client_secret: { label: "Password dell’API client", hint: "Come impostata in Account Manager. Lì non si vede più." },
    site_id: { label: "ID del sito", hint: "Administration → Sites → Manage Sites, colonna «ID»." },
    customer_list: { label: "Customer list (facoltativa)", hint: "Merchant Tools → Customers → Customer Lists. Vuoto: quella con il nome del sito." },
    inventory_list: { label: "Inventory list (facoltativa)", hint: "Merchant Tools → Products and Catalogs → Inventory. Vuoto: inventory." },
    auth_url: { label: "Account Manager (facoltativo)", hint: "Dove dà i token. Vuoto: https://account.demandware.com/dwsso/oauth2/access_token." },
  },
  webhooks: {
    steps: [
      { text: "Commerce Cloud non ha webhook propri. Senza, Ritorno chiede a OCAPI che cosa è cambiato, tanto spesso quanto si imposta: non c’è altro da fare e si può andare avanti. OCAPI non elenca i carrelli." },
      { text: "Una cartridge o un job che invia carrelli e ordini a Ritorno usa questo indirizzo e firma ogni contenuto con il segreto: intestazione x-ritorno-signature, l’HMAC-SHA256 esadecimale del contenuto; l’argomento, per esempio basket.updated, va in x-ritorno-topic.", values: ["webhook_url", "secret"] },
    ],
    note: "I carrelli arrivano anche senza cartridge: con il nostro script nelle pagine del negozio.",
  },
};
