//! What the fictional shop sells.

use serde::Serialize;

/// The shop's name; there is none such.
pub const SHOP: &str = "Passo Lento";
/// Where its people write from; a name that no mail server will ever find.
pub const DOMAIN: &str = "passolento.example";

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    Boots,
    Tents,
    Clothing,
    Gear,
}

pub const KINDS: [Kind; 4] = [Kind::Boots, Kind::Tents, Kind::Clothing, Kind::Gear];

/// One product, in both languages.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Product {
    /// Also the name of its picture.
    pub id: &'static str,
    pub kind: Kind,
    /// Cents.
    pub price: i64,
    /// When it is wanted most: 0 all year, 1 in summer, 2 in winter.
    #[serde(skip)]
    pub season: u8,
    /// Sold by sizes, if at all.
    pub sizes: &'static [&'static str],
    pub it: Words,
    pub en: Words,
}

#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Words {
    pub name: &'static str,
    pub line: &'static str,
}

const FEET: &[&str] = &["38", "39", "40", "41", "42", "43", "44", "45"];
const BODY: &[&str] = &["XS", "S", "M", "L", "XL"];

const fn product(
    id: &'static str,
    kind: Kind,
    price: i64,
    season: u8,
    sizes: &'static [&'static str],
    it: (&'static str, &'static str),
    en: (&'static str, &'static str),
) -> Product {
    let (it, en) = (Words { name: it.0, line: it.1 }, Words { name: en.0, line: en.1 });
    Product { id, kind, price, season, sizes, it, en }
}

pub const PRODUCTS: &[Product] = &[
    product(
        "alba",
        Kind::Boots,
        18_900,
        0,
        FEET,
        ("Scarpone Alba", "Per chi parte quando è ancora buio. Pelle ingrassata, suola che si risuola."),
        ("Alba boot", "For those who leave while it is dark. Greased leather, a sole that can be replaced."),
    ),
    product(
        "cengia",
        Kind::Boots,
        24_900,
        0,
        FEET,
        ("Scarpone Cengia", "Alto, fermo alla caviglia, tranquillo sulle ghiaie e sulle vie ferrate."),
        ("Cengia boot", "High and firm at the ankle, at ease on scree and iron paths."),
    ),
    product(
        "torrente",
        Kind::Boots,
        13_900,
        1,
        FEET,
        ("Scarpa Torrente", "Bassa e svelta: si bagna, si asciuga, riparte."),
        ("Torrente shoe", "Low and quick: it gets wet, dries, and goes on."),
    ),
    product(
        "brezza",
        Kind::Boots,
        11_900,
        1,
        FEET,
        ("Scarpa Brezza", "Da corsa sui sentieri, con la presa di una capra."),
        ("Brezza shoe", "For running on trails, with the grip of a goat."),
    ),
    product(
        "larice",
        Kind::Tents,
        28_900,
        1,
        &[],
        ("Tenda Larice, 2 posti", "Due porte, due absidi, un chilo e otto. Si monta in quattro minuti."),
        ("Larice tent, for 2", "Two doors, two porches, 1.8 kg. Up in four minutes."),
    ),
    product(
        "abete",
        Kind::Tents,
        42_900,
        1,
        &[],
        ("Tenda Abete, 3 posti", "Spazio per tre, o per due e tutto ciò che si sono portati."),
        ("Abete tent, for 3", "Room for three, or for two and all they have brought."),
    ),
    product(
        "bivacco",
        Kind::Tents,
        48_900,
        0,
        &[],
        ("Tenda Bivacco", "Un posto, novecento grammi, tutte le stagioni tranne la fretta."),
        ("Bivacco tent", "For one, 900 grams, every season but haste."),
    ),
    product(
        "campobase",
        Kind::Tents,
        89_000,
        1,
        &[],
        ("Tenda Campo Base, 6 posti", "Ci si sta in piedi. Per famiglie, gruppi e pomeriggi di pioggia."),
        ("Campo Base tent, for 6", "You can stand up in it. For families, groups and rainy afternoons."),
    ),
    product(
        "bora",
        Kind::Clothing,
        23_900,
        0,
        BODY,
        ("Guscio Bora", "Fuori il vento, dentro il silenzio. Tre strati, cuciture nastrate."),
        ("Bora shell", "Wind outside, silence inside. Three layers, taped seams."),
    ),
    product(
        "rododendro",
        Kind::Clothing,
        19_900,
        2,
        BODY,
        ("Piumino Rododendro", "Piuma da recupero, caldo come una stufa, piccolo come una pagnotta."),
        ("Rododendro down jacket", "Reclaimed down, warm as a stove, small as a loaf."),
    ),
    product(
        "marmotta",
        Kind::Clothing,
        8_900,
        2,
        BODY,
        ("Pile Marmotta", "Quello che nessuno vuole restituire quando l'ha in prestito."),
        ("Marmotta fleece", "The one nobody gives back once they have borrowed it."),
    ),
    product(
        "ghiaione",
        Kind::Clothing,
        10_900,
        1,
        BODY,
        ("Pantalone Ghiaione", "Ginocchia preformate, tasche dove servono, zip dove fa caldo."),
        ("Ghiaione trousers", "Shaped knees, pockets where you need them, zips where it gets warm."),
    ),
    product(
        "merino",
        Kind::Clothing,
        6_900,
        0,
        BODY,
        ("Maglia Pecora Nera", "Lana merino, tre giorni di cammino e nessuno se ne accorge."),
        ("Pecora Nera shirt", "Merino wool: three days of walking and nobody can tell."),
    ),
    product(
        "nevaio",
        Kind::Clothing,
        2_900,
        2,
        &[],
        ("Berretto Nevaio", "Lavorato a coste, copre le orecchie, ha un pompon senza vergogna."),
        ("Nevaio beanie", "Ribbed, covers the ears, wears its bobble without shame."),
    ),
    product(
        "sentiero",
        Kind::Gear,
        11_900,
        0,
        &[],
        ("Zaino Sentiero 28", "Per un giorno intero: acqua, pane, giacca e un libro."),
        ("Sentiero 28 pack", "For a whole day: water, bread, a jacket and a book."),
    ),
    product(
        "traversata",
        Kind::Gear,
        21_900,
        1,
        &[],
        ("Zaino Traversata 55", "Una settimana sulle spalle, senza che le spalle lo sappiano."),
        ("Traversata 55 pack", "A week on your shoulders, and your shoulders need not know."),
    ),
    product(
        "nottola",
        Kind::Gear,
        17_900,
        1,
        &[],
        ("Sacco a pelo Nottola", "Fino a cinque sotto zero, a forma di chi ci dorme."),
        ("Nottola sleeping bag", "Down to five below, shaped like whoever sleeps in it."),
    ),
    product(
        "lucciola",
        Kind::Gear,
        4_500,
        2,
        &[],
        ("Lampada Lucciola", "Quattrocento lumen sulla fronte, uno solo per leggere."),
        ("Lucciola headlamp", "Four hundred lumens on your forehead, one to read by."),
    ),
    product(
        "sorgente",
        Kind::Gear,
        3_400,
        0,
        &[],
        ("Borraccia Sorgente", "Tiene freddo un giorno, caldo una notte."),
        ("Sorgente flask", "Cold for a day, hot for a night."),
    ),
    product(
        "stambecco",
        Kind::Gear,
        7_900,
        1,
        &[],
        ("Bastoncini Stambecco", "In carbonio, si piegano in tre, non si piegano in discesa."),
        ("Stambecco poles", "Carbon, they fold in three, and not on the way down."),
    ),
];

/// The product of this id.
pub fn find(id: &str) -> Option<&'static Product> {
    PRODUCTS.iter().find(|product| product.id == id)
}
