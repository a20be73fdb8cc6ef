//! The templates that ship with us, out of `flows/templates/`.

use super::Template;
use std::sync::OnceLock;

macro_rules! files {
    ($($file:literal),* $(,)?) => {
        [$(($file, include_str!(concat!("../../../../flows/templates/", $file)))),*]
    };
}

/// Frames and pieces that any template may extend or include.
pub(super) const PARTIALS: [(&str, &str); 9] = files![
    "_layout.html",
    "_letter.html",
    "_lines.html",
    "_lines.txt",
    "_button.html",
    "_footer.it.html",
    "_footer.en.html",
    "_footer.it.txt",
    "_footer.en.txt",
];

const NAMES: [&str; 6] =
    ["cart-agent", "recovery-help", "recovery-products", "recovery-last", "recovery-coupon", "agent-notice"];

const FILES: [(&str, &str); 24] = files![
    "cart-agent.it.txt",
    "cart-agent.it.html",
    "cart-agent.en.txt",
    "cart-agent.en.html",
    "recovery-help.it.txt",
    "recovery-help.it.html",
    "recovery-help.en.txt",
    "recovery-help.en.html",
    "recovery-products.it.txt",
    "recovery-products.it.html",
    "recovery-products.en.txt",
    "recovery-products.en.html",
    "recovery-last.it.txt",
    "recovery-last.it.html",
    "recovery-last.en.txt",
    "recovery-last.en.html",
    "recovery-coupon.it.txt",
    "recovery-coupon.it.html",
    "recovery-coupon.en.txt",
    "recovery-coupon.en.html",
    "agent-notice.it.txt",
    "agent-notice.it.html",
    "agent-notice.en.txt",
    "agent-notice.en.html",
];

/// The names of the built-in templates.
pub fn built_in_names() -> &'static [&'static str] {
    &NAMES
}

/// A built-in template by its name.
pub fn built_in(name: &str) -> Option<&'static Template> {
    static ALL: OnceLock<Vec<Template>> = OnceLock::new();
    let read = |name: &&str| Template::from_files(name, FILES).expect("ours are valid, a test renders them all");
    ALL.get_or_init(|| NAMES.iter().map(read).collect()).iter().find(|template| template.name == name)
}
