use super::*;
use serde_json::{Value as Json, json};

fn full(language: &str) -> Json {
    json!({
        "customer": {
            "first_name": "Anna", "last_name": "Bianchi", "name": "Anna Bianchi", "email": "anna@example.com",
            "language": language,
        },
        "agent": {"name": "Marco Verdi", "email": "marco@shop.example"},
        "cart": {
            "id": "c1", "currency": "EUR", "total_minor": 199_999,
            "lines": [
                {"name": "Lampada <b>Luce</b>", "sku": "L1", "quantity": 2, "price_minor": 50_000,
                 "total_minor": 100_000, "url": "https://shop.example/l1?a=1&b=2",
                 "image_url": "https://shop.example/l1.jpg"},
                {"name": null, "sku": "S2", "quantity": 1, "price_minor": 99_999, "total_minor": 99_999,
                 "url": "javascript:alert(1)", "image_url": null},
            ],
        },
        "shop": {"name": "Bottega", "url": "https://shop.example", "currency": "EUR", "language": "it"},
        "links": {
            "cart": "https://crm.example/c/tok", "unsubscribe": "https://crm.example/u/tok",
            "customer": "https://crm.example/customers/1",
        },
        "flow": {"wait_hours": 24},
    })
}

fn minimal() -> Json {
    json!({
        "customer": {"email": "anna@example.com"},
        "agent": null,
        "cart": {"id": "c1", "lines": [], "total_minor": null, "currency": "EUR"},
        "shop": {"name": "Bottega"},
        "links": {"cart": "https://crm.example/c/tok", "unsubscribe": "https://crm.example/u/tok"},
    })
}

fn one(subject: &str, text: &str, html: &str) -> Template {
    let txt = format!("subject: {subject}\n\n{text}");
    Template::from_files("t", [("t.it.txt", txt.as_str()), ("t.it.html", html)]).unwrap()
}

#[test]
fn every_built_in_says_something_sensible_in_both_languages() {
    for name in built_in_names() {
        let template = built_in(name).unwrap();
        assert_eq!(template.languages().collect::<Vec<_>>(), ["en", "it"], "{name}");
        let to_customer = *name != "agent-notice";
        assert_eq!(template.check(&[], to_customer), [], "{name}");
        for language in ["it", "en"] {
            for context in [full(language), minimal(), json!({}), Json::Null] {
                let mail = template.render(language, &context).unwrap();
                let case = format!("{name} {language} {context}\n{}\n{}", mail.subject, mail.text);
                assert_eq!(mail.language, language);
                assert!(!mail.subject.is_empty() && !mail.subject.contains('\n'), "{case}");
                assert!(
                    mail.html.starts_with("<!doctype html>") && mail.html.contains(&format!("lang=\"{language}\""))
                );
                for part in [&mail.text, &mail.html, &mail.subject] {
                    assert!(!part.contains("{{") && !part.contains("{%"), "{case}");
                    // CSS says `none` in its own right.
                    let seen = part.replace("decoration:none", "").replace("display:none", "");
                    let word = |word: &str| seen.split(|c: char| !c.is_alphanumeric()).any(|w| w == word);
                    assert!(!word("none") && !word("None") && !word("null") && !word("undefined"), "{case}");
                }
                // More than one empty line in a row is a piece that fell out badly.
                assert!(!mail.text.contains("\n\n\n"), "{case}");
                if context.pointer("/links/unsubscribe").is_some() && to_customer {
                    assert!(mail.text.contains("https://crm.example/u/tok"), "{case}");
                    assert!(mail.html.contains("href=\"https://crm.example/u/tok\""), "{case}");
                    assert!(mail.html.contains("href=\"https://crm.example/c/tok\""), "{case}");
                    assert!(mail.text.contains("Bottega"), "{case}");
                }
            }
        }
    }
    assert!(built_in("no-such").is_none());
}

#[test]
fn the_agents_letter_is_the_one_agreed() {
    let template = built_in("cart-agent").unwrap();
    let mail = template.render("it", &full("it")).unwrap();
    assert_eq!(mail.subject, "Hai lasciato qualcosa nel carrello degli acquisti");
    let letter = "Gentile Anna, ho notato che hai aggiunto alcuni articoli al tuo carrello, ma devi ancora effettuare la \
        conferma d'ordine. Per qualsiasi esigenza non esitare a contattarmi, se hai problemi a effettuare l'ordine online o \
        hai domande, rispondi semplicemente a questa e-mail. Altrimenti, puoi terminare il tuo check out.";
    let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(words(&mail.text).starts_with(letter), "{}", mail.text);
    assert!(mail.text.contains("Cordiali saluti\nMarco Verdi\n"), "{}", mail.text);
    assert!(mail.html.contains(
        "puoi <a href=\"https://crm.example/c/tok\" style=\"color:#0b57b7;\">terminare il tuo check out</a>."
    ));
    let unknown = template.render("it", &minimal()).unwrap();
    assert!(unknown.text.starts_with("Gentile cliente,\n"), "{}", unknown.text);
    assert!(unknown.text.contains("Cordiali saluti\nBottega\n"));
}

#[test]
fn the_carts_products_are_listed_with_prices() {
    let mail = built_in("recovery-products").unwrap().render("it", &full("it")).unwrap();
    assert!(
        mail.text.contains("- Lampada <b>Luce</b> × 2: 1.000,00 €\n- S2: 999,99 €\n\nTotale: 1.999,99 €\n"),
        "{}",
        mail.text
    );
    for part in [
        "Lampada &lt;b&gt;Luce&lt;/b&gt;",
        "href=\"https://shop.example/l1?a=1&amp;b=2\"",
        "src=\"https://shop.example/l1.jpg\"",
        "1.999,99 €",
        "500,00 €",
    ] {
        assert!(mail.html.contains(part), "{part}");
    }
    assert!(!mail.html.contains("javascript:") && !mail.html.contains("<b>Luce"));
    let english = built_in("agent-notice").unwrap().render("en", &full("en")).unwrap();
    assert_eq!(english.subject, "Cart to follow up: Anna Bianchi, €1,999.99");
    assert!(english.text.contains("https://crm.example/customers/1") && !english.text.contains("/c/tok"));
}

#[test]
fn a_long_cart_is_cut_short() {
    let mut context = full("it");
    let line = context["cart"]["lines"][0].clone();
    context["cart"]["lines"] = Json::Array(vec![line; 500]);
    let mail = built_in("recovery-products").unwrap().render("it", &context).unwrap();
    assert_eq!(mail.text.matches("Lampada").count(), 10);
    assert!(mail.text.contains("- e altri 490\n"), "{}", mail.text);
}

#[test]
fn what_people_typed_is_escaped_in_html_and_left_alone_in_text() {
    let template =
        one("{{ customer.name }}", "{{ customer.name }}", "<p title=\"{{ customer.name }}\">{{ customer.name }}</p>");
    for name in ["<script>alert(1)</script>", "\" onload=\"x", "' & '", "{{ 7 * 7 }}", "</p><img src=x>"] {
        let mail = template.render("it", &json!({"customer": {"name": name}})).unwrap();
        assert_eq!(mail.text.trim_end(), name);
        let inside = mail.html.strip_prefix("<p title=\"").unwrap().strip_suffix("</p>").unwrap();
        assert!(!inside.contains('<') && inside.matches('"').count() == 1, "{}", mail.html);
        assert!(!mail.html.contains("49"));
    }
}

#[test]
fn a_subject_is_one_line_whatever_the_fields_hold() {
    let template = one("Ciao {{ customer.name }}!", "x", "");
    let check = |name: &str, expected: &str| {
        let mail = template.render("it", &json!({"customer": {"name": name}})).unwrap();
        assert_eq!(mail.subject, expected);
    };
    check("Anna\r\nBcc: all@example.com", "Ciao Anna Bcc: all@example.com!");
    check(" \t Anna \u{0}\u{7f}\u{85}\u{2028} B ", "Ciao Anna B !");
    check("", "Ciao !");
    assert!(
        template.render("it", &json!({"customer": {"name": "à".repeat(9_999)}})).unwrap().subject.chars().count()
            <= 250
    );
}

#[test]
fn missing_values_are_empty_and_defaults_fill_them() {
    let check = |source: &str, expected: &str| {
        let context = json!({"customer": {"name": null, "empty": " "}, "agent": null, "cart": {"currency": "JPY"}});
        let mail = one("s", source, "").render("it", &context).unwrap();
        assert_eq!(mail.text.trim_end(), expected, "{source}");
    };
    check("[{{ customer.name }}]", "[]");
    check("[{{ agent.name }}{{ nothing.at.all }}]", "[]");
    check("[{{ customer.name | default('x') }}{{ nothing.at | default('y') }}{{ customer.empty | d('z') }}]", "[xyz]");
    check("[{% for l in cart.lines %}!{% endfor %}]", "[]");
    check("[{{ cart.total_minor | money }}{{ nothing | date }}]", "[]");
    check("{{ 1200 | money }} {{ '1200' | money('BHD') }}", "1.200 ¥ 1,200 BHD");
    check("{{ '2026-11-21T10:00:00Z' | date }}", "21 novembre 2026");
    check("{{ 0 | date('short') }}", "01/01/1970");
}

#[test]
fn the_readers_language_decides_then_the_workspaces() {
    let files = ["it", "en", "pt-br"].map(|l| (format!("t.{l}.txt"), format!("subject: {l}\n\nx")));
    let template = Template::from_files("t", files.iter().map(|(n, c)| (n.as_str(), c.as_str()))).unwrap();
    let check = |language: &str, workspace: &str, expected: &str| {
        let mail = template.render(language, &json!({"shop": {"language": workspace}})).unwrap();
        assert_eq!(mail.subject, expected, "{language} {workspace}");
    };
    check("it", "en", "it");
    check("en-GB", "it", "en");
    check("pt_BR", "it", "pt-br");
    check("de", "en", "en");
    check("de", "en-US", "en");
    check("de", "fr", "it");
    check("", "", "it");
    let german = Template::from_files("t", [("t.de.txt", "subject: d\n\nx")]).unwrap();
    assert_eq!(german.render("it", &Json::Null).unwrap().language, "de");
}

#[test]
fn a_template_reads_back_what_it_writes() {
    for name in built_in_names() {
        let template = built_in(name).unwrap();
        let again = Template::parse(name, &template.to_source()).unwrap();
        assert_eq!((&again.hash, &again.texts), (&template.hash, &template.texts), "{name}");
    }
    let other = one("s", "y", "");
    assert_ne!(one("s", "x", "").hash, other.hash);
    assert_eq!(other.hash.len(), 16);
}

#[test]
fn what_cannot_be_read_is_said_with_its_place() {
    let check = |source: &str, expected: &str| {
        let error = Template::parse("t", source).unwrap_err().to_string();
        assert!(error.contains(expected), "{source:?}: {error}");
    };
    check("", "no text found");
    check("ciao", "stands where a line such as");
    check("=== it txt\nciao", "subject");
    check("=== it txt\nsubject: \n\nciao", "subject");
    check("=== it html\n<p>", "no text part");
    check("=== italiano1 txt\nsubject: x\n", "not a language");
    check("=== it txt\nsubject: x\n\n=== it txt\nsubject: x\n", "twice");
    check("=== it txt\nsubject: x\n\none\n{% if %}", "it.txt line 2");
    check("=== it txt\nsubject: {{ x\n", "it.subject line 1");
    check(&format!("=== it txt\nsubject: x\n\n{}", "x".repeat(SOURCE_MAX)), "longer");
    assert!(Template::parse("Bad Name", "=== it txt\nsubject: x\n").is_err());
}

#[test]
fn a_template_cannot_run_away() {
    let check = |source: &str| {
        let template = one("s", source, "");
        let error = template.render("it", &json!({"big": "x".repeat(60_000)})).unwrap_err();
        assert!(
            matches!(
                error,
                TemplateError::TooManySteps { .. } | TemplateError::TooLong { .. } | TemplateError::Syntax { .. }
            ),
            "{error}"
        );
    };
    check("{% for a in range(9999) %}{% for b in range(9999) %}x{% endfor %}{% endfor %}");
    check("{% for a in range(9999) %}{{ big }}{% endfor %}");
    check("{% set x %}{% for a in range(9999) %}{{ big }}{% endfor %}{% endset %}{{ x }}");
    check("{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}");
    check("{% include \"it.txt\" %}");
    check("{% include \"/etc/hostname\" %}");
    check("{{ 'x' * 1000000000 }}");
    check("{{ 1 / 0 }}");
}

#[test]
fn the_check_lists_names_that_no_message_has() {
    let texts = |template: &Template, parameters: &[&str], to_customer| {
        let problems = template.check(parameters, to_customer);
        problems.into_iter().map(|p| format!("{} {}", p.part, p.text)).collect::<Vec<_>>()
    };
    let good = one(
        "{{ customer.first_name }} {{ flow.threshold }}",
        "{% for line in cart.lines %}{{ line.name }}{{ loop.index }}{% endfor %}{{ links.unsubscribe }}",
        "",
    );
    assert_eq!(texts(&good, &["threshold"], true), [] as [String; 0]);
    assert_eq!(
        texts(&good, &[], false),
        ["subject flow.threshold is not a merge field", "subject line 1 uses a name that is not a merge field"]
    );
    let bad = one(
        "{{ custmer.name }}",
        "{{ cart.totl | default('') }}\n{% for l in cart.lines %}{{ l.nme }}{% endfor %}",
        "",
    );
    assert_eq!(
        texts(&bad, &[], true),
        [
            "subject custmer.name is not a merge field",
            "subject line 1 uses a name that is not a merge field",
            "txt cart.totl is not a merge field",
            "txt does not show links.unsubscribe, which every mail to a customer must",
            "txt line 2 uses a name that is not a merge field",
        ]
    );
}

#[test]
fn the_check_finds_what_only_fails_when_it_runs() {
    for source in ["{{ cart.id | shout }}", "{% include 'other.txt' %}", "{{ cart.id | money }}", "{{ 1 / 0 }}"] {
        let problems = one("s", source, "").check(&[], false);
        assert_eq!(problems.len(), 1, "{source} {problems:?}");
    }
}

#[test]
fn without_an_html_part_it_is_made_from_the_text() {
    let template = Template::from_files(
        "t",
        [("t.it.txt", "subject: s\n\nCiao {{ customer.name }},\nvai: https://x.example/?a=1&b\n\nFine")],
    )
    .unwrap();
    let html = template.render("it", &json!({"customer": {"name": "<i>"}})).unwrap().html;
    assert!(html.contains("<p>Ciao &lt;i&gt;,<br>vai: <a href=\"https://x.example/?a=1&amp;b\">"), "{html}");
    assert!(html.contains("<p>Fine</p>"));
}
