import type { Guide } from "../guide";
import { SHOPIFY_APP } from "../guide-code";

export const guide: Guide = {
  minutes: 15,
  needs: ["L’accesso a Shopify come proprietario, o con il permesso di sviluppare app", "Un piano Shopify che lasci vedere nomi e indirizzi a un’app propria: con Starter e Basic non può", "Due finestre affiancate: questa e quella di Shopify"],
  access: {
    steps: [
      { text: "Si apre dev.shopify.com con l’account del negozio: è la Dev Dashboard, dove nascono le app nuove. È in inglese.", where: ["Dev Dashboard", "App", "Crea app"], whereEnglish: ["Dev Dashboard", "Apps", "Create app"] },
      { text: "Si sceglie «Start from Dev Dashboard», si dà un nome all’app, per esempio Ritorno, e si preme «Create»." },
      {
        text: "Nella versione dell’app si scrivono questi ambiti in «Scopes»; basta la lettura. Poi si preme «Release».",
        where: ["Versioni", "Accesso", "Ambiti"],
        whereEnglish: ["Versions", "Access", "Scopes"],
        list: ["read_customers", "read_products", "read_inventory", "read_locations", "read_orders", "read_all_orders", "read_checkouts"],
      },
      { text: "Si installa l’app nel negozio.", where: ["Home", "Installa app"], whereEnglish: ["Home", "Install app"] },
      { text: "Si copiano «Client ID» e «Secret».", where: ["Impostazioni", "Credenziali"], whereEnglish: ["Settings", "Credentials"] },
    ],
    note: "App e negozio devono appartenere alla stessa organizzazione: solo così Shopify fa entrare un’app con il suo ID e il suo segreto. Senza read_all_orders dà solo gli ordini degli ultimi 60 giorni. Un’app creata nel pannello del negozio prima del 2026 ha un token che resta (shpat_…): va messo qui sotto al posto del Client ID, con la sua «Chiave segreta API» come segreto.",
  },
  fields: {
    base_url: { label: "Indirizzo del negozio", hint: "Quello di Shopify, non quello che vedono i clienti. Si trova in Impostazioni → Domini.", placeholder: "https://mio-negozio.myshopify.com" },
    client_id: { label: "Client ID", hint: "Dev Dashboard → la tua app → Settings → Client ID." },
    client_secret: { label: "Client secret", hint: "Dev Dashboard → la tua app → Settings → Secret. Nelle app più vecchie si chiama «Chiave segreta API». Con questo l’app firma i suoi webhook." },
    access_token: { label: "Token di accesso dell’API Admin (solo app vecchie)", hint: "Solo per un’app creata nel pannello del negozio prima del 2026. Comincia con shpat_. Altrimenti resta vuoto." },
    secret: { label: "Client secret", hint: "Dev Dashboard → la tua app → Settings → Secret. Oppure, senza app, la chiave sotto l’elenco dei webhook in Impostazioni → Notifiche → Webhook." },
  },
  webhooks: {
    steps: [
      { text: "Nel pannello di controllo Shopify si aprono i webhook.", where: ["Impostazioni", "Notifiche", "Webhook"], whereEnglish: ["Settings", "Notifications", "Webhooks"] },
      {
        text: "«Crea webhook» una volta per ognuno di questi eventi. Formato: JSON. Versione API: la più nuova che non sia una release candidate. URL: l’indirizzo qui sotto, sempre lo stesso.",
        values: ["webhook_url"],
        list: ["Creazione carrello", "Aggiornamento carrello", "Creazione check-out", "Aggiornamento check-out", "Creazione ordine", "Aggiornamento ordine", "Annullamento ordine", "Creazione rimborso", "Creazione evasione", "Creazione cliente", "Aggiornamento cliente", "Aggiornamento prodotto", "Aggiornamento livello di scorte"],
      },
      { text: "Sotto l’elenco Shopify dice «I tuoi webhook saranno firmati con» e una chiave lunga. Quella chiave va messa qui sotto: è diversa dal segreto dell’app, e valgono tutte e due." },
      { text: "Facoltativo: l’app viene anche a sapere quando è disinstallata, e quando un cliente chiede a Shopify i suoi dati o la cancellazione. Questo va nel suo shopify.app.toml, con l’indirizzo di sopra; poi «shopify app deploy». La firma è quella del segreto dell’app, che è già noto.", code: SHOPIFY_APP },
    ],
    note: "«Invia notifica di prova» accanto a un webhook manda un esempio: qui si vede entro pochi secondi.",
  },
  ownKey: { label: "I tuoi webhook saranno firmati con", hint: "La chiave sotto l’elenco dei webhook in Impostazioni → Notifiche → Webhook. Vale accanto al segreto dell’app.", credential: "webhook_key" },
  cartLink: { label: "Indirizzo che riempie il carrello", hint: "Per i carrelli di cui non è noto un checkout: il permalink del carrello di Shopify. {products} sta per ciò che conteneva, {coupon} per il suo codice sconto.", placeholder: "https://negozio.example/cart/{products}?discount={coupon}" },
  coupons: "I buoni chiedono lo scope write_discounts nell’app.",
  tags: "Diventano tag del cliente in Shopify. L’app ha bisogno dello scope write_customers.",
};
