//! Every decision as a sentence, in Italian and in English: the one table of what Ritorno says about itself.
//!
//! A sentence may hold `{name}`: a value out of the decision's data, `{flow}` (the flow's name) or `{step}` (the step's title).

use serde::Serialize;
use serde_json::Value;

/// A sentence for a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Why {
    pub it: String,
    pub en: String,
}

/// Code, Italian, English.
type Words = (&'static str, &'static str, &'static str);

const DECISIONS: &[Words] = &[
    (
        "journey_started",
        "È iniziato il flusso «{flow}»: il carrello era fermo da abbastanza tempo{path_after}.",
        "The flow “{flow}” began: the cart had stood idle for long enough{path_after}.",
    ),
    (
        "journey_called",
        "È iniziato il flusso «{flow}», chiamato da un altro{path_after}.",
        "The flow “{flow}” began, called by another one{path_after}.",
    ),
    (
        "journey_signalled",
        "È iniziato il flusso «{flow}», per un segnale di un altro{path_after}.",
        "The flow “{flow}” began by a signal of another one{path_after}.",
    ),
    (
        "journey_triggered",
        "È iniziato il flusso «{flow}», per un evento{path_after}.",
        "The flow “{flow}” began by an event{path_after}.",
    ),
    (
        "journey_left_checkout",
        "È iniziato il flusso «{flow}»: il cliente ha lasciato la cassa senza ordinare{path_after}.",
        "The flow “{flow}” began: the customer left the checkout without an order{path_after}.",
    ),
    (
        "journey_left_browse",
        "È iniziato il flusso «{flow}»: il cliente ha guardato dei prodotti e se n'è andato{path_after}.",
        "The flow “{flow}” began: the customer looked at products and went{path_after}.",
    ),
    (
        "journey_dated",
        "È iniziato il flusso «{flow}», per una data del cliente{path_after}.",
        "The flow “{flow}” began by a date of the customer{path_after}.",
    ),
    (
        "journey_scheduled",
        "È iniziato il flusso «{flow}», all'ora stabilita{path_after}.",
        "The flow “{flow}” began at its set time{path_after}.",
    ),
    (
        "journey_condition",
        "È iniziato il flusso «{flow}»: la sua condizione è diventata vera{path_after}.",
        "The flow “{flow}” began: its condition became true{path_after}.",
    ),
    (
        "journey_asked",
        "È iniziato il flusso «{flow}», avviato da una persona o da un programma{path_after}.",
        "The flow “{flow}” was begun by a person or a program{path_after}.",
    ),
    (
        "goal_reached",
        "Il percorso nel flusso «{flow}» ha raggiunto il suo obiettivo dopo {hours} ore: {event}.",
        "The journey in the flow “{flow}” reached its goal after {hours} hours: {event}.",
    ),
    (
        "schedule_began",
        "Il flusso «{flow}» passa ora fra i clienti, come stabilito.",
        "The flow “{flow}” now goes through the customers, as set.",
    ),
    (
        "schedule_done",
        "Il flusso «{flow}» è passato fra {asked} clienti: è iniziato per {begun}.",
        "The flow “{flow}” went through {asked} customers: it began for {begun}.",
    ),
    (
        "journey_heavy",
        "Il percorso nel flusso «{flow}» tiene molti dati: {bytes} byte.",
        "The journey in the flow “{flow}” keeps a lot of data: {bytes} bytes.",
    ),
    ("not_started", "Il flusso «{flow}» non è iniziato: {reason}.", "The flow “{flow}” did not begin: {reason}."),
    ("journey_moved", "Nel flusso «{flow}»: {path}.", "In the flow “{flow}”: {path}."),
    ("journey_ended", "Il flusso «{flow}» è finito{reason_after}.", "The flow “{flow}” ended{reason_after}."),
    (
        "incident",
        "Il flusso «{flow}» si è fermato a «{at}»: {reason}. Serve una persona.",
        "The flow “{flow}” stopped at “{at}”: {reason}. A person is needed.",
    ),
    (
        "decision_made",
        "Nel flusso «{flow}» la decisione «{decision}» ha dato {value}{rules_after}.",
        "In the flow “{flow}” the decision “{decision}” gave {value}{rules_after}.",
    ),
    (
        "journey_resolved",
        "Nel flusso «{flow}» una persona ha fatto proseguire il percorso da «{at}».",
        "In the flow “{flow}” a person had the journey go on from “{at}”.",
    ),
    (
        "journey_corrected",
        "Nel flusso «{flow}» una persona ha corretto i dati del percorso: {variables}.",
        "In the flow “{flow}” a person corrected what the journey keeps: {variables}.",
    ),
    (
        "task_completed",
        "Nel flusso «{flow}» il compito «{at}» è stato svolto.",
        "In the flow “{flow}” the task “{at}” was done.",
    ),
    ("handed_over", "Consegnato a «{destination}»: {object}.", "Handed over to “{destination}”: {object}."),
    (
        "hand_over_delayed",
        "La consegna a «{destination}» non è riuscita ora ({detail}): si riprova.",
        "The hand-over to “{destination}” did not work now ({detail}): it is tried again.",
    ),
    (
        "hand_over_skipped",
        "Non consegnato a «{destination}», {object}: {reason}.",
        "Not handed over to “{destination}”, {object}: {reason}.",
    ),
    (
        "coupon_made",
        "Il negozio «{shop}» ha preso il buono {code}, valido fino al {ends_at}.",
        "The shop “{shop}” took the coupon {code}, good until {ends_at}.",
    ),
    (
        "coupon_delayed",
        "Il negozio non ha preso il buono ora ({detail}): si riprova.",
        "The shop did not take the coupon now ({detail}): it is tried again.",
    ),
    ("tags_written", "Il negozio «{shop}» ha preso le etichette: {tags}.", "The shop “{shop}” took the tags: {tags}."),
    (
        "tags_left_out",
        "Il negozio «{shop}» non può tenere queste etichette: {tags}.",
        "The shop “{shop}” cannot hold these tags: {tags}.",
    ),
    (
        "tags_delayed",
        "Il negozio «{shop}» non ha preso le etichette ora ({detail}): si riprova.",
        "The shop “{shop}” did not take the tags now ({detail}): it is tried again.",
    ),
    (
        "tags_refused",
        "Il negozio «{shop}» non ha preso le etichette: {detail}.",
        "The shop “{shop}” did not take the tags: {detail}.",
    ),
    (
        "tags_no_account",
        "Il cliente non ha un account nel negozio «{shop}»: le sue etichette non si scrivono là.",
        "The customer has no account at the shop “{shop}”: their tags are not written there.",
    ),
    (
        "tags_customer_gone",
        "Il negozio «{shop}» non ha più questo cliente: le sue etichette non si scrivono là.",
        "The shop “{shop}” does not have this customer any more: their tags are not written there.",
    ),
    (
        "message_held",
        "Il messaggio «{step}» è trattenuto: l'invio è sospeso finché una persona non lo riapre.",
        "The message “{step}” is held back: sending is paused until a person opens it again.",
    ),
    (
        "message_skipped",
        "Il messaggio «{step}» non è partito: {reason}.",
        "The message “{step}” was not sent: {reason}.",
    ),
    ("message_allowed", "Il messaggio «{step}» può partire: {reason}.", "The message “{step}” may go: {reason}."),
    (
        "message_sent",
        "Il messaggio «{step}» è partito (modello {template}).",
        "The message “{step}” was sent (template {template}).",
    ),
    (
        "message_failed",
        "Il server di posta ha rifiutato il messaggio «{step}»: {detail}.",
        "The mail server refused the message “{step}”: {detail}.",
    ),
    (
        "message_in_doubt",
        "Non si sa se il messaggio «{step}» sia arrivato: {detail}. Decide una persona.",
        "Nobody knows whether the message “{step}” arrived: {detail}. A person decides.",
    ),
    ("agent_notified", "L'agente {agent} è stato avvisato: {reason}.", "The agent {agent} was told: {reason}."),
    (
        "agent_contacted",
        "L'agente {agent} ha parlato con il cliente. Esito: {outcome}.",
        "The agent {agent} spoke with the customer. Outcome: {outcome}.",
    ),
    ("link_clicked", "Il cliente ha aperto il link di un messaggio.", "The customer opened the link of a message."),
    (
        "cart_refilled",
        "Il carrello è stato ricreato nel negozio «{shop}» (lì è {made}).",
        "The cart was filled again at the shop “{shop}” (there it is {made}).",
    ),
    (
        "cart_refilled_in_part",
        "Il carrello è stato ricreato nel negozio «{shop}» (lì è {made}), ma non con tutto: {products}.",
        "The cart was filled again at the shop “{shop}” (there it is {made}), but not with all of it: {products}.",
    ),
    (
        "cart_refill_failed",
        "Il negozio «{shop}» non ha ricreato il carrello: {detail}.",
        "The shop “{shop}” did not fill the cart again: {detail}.",
    ),
    (
        "unsubscribed",
        "Il cliente si è disiscritto: non riceve più messaggi commerciali.",
        "The customer unsubscribed: no more marketing messages.",
    ),
    ("deal_moved", "L'affare è passato allo stadio «{stage}».", "The deal moved to the stage “{stage}”."),
    (
        "deal_moved_to",
        "L'affare è passato allo stadio «{stage}» della pipeline «{pipeline}».",
        "The deal moved to the stage “{stage}” of the pipeline “{pipeline}”.",
    ),
    ("note", "Nota: {text}", "Note: {text}"),
    ("hold_started", "L'invio è sospeso.", "Sending is paused."),
    ("hold_released", "L'invio è ripreso.", "Sending goes on."),
    (
        "order_credited",
        "L'ordine {order} è stato attribuito a {touches} contatti dopo l'abbandono.",
        "The order {order} was credited to {touches} touches after the cart was abandoned.",
    ),
    (
        "order_agent_closed",
        "L'ordine {order} è dell'agente: ha parlato con il cliente prima dell'ordine.",
        "The order {order} is the agent's: they spoke with the customer before it.",
    ),
    (
        "order_uncredited",
        "L'ordine {order} non conta più come recupero di un carrello.",
        "The order {order} no longer counts as a recovered cart.",
    ),
    (
        "not_a_person",
        "Sotto questo cliente è successo troppo perché sia una persona: d'ora in poi viene solo contato.",
        "Too much happened under this customer for one person: from now on it is only counted.",
    ),
    (
        "order_unattributed",
        "L'ordine {order} è arrivato senza alcun contatto da parte nostra.",
        "The order {order} came without any touch of ours.",
    ),
];

const REASONS: &[Words] = &[
    ("too_old", "il carrello era fermo da troppo tempo", "the cart had stood idle for too long"),
    ("event_too_old", "l'evento era troppo vecchio", "the event was too old"),
    ("too_many_journeys", "il cliente ha già troppi percorsi in corso", "the customer has too many journeys under way"),
    ("the flow does not compile", "il flusso contiene un errore", "the flow has an error in it"),
    (
        "exit_rule",
        "la condizione di uscita del flusso è diventata vera",
        "the condition for leaving the flow became true",
    ),
    (
        "once_ever",
        "il cliente ci è già passato, e basta una volta",
        "the customer went through it before, and once is enough",
    ),
    ("once_per_cart", "è già iniziato per questo carrello", "it began for this cart before"),
    ("once_per_order", "è già iniziato per questo ordine", "it began for this order before"),
    ("under_way", "il cliente lo sta già percorrendo", "the customer is on it already"),
    ("too_soon", "è passato troppo poco dall'ultima volta", "too little time has passed since the last time"),
    ("filtered", "il filtro dell'inizio non lo accetta", "the filter of the start does not take it"),
    (
        "schedule_under_way",
        "sta ancora passando fra i clienti dalla volta prima",
        "it still goes through the customers from the time before",
    ),
    ("ordered_meanwhile", "nel frattempo il cliente ha ordinato", "the customer ordered in the meantime"),
    ("bought_meanwhile", "nel frattempo il cliente ha comprato", "the customer bought in the meantime"),
    ("cart_empty", "il carrello è vuoto", "the cart is empty"),
    ("cart_gone", "il carrello non c'è più", "the cart is no longer there"),
    ("not_a_person", "il cliente non è una persona sola", "the customer is not one person"),
    (
        "no_agent",
        "il cliente non ha più un agente con un indirizzo",
        "the customer has no agent with an address any more",
    ),
    (
        "bought_before",
        "il cliente non ha mai detto sì né no, ma ha già comprato",
        "the customer never said yes or no, but bought before",
    ),
    ("cart_expired", "il carrello è scaduto", "the cart has expired"),
    ("no_address", "il cliente non ha un indirizzo e-mail", "the customer has no e-mail address"),
    ("no_sender_address", "manca l'indirizzo del mittente nelle impostazioni", "the settings have no sender address"),
    ("suppressed", "l'indirizzo si è disiscritto", "the address has unsubscribed"),
    (
        "consent_refused",
        "il cliente ha detto di no ai messaggi commerciali",
        "the customer said no to marketing messages",
    ),
    (
        "consent_unknown",
        "non c'è il consenso e il cliente non ha mai comprato",
        "there is no consent, and the customer never bought",
    ),
    (
        "sharing_refused",
        "il cliente non vuole che i suoi dati vadano a terzi",
        "the customer does not want their data to go to third parties",
    ),
    (
        "sharing_not_allowed",
        "il cliente non ha detto che i suoi dati possono andare a terzi",
        "the customer did not say that their data may go to third parties",
    ),
    (
        "unknown_person",
        "del cliente non si conosce né indirizzo né numero",
        "neither an address nor a number of the customer is known",
    ),
    ("order_gone", "l'ordine non c'è più", "the order is no longer there"),
    ("order_cancelled", "l'ordine è stato annullato", "the order was cancelled"),
    ("too_late", "era ormai troppo tardi", "it was too late for it"),
    (
        "cart_pause",
        "per questo carrello era appena partito un altro messaggio",
        "another message on this cart had just been sent",
    ),
    ("merged", "il cliente è stato unito a un altro", "the customer was joined with another one"),
    ("Order Completed came", "è arrivato l'ordine", "the order came"),
    ("high_value_cart", "carrello di valore alto", "a cart of high value"),
    ("the journey went on without it", "il percorso è andato avanti senza", "the journey went on without it"),
    ("ended_by_person", "lo ha terminato una persona", "a person ended it"),
    ("held", "l'invio è sospeso", "sending is paused"),
    ("in_doubt", "non si sa se sia arrivato: decide una persona", "nobody knows whether it arrived: a person decides"),
];

/// What the words of a flow are, for its ids.
pub trait Names {
    fn flow(&self, id: &str) -> Option<String>;
    /// The title of an element of the flow.
    fn step(&self, flow: &str, id: &str) -> Option<String>;
}

/// The sentence of a reason's code; `None`: there is none, such as for a mail server's own words.
pub fn reason_why(code: &str) -> Option<Why> {
    let (_, it, en) = REASONS.iter().find(|(known, ..)| *known == code)?;
    Some(Why { it: (*it).to_owned(), en: (*en).to_owned() })
}

/// The sentence of a decision.
pub fn why(code: &str, flow: &str, data: &Value, names: &dyn Names) -> Why {
    match DECISIONS.iter().find(|(known, ..)| *known == code) {
        Some((_, it, en)) => Why { it: fill(it, true, flow, data, names), en: fill(en, false, flow, data, names) },
        // A newer release's word: better shown as it is than not at all.
        None => Why { it: format!("{code} {data}"), en: format!("{code} {data}") },
    }
}

fn fill(sentence: &str, is_italian: bool, flow: &str, data: &Value, names: &dyn Names) -> String {
    let mut out = String::with_capacity(sentence.len() + 64);
    let mut rest = sentence;
    while let Some((before, after)) = rest.split_once('{') {
        let (name, after) = after.split_once('}').unwrap_or((after, ""));
        out.push_str(before);
        out.push_str(&value(name, is_italian, flow, data, names));
        rest = after;
    }
    out.push_str(rest);
    out
}

fn value(name: &str, is_italian: bool, flow: &str, data: &Value, names: &dyn Names) -> String {
    let of = |why: Why| if is_italian { why.it } else { why.en };
    let reason = || data.get("reason").and_then(Value::as_str);
    match name {
        "flow" => names.flow(flow).unwrap_or_else(|| flow.to_owned()),
        "step" | "at" => {
            let id = data.get(name).and_then(Value::as_str).unwrap_or_default();
            names.step(flow, id).unwrap_or_else(|| id.to_owned())
        }
        "reason" => reason().map_or_else(String::new, |code| reason_why(code).map_or_else(|| code.to_owned(), of)),
        "reason_after" => match reason() {
            Some(code) => format!(": {}", reason_why(code).map_or_else(|| code.to_owned(), of)),
            None => String::new(),
        },
        "rules_after" => match data.get("rules").and_then(Value::as_array) {
            None => String::new(),
            Some(rules) if rules.is_empty() => {
                if is_italian { ": nessuna regola vale" } else { ": no rule matches" }.to_owned()
            }
            Some(rules) => {
                let rules: Vec<String> = rules.iter().map(Value::to_string).collect();
                format!(", {} {}", if is_italian { "per la regola" } else { "by rule" }, rules.join(", "))
            }
        },
        "object" => match (data.get("object").and_then(Value::as_str).unwrap_or_default(), is_italian) {
            ("customer", true) => "il cliente",
            ("customer", false) => "the customer",
            ("cart", true) => "il carrello",
            ("cart", false) => "the cart",
            (_, true) => "l'ordine",
            (_, false) => "the order",
        }
        .to_owned(),
        "path" => path(flow, data, names),
        "path_after" => match path(flow, data, names) {
            path if path.is_empty() => path,
            path => format!(". {path}"),
        },
        other => match data.get(other) {
            None | Some(Value::Null) => "–".to_owned(),
            Some(Value::String(text)) => text.clone(),
            // What a decision with several outputs gave.
            Some(Value::Object(parts)) => {
                let parts: Vec<String> = parts.iter().map(|(name, part)| format!("{name} = {}", plain(part))).collect();
                parts.join(", ")
            }
            Some(value) => value.to_string(),
        },
    }
}

/// Where the journey went, with what each condition read on the way.
fn path(flow: &str, data: &Value, names: &dyn Names) -> String {
    let mut stops = Vec::new();
    for step in data.get("path").and_then(Value::as_array).into_iter().flatten() {
        let title = |id: &str| names.step(flow, id).unwrap_or_else(|| id.to_owned());
        let read = step.get("read").and_then(Value::as_object).filter(|read| !read.is_empty());
        if let Some(id) = step.get("at").and_then(Value::as_str)
            && stops.last().is_none_or(|last| *last != title(id))
        {
            stops.push(title(id));
        }
        if let (Some(read), Some(last)) = (read, stops.last_mut()) {
            let read: Vec<String> = read.iter().map(|(name, value)| format!("{name} = {}", plain(value))).collect();
            last.push_str(&format!(" ({})", read.join(", ")));
        }
    }
    stops.join(" → ")
}

fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    struct Known;

    impl Names for Known {
        fn flow(&self, id: &str) -> Option<String> {
            (id == "two").then(|| "Due rami".to_owned())
        }

        fn step(&self, _flow: &str, id: &str) -> Option<String> {
            (id == "send").then(|| "Scrivi".to_owned())
        }
    }

    #[track_caller]
    fn check(code: &str, data: Value, it: &str, en: &str) {
        assert_eq!(why(code, "two", &data, &Known), Why { it: it.to_owned(), en: en.to_owned() });
    }

    #[test]
    fn a_decision_reads_as_a_sentence_in_both_languages() {
        check(
            "message_skipped",
            json!({ "step": "send", "reason": "consent_refused" }),
            "Il messaggio «Scrivi» non è partito: il cliente ha detto di no ai messaggi commerciali.",
            "The message “Scrivi” was not sent: the customer said no to marketing messages.",
        );
        check(
            "journey_ended",
            json!({ "state": "ended" }),
            "Il flusso «Due rami» è finito.",
            "The flow “Due rami” ended.",
        );
        check(
            "journey_moved",
            json!({ "path": [{ "at": "gate" }, { "from": "gate", "took": "below", "read": { "cart.total": 10 } }, { "at": "send" }] }),
            "Nel flusso «Due rami»: gate (cart.total = 10) → Scrivi.",
            "In the flow “Due rami”: gate (cart.total = 10) → Scrivi.",
        );
        check(
            "journey_started",
            json!({ "idle_at": "2026-03-02T09:00:00.000Z", "version": 1, "path": [{ "at": "send" }] }),
            "È iniziato il flusso «Due rami»: il carrello era fermo da abbastanza tempo. Scrivi.",
            "The flow “Due rami” began: the cart had stood idle for long enough. Scrivi.",
        );
        check(
            "decision_made",
            json!({ "at": "choose", "decision": "Sconto", "value": { "percent": 5, "why": "VIP" }, "rules": [1, 3] }),
            "Nel flusso «Due rami» la decisione «Sconto» ha dato percent = 5, why = VIP, per la regola 1, 3.",
            "In the flow “Due rami” the decision “Sconto” gave percent = 5, why = VIP, by rule 1, 3.",
        );
        check(
            "agent_contacted",
            json!({ "agent": "a@b.example", "outcome": null }),
            "L'agente a@b.example ha parlato con il cliente. Esito: –.",
            "The agent a@b.example spoke with the customer. Outcome: –.",
        );
        check("unheard_of", json!({ "a": 1 }), "unheard_of {\"a\":1}", "unheard_of {\"a\":1}");
    }

    #[test]
    fn each_code_stands_once() {
        for table in [DECISIONS, REASONS] {
            let mut codes: Vec<_> = table.iter().map(|(code, ..)| code).collect();
            codes.sort_unstable();
            codes.dedup();
            assert_eq!(codes.len(), table.len());
        }
    }
}
