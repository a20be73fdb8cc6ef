import type { Guide } from "../guide";
import { SHOPIFY_APP } from "../guide-code";

export const guide: Guide = {
  minutes: 15,
  needs: ["L’accesso al pannello di controllo Shopify come proprietario, o con il permesso di sviluppare app", "Un piano Shopify che lasci vedere nomi e indirizzi a un’app propria: con Starter e Basic le app create nel pannello non possono", "Due finestre affiancate: questa e quella di Shopify"],
  access: {
    steps: [
      { text: "Nel pannello di controllo Shopify si apre la pagina delle app fatte solo per questo negozio.", where: ["Impostazioni", "App e canali di vendita", "Sviluppa app"], whereEnglish: ["Settings", "Apps and sales channels", "Develop apps"] },
      { text: "Si apre l’app che legge per Ritorno, o se ne crea una con «Crea un’app». Dove Shopify non lo offre più, rimanda alla Dev Dashboard: vedi la nota qui sotto." },
      {
        text: "Si sceglie «Configura gli ambiti dell’API Admin» e si spuntano questi; basta la lettura.",
        where: ["Configurazione", "Integrazione dell’API Admin"],
        whereEnglish: ["Configuration", "Admin API integration"],
        list: ["read_customers", "read_products", "read_inventory", "read_locations", "read_orders", "read_all_orders", "read_checkouts"],
      },
      { text: "Si sceglie «Installa app». Poi si rivela il token in «Token di accesso dell’API Admin»: Shopify lo mostra una volta sola.", where: ["Credenziali API"], whereEnglish: ["API credentials"] },
      { text: "Nella stessa pagina si copia la «Chiave segreta API» nel campo di questa pagina." },
    ],
    note: "Senza read_all_orders Shopify dà solo gli ordini degli ultimi 60 giorni. Dal 2026 le app nuove nascono nella Dev Dashboard, e i loro token durano 24 ore: bastano per leggere il passato, ma per confrontare giorno dopo giorno serve il token di un’app creata qui. Anche senza, i webhook funzionano: basta spuntare «Senza API».",
  },
  fields: {
    base_url: { label: "Indirizzo del negozio", hint: "Quello di Shopify, non quello che vedono i clienti. Si trova in Impostazioni → Domini.", placeholder: "https://mio-negozio.myshopify.com" },
    access_token: { label: "Token di accesso dell’API Admin", hint: "Sviluppa app → la tua app → Credenziali API → Token di accesso dell’API Admin. Comincia con shpat_." },
    secret: { label: "Chiave segreta API", hint: "Sviluppa app → la tua app → Credenziali API → Chiave segreta API. Con questa Shopify firma quello che dice all’app stessa." },
  },
  webhooks: {
    steps: [
      { text: "Nel pannello di controllo Shopify si aprono i webhook.", where: ["Impostazioni", "Notifiche", "Webhook"], whereEnglish: ["Settings", "Notifications", "Webhooks"] },
      {
        text: "«Crea webhook» una volta per ognuno di questi eventi. Formato: JSON. Versione API: la più nuova che non sia una release candidate. URL: l’indirizzo qui sotto, sempre lo stesso.",
        values: ["webhook_url"],
        list: ["Creazione carrello", "Aggiornamento carrello", "Creazione check-out", "Aggiornamento check-out", "Creazione ordine", "Aggiornamento ordine", "Annullamento ordine", "Creazione rimborso", "Creazione evasione", "Creazione cliente", "Aggiornamento cliente", "Aggiornamento prodotto", "Aggiornamento livello di scorte"],
      },
      { text: "Sotto l’elenco Shopify dice «I tuoi webhook saranno firmati con» e una chiave lunga. Quella chiave va messa qui sotto: è diversa dalla chiave segreta API, e valgono tutte e due." },
      { text: "Facoltativo: un’app della Dev Dashboard viene anche a sapere quando è disinstallata, e quando un cliente chiede a Shopify i suoi dati o la cancellazione. Questo va nel suo shopify.app.toml, con l’indirizzo di sopra; poi «shopify app deploy». La firma è quella della chiave segreta API di quell’app: anche questa va messa qui sotto.", code: SHOPIFY_APP },
    ],
    note: "«Invia notifica di prova» accanto a un webhook manda un esempio: qui si vede entro pochi secondi.",
  },
  ownKey: { label: "I tuoi webhook saranno firmati con", hint: "La chiave sotto l’elenco dei webhook in Impostazioni → Notifiche → Webhook. Vale accanto alla chiave segreta API.", isAdded: true },
};
