//! A mailbox in this process, in place of a mail server: what would be sent is kept and shown.

use super::words::{HOST_GONE, HOST_SILENT};
use adapters::smtp::SendError;
use base::{Id, Time};
use engage::delivery::{Mail, Sending, Transport};
use serde::Serialize;
use std::{
    collections::VecDeque,
    sync::{Mutex, MutexGuard},
};

/// Mails kept; the oldest go first.
const MAILS_MAX: usize = 400;

/// A mail as it would have been sent.
#[derive(Debug, Clone, Serialize)]
pub struct Kept {
    /// Counts up from 1.
    pub id: u64,
    pub at: Time,
    pub to: String,
    pub to_name: String,
    pub from: String,
    pub from_name: String,
    pub subject: String,
    /// Whether somebody opened it here.
    pub is_read: bool,
    /// What was done with it: `sent`, `refused`, or `unknown`.
    pub outcome: &'static str,
    /// The message that it is, if it is one.
    pub message: Option<Id>,
    #[serde(skip)]
    pub customer: Option<Id>,
    #[serde(skip)]
    pub html: String,
    #[serde(skip)]
    pub text: String,
}

#[derive(Default)]
struct Inside {
    mails: VecDeque<Kept>,
    last_id: u64,
    /// Mails of ours that nobody has taken note of yet.
    fresh: Vec<Kept>,
}

/// Takes every mail at once, refuses what no mail server would take, and says nothing about those whose host is silent.
#[derive(Default)]
pub struct Mailbox(Mutex<Inside>);

impl Mailbox {
    fn inside(&self) -> MutexGuard<'_, Inside> {
        self.0.lock().expect("nobody panics while holding it")
    }

    /// The newest mails, newest first.
    pub fn newest(&self, rows: usize) -> Vec<Kept> {
        self.inside().mails.iter().rev().take(rows).cloned().collect()
    }

    /// The mail, read from now on.
    pub fn open(&self, id: u64) -> Option<Kept> {
        let mut inside = self.inside();
        let kept = inside.mails.iter_mut().find(|kept| kept.id == id)?;
        kept.is_read = true;
        Some(kept.clone())
    }

    /// The newest mail that one of these messages became.
    pub fn of_messages(&self, messages: &[Id]) -> Option<Kept> {
        let inside = self.inside();
        inside.mails.iter().rev().find(|kept| kept.message.is_some_and(|id| messages.contains(&id))).cloned()
    }

    /// What came in since the last time that this was asked.
    pub fn take_fresh(&self) -> Vec<Kept> {
        std::mem::take(&mut self.inside().fresh)
    }

    fn keep(&self, mail: Mail, outcome: &'static str) {
        let message = mail.message;
        let mut inside = self.inside();
        inside.last_id += 1;
        let kept = Kept {
            id: inside.last_id,
            at: message.date,
            to: message.to.address,
            to_name: message.to.name,
            from: message.from.address,
            from_name: message.from.name,
            subject: message.subject,
            is_read: false,
            outcome,
            message: mail.about.map(|(_, message)| message),
            customer: mail.about.map(|(customer, _)| customer),
            html: message.html,
            text: message.text,
        };
        if inside.fresh.len() < MAILS_MAX {
            // Who listens wants to know whom, not what.
            inside.fresh.push(Kept { html: String::new(), text: String::new(), ..kept.clone() });
        }
        inside.mails.push_back(kept);
        if inside.mails.len() > MAILS_MAX {
            inside.mails.pop_front();
        }
    }
}

impl Transport for Mailbox {
    fn send(&self, mail: Mail) -> Sending<'_> {
        let host = mail.message.to.address.rsplit('@').next().unwrap_or_default().to_owned();
        let answer = match host.as_str() {
            HOST_GONE => Err(SendError::Permanent {
                code: Some(550),
                text: "5.1.1 no such mailbox here".to_owned(),
                recipient: Some(mail.message.to.address.clone()),
            }),
            HOST_SILENT => Err(SendError::Unknown { text: "the connection ended after the last byte".to_owned() }),
            _ => Ok(()),
        };
        let outcome = match &answer {
            Ok(()) => "sent",
            Err(SendError::Unknown { .. }) => "unknown",
            Err(_) => "refused",
        };
        self.keep(mail, outcome);
        Box::pin(std::future::ready(answer))
    }

    fn width(&self) -> usize {
        16
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use adapters::{
        mime::{Mailbox as Place, Message},
        smtp::Envelope,
    };

    fn mail(to: &str, about: Option<(Id, Id)>) -> Mail {
        let message = Message {
            from: Place::new("Passo Lento", "ciao@passolento.example"),
            reply_to: None,
            to: Place::new("Ada", to),
            subject: "Ciao".to_owned(),
            date: Time(7),
            message_id: "1@passolento.example".to_owned(),
            unsubscribe: None,
            headers: Vec::new(),
            text: "Ciao".to_owned(),
            html: "<p>Ciao</p>".to_owned(),
        };
        Mail { envelope: Envelope { from: String::new(), to: vec![to.to_owned()] }, message, about }
    }

    #[tokio::test]
    async fn it_keeps_the_newest_and_answers_as_a_mail_server_would() {
        let mailbox = Mailbox::default();
        assert_eq!(mailbox.send(mail("ada@posta.example", Some((Id([1; 16]), Id([2; 16]))))).await, Ok(()));
        assert!(matches!(mailbox.send(mail("x@inesistente.example", None)).await, Err(SendError::Permanent { .. })));
        assert!(matches!(mailbox.send(mail("x@muta.example", None)).await, Err(SendError::Unknown { .. })));
        let outcomes: Vec<_> = mailbox.newest(9).iter().map(|kept| kept.outcome).collect();
        assert_eq!(outcomes, ["unknown", "refused", "sent"]);
        assert_eq!(mailbox.take_fresh().len(), 3);
        assert!(mailbox.take_fresh().is_empty());
        assert!(!mailbox.of_messages(&[Id([2; 16])]).expect("it was kept").is_read);
        mailbox.open(1).expect("it was kept");
        assert!(mailbox.of_messages(&[Id([2; 16])]).expect("it was kept").is_read);
        for _ in 0..MAILS_MAX {
            mailbox.send(mail("b@posta.example", None)).await.expect("it takes everything");
        }
        assert!(mailbox.open(1).is_none());
        assert_eq!(mailbox.newest(usize::MAX).len(), MAILS_MAX);
    }
}
