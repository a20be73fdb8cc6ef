//! From a grant to a finished mail.

use crate::{
    domain::Ritorno,
    links::{Links, Purpose},
    messages::Grant,
    shared::Shared,
    templates::{Rendered, Template, built_in},
};
use adapters::mime::{Mailbox, Message, Unsubscribe};
use base::{Id, Time};
use serde_json::{Value as Json, json};
use std::sync::Arc;

/// The finished mail. The error says in words what is wrong with the template.
pub fn compose(domain: &Ritorno, shared: &Shared, links: &Links, grant: &Grant, now: Time) -> Result<Message, String> {
    let template = template_of(domain, shared, &grant.flow, grant.version, &grant.template)?;
    let context = with_links(grant.context.clone(), links, grant.customer, grant.message);
    let rendered = render(&template, &grant.language, shared, &context)?;
    let unsubscribe = (!grant.is_to_agent)
        .then(|| Unsubscribe { url: links.url(Purpose::Unsubscribe, grant.customer, grant.message), mailto: None });
    let mut headers = Vec::new();
    if grant.is_to_agent {
        headers.push(("Auto-Submitted".to_owned(), "auto-generated".to_owned()));
    }
    Ok(Message {
        from: Mailbox { name: grant.from_name.clone(), address: grant.from.clone() },
        reply_to: grant.reply_to.clone().map(|address| Mailbox { name: String::new(), address }),
        to: Mailbox { name: grant.to_name.clone(), address: grant.to.clone() },
        subject: rendered.subject,
        date: now,
        message_id: message_id(grant.message, &grant.from),
        unsubscribe,
        headers,
        text: rendered.text,
        html: rendered.html,
    })
}

/// Our own Message-ID: the same for each attempt, so that even a mail sent at least once can be recognised.
pub fn message_id(message: Id, from: &str) -> String {
    let domain = from.rsplit_once('@').map_or("localhost", |(_, domain)| domain);
    format!("{message}@{domain}")
}

/// The template as it was when the flow's version was made, else the built-in one.
pub fn template_of(
    domain: &Ritorno,
    shared: &Shared,
    flow: &str,
    version: u32,
    name: &str,
) -> Result<Arc<Template>, String> {
    let known = shared.flow(flow).and_then(|flow| flow.version(version));
    let own =
        known.and_then(|version| domain.compiler.compile(version).ok()).and_then(|c| c.templates.get(name).cloned());
    own.or_else(|| built_in(name).map(|template| Arc::new(template.clone())))
        .ok_or_else(|| format!("there is no template {name:?}"))
}

/// Renders in the customer's language, else in the workspace's.
pub fn render(template: &Template, language: &str, shared: &Shared, context: &Json) -> Result<Rendered, String> {
    let language = template.choose_language(language, &shared.settings.language).to_owned();
    template.render(&language, context).map_err(|e| e.to_string())
}

/// Adds the links of one message.
pub fn with_links(mut context: Json, links: &Links, customer: Id, message: Id) -> Json {
    context["links"] = json!({
        "cart": links.url(Purpose::Cart, customer, message),
        "unsubscribe": links.url(Purpose::Unsubscribe, customer, message),
        "customer": Links::customer_page(&links.public_url, customer),
    });
    context
}
