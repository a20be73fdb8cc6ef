//! Names for people who do not exist.

pub const WOMEN: &[&str] = &[
    "Giulia", "Chiara", "Francesca", "Martina", "Sara", "Elena", "Alessia", "Valentina", "Federica", "Silvia", "Laura",
    "Anna", "Paola", "Beatrice", "Camilla", "Greta", "Noemi", "Irene", "Marta", "Lucia", "Serena", "Ilaria", "Monica",
    "Caterina", "Arianna", "Teresa", "Viola", "Emma", "Sofia", "Aurora", "Giorgia", "Nadia", "Rosa", "Cristina",
    "Margherita", "Ludovica", "Miriam", "Benedetta", "Eleonora", "Stella",
];

pub const MEN: &[&str] = &[
    "Marco", "Andrea", "Luca", "Matteo", "Davide", "Simone", "Stefano", "Paolo", "Giovanni", "Francesco", "Alessandro",
    "Federico", "Roberto", "Antonio", "Tommaso", "Pietro", "Nicola", "Giacomo", "Enrico", "Fabio", "Riccardo", "Daniele",
    "Emanuele", "Filippo", "Lorenzo", "Michele", "Samuele", "Diego", "Alberto", "Edoardo", "Carlo", "Ettore", "Ivan",
    "Massimo", "Sergio", "Bruno", "Leonardo", "Gabriele", "Aldo", "Renzo",
];

pub const SURNAMES: &[&str] = &[
    "Rossi", "Bianchi", "Ferrari", "Russo", "Colombo", "Ricci", "Marino", "Greco", "Gallo", "Conti", "De Luca", "Costa",
    "Mancini", "Rizzo", "Lombardi", "Moretti", "Barbieri", "Fontana", "Santoro", "Mariani", "Rinaldi", "Caruso",
    "Ferrara", "Galli", "Martini", "Leone", "Longo", "Gentile", "Martinelli", "Vitale", "Lombardo", "Serra", "Coppola",
    "De Santis", "Marchetti", "Parisi", "Villa", "Conte", "Ferri", "Fabbri", "Bianco", "Marini", "Grasso", "Valentini",
    "Messina", "Sala", "De Angelis", "Gatti", "Pellegrini", "Palumbo", "Sanna", "Farina", "Rizzi", "Monti", "Cattaneo",
    "Morelli", "Amato", "Silvestri", "Mazza", "Testa", "Grassi", "Pellegrino", "Carbone", "Giuliani", "Benedetti",
    "Barone", "Rota", "Caputo", "Montanari", "Guerra", "Palmieri", "Bernardi", "Martino", "Fiore", "Ferretti", "Bellini",
    "Basile", "Riva", "Donati", "Piras", "Vitali", "Battaglia", "Sartori", "Neri", "Costantini", "Milani", "Pagano",
    "Ruggiero", "Sorrentino", "D'Amico", "Orlando", "Negri", "Mantovani", "Zanella", "Brusaferro", "Rigoni", "Dal Lago",
    "Comploj", "Runggaldier", "Pichler", "Fasolo", "Zorzi", "Cavallin",
];

pub const CITIES: &[&str] = &[
    "Milano", "Torino", "Bologna", "Verona", "Padova", "Trento", "Bolzano", "Bergamo", "Brescia", "Genova", "Firenze",
    "Roma", "Udine", "Treviso", "Vicenza", "Belluno", "Lecco", "Como", "Sondrio", "Aosta", "Cuneo", "Parma", "Modena",
    "Perugia", "L'Aquila", "Pescara", "Napoli", "Bari", "Cagliari", "Catania", "Trieste", "Rovereto", "Feltre", "Biella",
];

/// Mail hosts that are nowhere (RFC 2606).
pub const HOSTS: &[&str] = &["posta.example", "mail.example", "casella.example", "lettere.example"];
/// Addresses here do not exist: the demonstration's mailbox refuses them as a mail server would.
pub const HOST_GONE: &str = "inesistente.example";
/// Here the connection ends after the last byte, and nobody knows.
pub const HOST_SILENT: &str = "muta.example";

/// Those who sell: name and the first part of their address.
pub const AGENTS: [(&str, &str); 4] = [
    ("Giulia Ferri", "giulia.ferri"),
    ("Marco Zanella", "marco.zanella"),
    ("Elena Brusaferro", "elena.brusaferro"),
    ("Tommaso Rigoni", "tommaso.rigoni"),
];

/// What agents note after a call.
pub const NOTES: &[&str] = &[
    "Chiamata: aspetta il via libera del CAI, risentire giovedì.",
    "Voleva sapere dei tempi di consegna al rifugio. Rassicurata.",
    "Chiede lo stesso modello in due numeri: mandata la guida alle taglie.",
    "Ordine per il gruppo scout, pagano a fine mese con bonifico.",
    "Indeciso tra Cengia e Alba: consigliata Cengia per le ferrate.",
    "Ha già comprato altrove le tende, restano gli zaini.",
    "Gentilissimo. Richiamare dopo il ponte.",
];

/// `D'Amico` as the part of an address.
pub fn plain(text: &str) -> String {
    text.chars().filter(char::is_ascii_alphabetic).map(|c| c.to_ascii_lowercase()).collect()
}
