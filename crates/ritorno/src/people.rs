//! People, made on the command line, and the way a password link takes.

use adapters::{
    mime::{Mailbox, Message},
    smtp::Envelope,
};
use base::{SharedClock, SystemRng};
use crm::desk::{
    Actor, DeskState, NewPerson, PasswordLink, SendLink, create_person, find_person_by_email,
    password_link as make_link,
};
use engage::delivery::{Mail, Transport};
use serde_json::{Value as Json, json};
use std::sync::Arc;

/// Lets a person in; without a password one is made up and returned, this once.
pub async fn create(
    desk: &DeskState,
    actor: &Actor,
    email: &str,
    name: &str,
    password: Option<String>,
    role: &str,
) -> Result<Json, String> {
    let role = role.parse().map_err(|e: crm::desk::RoleError| e.to_string())?;
    let is_made_up = password.is_none();
    let password = password.unwrap_or_else(|| base::token(&SystemRng, 20));
    let name = if name.is_empty() { email.split('@').next().unwrap_or(email) } else { name };
    let new = NewPerson { email, name, role, agent: None, password: Some(&password) };
    let (member, is_new) = create_person(desk, actor, new).await.map_err(|e| e.to_string())?;
    let shown = (is_made_up && is_new).then_some(password);
    Ok(json!({ "id": member.id, "email": member.email, "role": role.as_str(), "password": shown, "is_new": is_new }))
}

/// A link with which a person sets a password, to be handed over by whoever has the shell.
pub async fn password_link(desk: &DeskState, email: &str) -> Result<Json, String> {
    let unknown = || format!("nobody with the address {email} signs in here");
    let person = find_person_by_email(&desk.db, email).await.map_err(|e| e.to_string())?.ok_or_else(unknown)?;
    let link = make_link(desk, person).await.map_err(|e| e.to_string())?.ok_or_else(unknown)?;
    Ok(json!({ "link": link.link }))
}

/// Sends password links by e-mail.
pub struct MailLinks {
    pub transport: Arc<dyn Transport>,
    /// The address it comes from.
    pub from: String,
    pub clock: SharedClock,
}

impl SendLink for MailLinks {
    fn send(&self, link: PasswordLink) {
        let (transport, from, now) = (self.transport.clone(), self.from.clone(), self.clock.now());
        tokio::spawn(async move {
            let text = format!(
                "Ciao {name},\n\ncon questo link scegli la tua password per Ritorno. Funziona una volta sola.\n\n{link}\n\n\
                 Hello {name},\n\nthis link lets you choose your password for Ritorno. It works once.\n",
                name = link.name,
                link = link.link
            );
            let message = Message {
                from: Mailbox { name: "Ritorno".to_owned(), address: from.clone() },
                reply_to: None,
                to: Mailbox { name: link.name, address: link.email.clone() },
                subject: "La tua password / Your password".to_owned(),
                date: now,
                message_id: format!("{}@ritorno", base::token(&SystemRng, 24)),
                unsubscribe: None,
                headers: vec![("Auto-Submitted".to_owned(), "auto-generated".to_owned())],
                html: format!(
                    "<p>{}</p>",
                    text.replace('&', "&amp;").replace('<', "&lt;").replace("\n\n", "</p><p>").replace('\n', "<br>")
                ),
                text,
            };
            let envelope = Envelope { from, to: vec![link.email] };
            if let Err(error) = transport.send(Mail { envelope, message, about: None }).await {
                tracing::warn!(%error, "a password link could not be sent; `ritorno people reset-password` prints one");
            }
        });
    }
}
