//! Links: a token that comes to the throwing end goes on at the catching end of the same name, in the same process or
//! sub-process.

use crate::{compile::Source, xml::Element};

/// The name of the link.
pub(super) fn name(source: &mut Source, definition: &Element) -> Result<String, String> {
    let name = definition.attribute("name").unwrap_or_default().trim();
    if name.is_empty() {
        return Err(source.refuse("missing_link", "the link has no name: give both ends the same one"));
    }
    Ok(name.to_string())
}
