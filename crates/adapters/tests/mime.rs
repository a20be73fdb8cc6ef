//! What is built is read back by the sink as it was meant.

use adapters::{
    mime::{Mailbox, Message, build},
    smtp::{Envelope, SmtpClient},
};
use base::Time;
use testkit::smtp::SmtpSink;

#[tokio::test]
async fn what_is_built_arrives_as_it_was_meant() {
    let sink = SmtpSink::start().await;
    let client = SmtpClient::new(sink.url().parse().unwrap());
    let long = "una riga lunga senza fine ".repeat(100);
    let texts =
        ["", "ciao", "caffè\n\n.\n..\nFrom me\n", "日本語 🛒\n", "a=b =3D\ttab \n trailing \n", &long, "\u{0}x"];
    let subjects = ["", "Ciao", "Perché no? 🛒", "日本語のとても長い件名".repeat(8).leak(), "=?utf-8?Q?x?=", "a  b"];
    let mut sent = Vec::new();
    for (n, text) in texts.iter().enumerate() {
        for subject in subjects {
            let message = Message {
                from: Mailbox::new("D'Andrea, \"Gino\" (Vendite) <x@y>", "gino@shop.example"),
                reply_to: None,
                to: Mailbox::new("Niccolò", "anna@example.com"),
                subject: subject.into(),
                date: Time(0),
                message_id: format!("{n}.{}@shop.example", sent.len()),
                unsubscribe: None,
                headers: vec![("Auto-Submitted".into(), "auto-generated".into())],
                text: (*text).to_owned(),
                html: format!("<p>{text}</p>"),
            };
            let bytes = build(&message).unwrap();
            let envelope = Envelope { from: "gino@shop.example".into(), to: vec!["anna@example.com".into()] };
            client.send(&envelope, &bytes).await.unwrap();
            sent.push((message, bytes));
        }
    }
    for (received, (message, bytes)) in sink.messages().iter().zip(&sent) {
        assert_eq!(received.raw, *bytes);
        assert_eq!(received.subject(), message.subject.replace("=?", "= ?"), "{}", String::from_utf8_lossy(bytes));
        assert_eq!(received.text(), message.text, "{}", String::from_utf8_lossy(bytes));
        assert_eq!(received.html(), message.html);
        assert_eq!(received.message_id(), format!("<{}>", message.message_id));
        assert_eq!(received.header("auto-submitted").as_deref(), Some("auto-generated"));
        assert!(received.header("From").unwrap().ends_with("<gino@shop.example>"));
        assert_eq!(received.header("To").as_deref(), Some("Niccolò <anna@example.com>"));
    }
}
