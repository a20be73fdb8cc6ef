import type { home as en } from "../en/home";

export const home: typeof en = {
  hello: "Ciao, {{name}}",
  lead: "Quello che i carrelli hanno riportato, e quello che ora ha bisogno di una persona.",
  steps: {
    title: "Primi passi",
    done: "{{done}} su {{all}} fatti",
    isDone: "fatto",
    key: "Collega un negozio",
    keyText: "Crea una chiave, con cui il negozio firma i suoi eventi.",
    keyGo: "Crea una chiave",
    events: "Installa lo script",
    eventsText: "Funziona ogni client Segment: basta cambiare l’host. Il primo evento si vede qui da solo.",
    eventsGo: "Guarda arrivare gli eventi",
    sender: "Indica da dove partono i messaggi",
    senderText: "L’indirizzo che i clienti vedono quando non firma un agente.",
    senderGo: "Imposta l’indirizzo di invio",
    test: "Manda una prova a te stesso",
    testText: "Per vedere un messaggio come lo vedrebbe un cliente.",
    testGo: "Manda una prova",
    flow: "Attiva un flusso",
    flowText: "Due sono già pronti. Prima si vede che cosa farebbe, e a chi.",
    flowGo: "Scegli un flusso",
  },
};
