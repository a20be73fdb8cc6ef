import type { Guide } from "../guide";
import { VENDURE_CONFIG } from "../guide-code";
import { VENDURE_PLUGIN } from "../guide-files";

export const guide: Guide = {
  minutes: 15,
  needs: ["L’accesso all’Admin di Vendure come super-amministratore", "L’accesso al codice del server Vendure, per il nostro subscriber"],
  access: {
    steps: [
      { text: "Nell’Admin di Vendure si crea un ruolo «Ritorno» con questi permessi.", where: ["Impostazioni", "Ruoli", "Nuovo ruolo"], whereEnglish: ["Settings", "Roles", "New role"], list: ["Read Customer", "Read Catalog (Products, Collections, Facets)", "Read Order", "Read StockLocation"] },
      { text: "Si crea un amministratore con questo ruolo, con un indirizzo e una password lunga tutti suoi. Lo usa solo Ritorno.", where: ["Impostazioni", "Amministratori", "Nuovo amministratore"], whereEnglish: ["Settings", "Administrators", "New administrator"] },
    ],
  },
  fields: {
    base_url: { label: "Indirizzo del server Vendure", hint: "Dove sta /admin-api, senza /admin-api stesso.", placeholder: "https://api.negozio.example" },
    username: { label: "Indirizzo e-mail dell’amministratore", hint: "Impostazioni → Amministratori → quello creato per Ritorno." },
    password: { label: "Password", hint: "Come impostata per quell’amministratore." },
  },
  webhooks: {
    steps: [
      { text: "Nel server Vendure, nella cartella src/plugins, si mette il nostro plug-in: un solo file. Racconta ogni cambiamento di un ordine, di un cliente, di un prodotto e delle giacenze.", file: VENDURE_PLUGIN },
      { text: "Si aggiunge ai plug-in nella configurazione del server.", code: VENDURE_CONFIG },
      { text: "Nell’ambiente del server RITORNO_URL diventa questo indirizzo e RITORNO_SECRET questo segreto.", values: ["webhook_url", "secret"] },
      { text: "Si riavvia il server Vendure. Basta mettere qualcosa in un carrello: qui si vede entro pochi secondi." },
    ],
    note: "Può inviare anche codice proprio: intestazione x-vendure-signature con l’HMAC-SHA256 del contenuto in base64, e l’argomento nel contenuto.",
  },
  cartLink: { label: "Indirizzo del carrello nella vetrina", hint: "{cart} sta per il codice del nuovo ordine e {token} per la sessione che lo contiene. La pagina della vetrina deve prendere il token come proprio, come fa con l’intestazione vendure-auth-token, e mostrare l’ordine attivo. Dopo # il token resta nel browser. Il tokenMethod del server deve comprendere bearer.", placeholder: "https://negozio.example/carrello#token={token}" },
  cartKeys: { channel_token: { label: "Token del canale", hint: "Settings → Channels. Vuoto: il canale predefinito." } },
  coupons: "I buoni chiedono al ruolo i permessi Create Promotion e Read Promotion.",
};
