import type { Guide } from "../guide";

export const guide: Guide = {
  minutes: 10,
  needs: ["L’accesso a WordPress come amministratore o gestore del negozio", "Permalink che non siano «Semplice» (Impostazioni → Permalink): altrimenti l’API non risponde"],
  access: {
    steps: [
      { text: "Nella bacheca di WordPress si aprono le chiavi della REST API.", where: ["WooCommerce", "Impostazioni", "Avanzate", "REST API"], whereEnglish: ["WooCommerce", "Settings", "Advanced", "REST API"] },
      { text: "«Aggiungi chiave». Descrizione: Ritorno. Utente: un amministratore o gestore del negozio. Permessi: Lettura." },
      { text: "«Genera chiave API». WooCommerce mostra le due chiavi una volta sola: si copiano nei campi di questa pagina." },
    ],
    note: "Alcuni hosting tolgono l’intestazione con cui Ritorno si presenta. Se la prova dice che le credenziali sono rifiutate anche se sono giuste, si chiede all’hosting di lasciar passare l’intestazione «Authorization».",
  },
  fields: {
    base_url: { label: "Indirizzo sito (URL)", hint: "Come in WordPress in Impostazioni → Generali. Con https, e con la cartella se WordPress è in una.", placeholder: "https://negozio.example" },
    consumer_key: { label: "Consumer key", hint: "Comincia con ck_. Si vede una volta sola, dopo «Genera chiave API»." },
    consumer_secret: { label: "Consumer secret", hint: "Comincia con cs_. Si vede una volta sola, dopo «Genera chiave API»." },
  },
  webhooks: {
    steps: [
      { text: "Nella bacheca di WordPress si aprono i webhook.", where: ["WooCommerce", "Impostazioni", "Avanzate", "Webhook"], whereEnglish: ["WooCommerce", "Settings", "Advanced", "Webhooks"] },
      { text: "«Aggiungi webhook» una volta per ognuno di questi argomenti. Stato: Attivo. Versione API: WP REST API Integration v3.", list: ["Ordine creato", "Ordine aggiornato", "Ordine eliminato", "Cliente creato", "Cliente aggiornato", "Cliente eliminato", "Prodotto creato", "Prodotto aggiornato", "Prodotto eliminato"] },
      { text: "In ognuno l’indirizzo va in «URL di consegna» e il segreto in «Segreto»; poi «Salva webhook».", values: ["webhook_url", "secret"] },
    ],
    note: "WooCommerce spegne un webhook dopo cinque errori di fila. Ritorno risponde subito e non rifiuta niente per quello che dice, così non succede; e il confronto ritrova quello che si è perso.",
  },
  cartLink: { label: "Indirizzo che riempie il carrello", hint: "Per i carrelli senza un link proprio. WooCommerce dalla versione 10 riempie un carrello da qui; {products} sta per ciò che conteneva, {coupon} per il suo buono.", placeholder: "https://negozio.example/checkout-link/?products={products}&coupon={coupon}" },
  coupons: "I buoni chiedono una chiave con il permesso Lettura/Scrittura.",
  tags: "Stanno nei metadati del cliente come ritorno_tags, dove i plugin le trovano. La chiave ha bisogno del permesso Lettura/Scrittura.",
};
