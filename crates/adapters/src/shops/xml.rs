//! XML as a tree of [`Json`]: an element's children by their names, several of one name as a list, text as text. Of attributes
//! only `id` is read, which PrestaShop writes where it shows links instead of objects, and for languages.

use super::json::Json;
use quick_xml::{
    Reader,
    events::{BytesRef, BytesStart, Event},
};

/// Deeper and larger bodies are refused.
const DEPTH_MAX: usize = 40;
const ELEMENTS_MAX: usize = 500_000;

#[derive(Default)]
struct Element {
    name: String,
    id: Option<String>,
    text: String,
    children: Vec<(String, Json)>,
}

impl Element {
    fn of(start: &BytesStart<'_>) -> Element {
        let id = start.attributes().flatten().find(|attribute| attribute.key.as_ref() == "id");
        let id = id.map(|attribute| attribute.value.trim().to_owned()).filter(|id| !id.is_empty());
        Element { name: start.name().as_ref().to_owned(), id, ..Element::default() }
    }

    fn close(self) -> (String, Json) {
        let text = self.text.trim().to_owned();
        let value = match (self.children.is_empty(), self.id) {
            (true, None) => Json::Text(text),
            (true, Some(id)) if text.is_empty() => Json::object([("id", id.into())]),
            (true, Some(id)) => Json::object([("id", id.into()), ("value", text.into())]),
            (false, _) => Json::Object(grouped(self.children)),
        };
        (self.name, value)
    }
}

/// Children of one name become a list, where the first of them stood.
fn grouped(children: Vec<(String, Json)>) -> Vec<(String, Json)> {
    let mut places = std::collections::HashMap::new();
    let mut grouped: Vec<(String, Vec<Json>)> = Vec::new();
    for (name, value) in children {
        let place = *places.entry(name.clone()).or_insert(grouped.len());
        if place == grouped.len() {
            grouped.push((name, vec![value]));
        } else {
            grouped[place].1.push(value);
        }
    }
    grouped
        .into_iter()
        .map(|(name, mut values)| (name, if values.len() == 1 { values.remove(0) } else { Json::List(values) }))
        .collect()
}

/// Reads a text. A document type is refused: entities are a way to attack.
pub fn read(text: &str) -> Result<Json, String> {
    let wrong = |what: &str| format!("the body is not well-formed XML: {what}");
    let mut reader = Reader::from_str(text);
    let mut open = vec![Element::default()];
    let mut elements = 0;
    loop {
        let event = reader.read_event().map_err(|e| wrong(&e.to_string()))?;
        if matches!(event, Event::Start(_) | Event::Empty(_)) {
            elements += 1;
            if elements > ELEMENTS_MAX || open.len() > DEPTH_MAX {
                return Err(wrong("too many elements, or nested too deeply"));
            }
        }
        let last = open.last_mut().ok_or_else(|| wrong("an end without a beginning"))?;
        match event {
            Event::Start(start) => open.push(Element::of(&start)),
            Event::Empty(start) => last.children.push(Element::of(&start).close()),
            Event::End(_) => {
                let closed = open.pop().ok_or_else(|| wrong("an end without a beginning"))?.close();
                let parent = open.last_mut().ok_or_else(|| wrong("an end without a beginning"))?;
                parent.children.push(closed);
            }
            Event::Text(text) => last.text.push_str(&text.xml10_content()),
            Event::CData(data) => last.text.push_str(&data.xml10_content()),
            Event::GeneralRef(reference) => {
                last.text.push(character(&reference).ok_or_else(|| wrong("an unknown entity"))?);
            }
            Event::Comment(_) | Event::PI(_) | Event::Decl(_) => {}
            Event::DocType(_) => return Err(wrong("a document type is not allowed")),
            Event::Eof => break,
        }
    }
    match (open.pop(), open.is_empty()) {
        (Some(root), true) if root.children.len() == 1 => Ok(Json::Object(root.children)),
        (Some(_), true) => Err(wrong("not one element around everything")),
        _ => Err(wrong("it ends before its end")),
    }
}

fn character(reference: &BytesRef<'_>) -> Option<char> {
    if let Ok(Some(character)) = reference.resolve_char_ref() {
        return Some(character);
    }
    Some(match &**reference {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(xml: &str, json: &str) {
        assert_eq!(read(xml).unwrap().to_string(), json, "{xml}");
    }

    #[test]
    fn elements_become_fields_and_lists() {
        check("<a><b>1</b><b>2</b><c><![CDATA[ x < y ]]></c><d/></a>", r#"{"a":{"b":["1","2"],"c":"x < y","d":""}}"#);
        check(
            r#"<a><l id="1">ö &amp; &#233;</l><c id="7" xlink:href="x"/></a>"#,
            r#"{"a":{"l":{"id":"1","value":"ö & é"},"c":{"id":"7"}}}"#,
        );
        check("<?xml version=\"1.0\"?><a><!-- no --></a>", r#"{"a":""}"#);
    }

    #[test]
    fn what_is_no_xml_is_refused() {
        let deep = "<a>".repeat(50);
        for xml in ["<a>", "<a></b>", "</a>", "<!DOCTYPE a><a/>", "<a>&x;</a>", "<a/><b/>", &deep] {
            let reason = read(xml).unwrap_err();
            assert!(reason.contains("not well-formed XML"), "{xml}: {reason}");
        }
    }
}
