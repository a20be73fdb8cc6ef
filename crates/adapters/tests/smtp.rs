//! The SMTP client against the sink: what each fault means for the message.

mod common;

use adapters::smtp::{Envelope, SendError, SmtpClient};
use common::*;
use std::time::Duration;
use testkit::smtp::{Act, SinkTls, SmtpSink, Verb, When};

/// What hangs, hangs for longer than this.
const SHORT: Duration = Duration::from_millis(200);

/// One fault, one send, with and without pipelining; then the server behaves and the client sends again.
async fn check(verb: Verb, act: Act, expected: &str, kept: usize) {
    for pipelining in [true, false] {
        let mut builder = SmtpSink::builder().rule(verb, act.clone());
        if !pipelining {
            builder = builder.without("PIPELINING");
        }
        let sink = builder.start().await.expect("the loopback has a free port");
        let mut client = SmtpClient::new(config(&sink));
        let hangs = matches!(act, Act::Hang | Act::AcceptThenHang | Act::Drip(_));
        if hangs {
            let mut short = config(&sink);
            *(if verb == Verb::End { &mut short.data_timeout } else { &mut short.command_timeout }) = SHORT;
            client = SmtpClient::new(short);
        }
        let result = send(&client).await;
        let case = format!("{verb:?} {act:?} pipelining {pipelining}: {result:?}");
        assert_eq!(kind(&result), expected, "{case}");
        assert_eq!(sink.count(), kept, "{case}");
        sink.clear_rules();
        if hangs {
            client = SmtpClient::new(config(&sink));
        }
        let again = send(&client).await;
        assert_eq!(kind(&again), "accepted", "{case}, then {again:?}");
        assert_eq!(sink.count(), kept + 1, "{case}");
    }
}

#[tokio::test]
async fn a_message_arrives_whole_and_its_connection_is_used_again() {
    let sink = SmtpSink::start().await;
    let client = SmtpClient::new(config(&sink));
    for n in 1..=3 {
        let accepted = send(&client).await.unwrap();
        assert_eq!(accepted.reply, format!("250 2.0.0 accepted as {n}"));
        assert!(accepted.refused.is_empty());
    }
    let messages = sink.messages();
    assert_eq!(messages[0].raw, MESSAGE.as_bytes());
    assert_eq!(
        (messages[0].from.as_str(), messages[0].to.as_slice()),
        ("shop@shop.example", &["anna@example.com".into()][..])
    );
    assert_eq!(messages[2].text(), "Hello\n.hidden dot\n");
    assert_eq!((messages[0].subject().as_str(), sink.connections()), ("Ciao", 1));
    assert_eq!(sink.counts_by_message_id().into_values().collect::<Vec<_>>(), [3]);
}

#[tokio::test]
async fn commands_go_in_one_write_and_the_content_in_another() {
    let sink = SmtpSink::start().await;
    let client = SmtpClient::new(config(&sink));
    send(&client).await.unwrap();
    let before = sink.reads();
    for _ in 0..10 {
        send(&client).await.unwrap();
    }
    assert_eq!(sink.reads() - before, 20);
    let transcript = sink.transcript();
    assert_eq!(transcript[0], "EHLO localhost");
    assert_eq!(&transcript[1..4], ["MAIL FROM:<shop@shop.example> SIZE=67", "RCPT TO:<anna@example.com>", "DATA"]);
}

#[tokio::test]
async fn a_4xx_may_be_tried_again() {
    let reply = |code| Act::reply(code, "4.7.1 later, please");
    check(Verb::Connect, reply(421), "transient 421", 0).await;
    check(Verb::Connect, reply(450), "transient 450", 0).await;
    check(Verb::Ehlo, reply(421), "transient 421", 0).await;
    for verb in [Verb::Mail, Verb::Rcpt, Verb::Data, Verb::End] {
        for code in [421, 450, 451, 452] {
            check(verb, reply(code), &format!("transient {code}"), 0).await;
        }
    }
}

#[tokio::test]
async fn a_5xx_is_final_for_the_message_but_not_when_it_is_about_us() {
    let reply = |code| Act::reply(code, "5.1.1 no");
    for verb in [Verb::Mail, Verb::Rcpt, Verb::Data, Verb::End] {
        for code in [550, 552, 554] {
            check(verb, reply(code), &format!("permanent {code}"), 0).await;
        }
    }
    check(Verb::Connect, reply(554), "transient 554", 0).await;
}

#[tokio::test]
async fn a_hang_before_the_end_mark_is_transient_and_after_it_unknown() {
    for verb in [Verb::Connect, Verb::Ehlo, Verb::Mail, Verb::Rcpt, Verb::Data] {
        check(verb, Act::Hang, "transient 0", 0).await;
    }
    check(Verb::End, Act::Hang, "unknown", 0).await;
    check(Verb::End, Act::AcceptThenHang, "unknown", 1).await;
}

#[tokio::test]
async fn a_lost_connection_before_the_end_mark_is_transient_and_after_it_unknown() {
    for verb in [Verb::Connect, Verb::Ehlo, Verb::Mail, Verb::Rcpt, Verb::Data] {
        check(verb, Act::Drop, "transient 0", 0).await;
    }
    check(Verb::End, Act::Drop, "unknown", 0).await;
    check(Verb::End, Act::AcceptThenDrop, "unknown", 1).await;
}

#[tokio::test]
async fn an_answer_that_is_not_smtp_counts_as_none() {
    check(Verb::Mail, Act::Reply(999, "what?".into()), "transient 0", 0).await;
    check(Verb::End, Act::Reply(999, "what?".into()), "unknown", 0).await;
    check(Verb::End, Act::reply(354, "more?"), "unknown", 0).await;
    check(Verb::Rcpt, Act::reply(354, "go on"), "transient 354", 0).await;
    check(Verb::Data, Act::reply(250, "done already"), "transient 0", 0).await;
}

/// Content larger than the sockets' buffers, so that the end mark cannot have left.
#[tokio::test]
async fn content_stopped_half_way_is_transient() {
    for tls in [SinkTls::None, SinkTls::StartTls] {
        for act in [Act::StopReading, Act::DropAfter(1_000)] {
            let sink = SmtpSink::builder().tls(tls).rule(Verb::Content, act.clone()).start().await.unwrap();
            let config = config(&sink);
            let mut config = config;
            config.data_timeout = SHORT;
            let client = SmtpClient::new(config);
            let big = [MESSAGE.as_bytes(), "a line of text\r\n".repeat(1 << 20).as_bytes()].concat();
            let result = client.send(&envelope(), &big).await;
            assert_eq!(kind(&result), "transient 0", "{tls:?} {act:?} {result:?}");
            assert_eq!(sink.count(), 0);
        }
    }
}

#[tokio::test]
async fn a_slow_answer_is_an_answer_and_a_too_slow_one_is_none() {
    let sink = SmtpSink::builder().rule(Verb::Mail, Act::Delay(Duration::from_millis(20))).start().await.unwrap();
    assert_eq!(kind(&send(&SmtpClient::new(config(&sink))).await), "accepted");
    // A byte at a time never reaches the end of the line within the timeout, although each read does.
    check(Verb::Mail, Act::Drip(Duration::from_millis(50)), "transient 0", 0).await;
    check(Verb::End, Act::Drip(Duration::from_millis(50)), "unknown", 1).await;
}

#[tokio::test]
async fn no_server_is_transient() {
    let sink = SmtpSink::start().await;
    let client = SmtpClient::new(config(&sink));
    drop(sink);
    let result = send(&client).await;
    assert_eq!(kind(&result), "transient 0", "{result:?}");
}

#[tokio::test]
async fn a_bad_recipient_never_blocks_the_others() {
    for pipelining in [true, false] {
        let builder = SmtpSink::builder();
        let builder = if pipelining { builder } else { builder.without("PIPELINING") };
        let sink = builder.without("SMTPUTF8").start().await.unwrap();
        sink.rule_for("full@", Verb::Rcpt, Act::reply(452, "4.2.2 mailbox full"));
        sink.rule_for("gone@", Verb::Rcpt, Act::reply(550, "5.1.1 no such person"));
        let client = SmtpClient::new(config(&sink));
        let to = ["gone@x.example", "anna@x.example", "not an address", "full@x.example", "niccolò@x.example"];
        let to: Vec<String> = to.map(String::from).into();
        let accepted = client.send(&Envelope { from: String::new(), to }, MESSAGE.as_bytes()).await.unwrap();
        let mut refused: Vec<_> = accepted.refused.iter().map(|r| (r.recipient.as_str(), r.code)).collect();
        refused.sort_unstable();
        assert_eq!(
            refused,
            [("full@x.example", 452), ("gone@x.example", 550), ("niccolò@x.example", 553), ("not an address", 553)]
        );
        assert_eq!(sink.messages()[0].to, ["anna@x.example"]);
        assert_eq!(sink.messages()[0].from, "");
    }
}

#[tokio::test]
async fn when_all_recipients_are_refused_one_that_may_come_back_decides() {
    let sink = SmtpSink::start().await;
    sink.rule_for("full@", Verb::Rcpt, Act::reply(452, "mailbox full"));
    sink.rule_for("gone@", Verb::Rcpt, Act::reply(550, "no such person"));
    let client = SmtpClient::new(config(&sink));
    let send = async |to: &[&str]| {
        let to = to.iter().map(|t| (*t).to_owned()).collect();
        client.send(&Envelope { from: "a@shop.example".into(), to }, MESSAGE.as_bytes()).await
    };
    assert_eq!(kind(&send(&["gone@x", "full@x"]).await), "transient 452");
    let Err(SendError::Permanent { code: Some(550), recipient, text }) = send(&["gone@x"]).await else { panic!() };
    assert_eq!((recipient.as_deref(), text.as_str()), (Some("gone@x"), "550 no such person"));
    assert_eq!(kind(&send(&["x@x>\r\nDATA"]).await), "permanent 553");
    assert_eq!(kind(&send(&[]).await), "permanent 0");
    assert_eq!((sink.count(), sink.connections()), (0, 1));
}

/// Many messages through a server that misbehaves at random: what the client calls accepted is there once, what it calls
/// not sent is not there, and only what it calls unknown may be either.
#[tokio::test]
async fn no_message_is_there_twice_when_only_what_was_not_sent_is_repeated() {
    let chance = |probability, seed| When::Chance { probability, seed };
    let sink = SmtpSink::builder()
        .rule_when(Verb::End, Act::AcceptThenDrop, chance(0.05, 1))
        .rule_when(Verb::End, Act::Drop, chance(0.05, 2))
        .rule_when(Verb::End, Act::reply(451, "later"), chance(0.1, 3))
        .rule_when(Verb::Content, Act::DropAfter(20), chance(0.1, 4))
        .rule_when(Verb::Data, Act::Drop, chance(0.1, 5))
        .rule_when(Verb::Rcpt, Act::reply(450, "later"), chance(0.1, 6))
        .rule_when(Verb::Mail, Act::reply(421, "closing"), chance(0.1, 7))
        .rule_when(Verb::Connect, Act::Drop, chance(0.1, 8))
        .start()
        .await
        .unwrap();
    let client = SmtpClient::new(config(&sink));
    let mut unknown = Vec::new();
    for n in 0..300 {
        let message = format!("Message-ID: <{n}>\r\n\r\n{}\r\n", "text ".repeat(20));
        for attempt in 0.. {
            assert!(attempt < 50, "message {n} never gets through");
            match client.send(&envelope(), message.as_bytes()).await {
                Ok(_) => break,
                Err(SendError::Transient { .. }) => {}
                Err(SendError::Unknown { .. }) => {
                    unknown.push(format!("<{n}>"));
                    break;
                }
                Err(e) => panic!("{e}"),
            }
        }
    }
    let counts = sink.counts_by_message_id();
    assert_eq!(counts.values().max(), Some(&1));
    let missing: Vec<_> = (0..300).map(|n| format!("<{n}>")).filter(|id| !counts.contains_key(id)).collect();
    assert!(missing.iter().all(|id| unknown.contains(id)), "missing {missing:?}, unknown {unknown:?}");
    assert!(!unknown.is_empty() && unknown.len() < 100);
}
