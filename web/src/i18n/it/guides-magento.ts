import type { Guide } from "../guide";

export const guide: Guide = {
  minutes: 15,
  needs: ["L’accesso al pannello di Magento con il permesso di creare integrazioni", "Magento 2.4 o Adobe Commerce"],
  access: {
    steps: [
      { text: "Nel pannello di Magento si aprono le integrazioni.", where: ["Sistema", "Estensioni", "Integrazioni"], whereEnglish: ["System", "Extensions", "Integrations"] },
      { text: "«Aggiungi nuova integrazione» (Add New Integration). Nome: Ritorno. La propria password va in «Current User Identity Verification»." },
      { text: "Nella scheda «API», «Accesso alle risorse» (Resource Access) va su «Personalizzato» (Custom), con queste voci e tutto quello che sta sotto di esse.", list: ["Sales → Operations → Orders", "Carts → Manage carts", "Catalog → Inventory → Products", "Customers → All Customers", "Stores → Inventory → Sources"] },
      { text: "«Salva», poi «Attiva» (Activate) accanto nell’elenco, poi «Consenti» (Allow). Si copia l’«Access Token»." },
      { text: "Da Magento 2.4.4 questi token vanno permessi: «Allow OAuth Access Tokens to be used as standalone Bearer tokens» su «Sì».", where: ["Negozi", "Configurazione", "Servizi", "OAuth", "Impostazioni consumer"], whereEnglish: ["Stores", "Configuration", "Services", "OAuth", "Consumer Settings"] },
    ],
  },
  fields: {
    base_url: { label: "URL di base", hint: "Negozi → Configurazione → Generale → Web → URL di base, senza la lingua in fondo.", placeholder: "https://negozio.example" },
    access_token: { label: "Access Token", hint: "Sistema → Integrazioni → Attiva → Consenti. Si vedono quattro valori: è il terzo." },
  },
  webhooks: {
    steps: [
      { text: "Magento Open Source non ha webhook propri. Senza, Ritorno chiede all’API del negozio che cosa è cambiato, tanto spesso quanto si imposta: non c’è altro da fare e si può andare avanti." },
      { text: "Un modulo o un middleware che scrive a Ritorno usa questo indirizzo e firma ogni contenuto con il segreto: intestazione x-ritorno-signature, l’HMAC-SHA256 esadecimale del contenuto.", values: ["webhook_url", "secret"] },
      { text: "Adobe Commerce con I/O Events: si registra questo indirizzo per gli eventi di ordini, carrelli, clienti e prodotti. Alla domanda di prova di Adobe Ritorno risponde da sé. Poi la chiave pubblica di Adobe (PEM) va messa qui sotto: prende il posto del segreto.", where: ["Adobe Developer Console", "Events", "Event registration", "Webhook"] },
    ],
    note: "Dove non ci sono webhook conviene un tempo breve tra i confronti: al minimo ogni 5 minuti.",
  },
  ownKey: { label: "Chiave pubblica (PEM) di Adobe I/O", hint: "Solo con Adobe I/O Events. Comincia con -----BEGIN PUBLIC KEY-----." },
  coupons: "I buoni chiedono la risorsa Cart Price Rules nell’integrazione.",
};
