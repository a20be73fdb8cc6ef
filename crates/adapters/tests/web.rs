//! Calls over real sockets: what a host may do to us, and what we never do for it.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

use adapters::web::{Addresses, BYTES_MAX, Call, Web, WebError};
use std::time::Duration;
use testkit::web::{Fault, Reply, WebDouble};

fn web() -> Web {
    Web::with_timeout(Addresses::Private, Duration::from_secs(2)).unwrap()
}

#[tokio::test]
async fn what_is_said_and_asked_goes_through_unchanged() {
    let double = WebDouble::start(|asked| Reply::json(asked.param("q")).with("x-said", asked.header("x-asked"))).await;
    let call = Call::get(format!("{}/a?q=%22%C3%BC%26%22", double.url)).with("x-asked", "yes");
    let answer = web().call(call).await.unwrap();
    assert_eq!((answer.status, answer.header("x-said"), &answer.body[..]), (200, Some("yes"), "\"ü&\"".as_bytes()));
    let answer = web().call(Call::post(double.url.as_str(), "{\"a\":1}".to_owned())).await.unwrap();
    assert_eq!(answer.status, 200);
    let asked = double.asked();
    assert_eq!(
        (&*asked[1].method, &asked[1].body[..], asked[1].header("content-type")),
        ("POST", &b"{\"a\":1}"[..], "application/json")
    );
}

#[tokio::test]
async fn nobody_is_followed_to_another_address() {
    let double = WebDouble::start(|_| Reply::status(302, "").with("location", "/elsewhere")).await;
    let answer = web().call(Call::get(double.url.as_str())).await.unwrap();
    assert_eq!((answer.status, answer.header("location")), (302, Some("/elsewhere")));
    assert_eq!(double.asked().len(), 1);
}

#[tokio::test]
async fn a_private_address_is_not_called_unless_it_may_be() {
    let double = WebDouble::start(|_| Reply::json("{}")).await;
    let public = Web::new(Addresses::Public).unwrap();
    let port = double.url.rsplit(':').next().unwrap();
    for url in [double.url.clone(), format!("http://localhost:{port}/"), format!("http://[::ffff:127.0.0.1]:{port}/")] {
        assert!(matches!(public.call(Call::get(url.as_str())).await, Err(WebError::Address(_))), "{url}");
    }
    assert_eq!(double.asked().len(), 0);
}

#[tokio::test]
async fn a_host_that_hangs_is_given_up() {
    let double = WebDouble::start(|_| Reply::json("{}")).await;
    double.fail([Fault::Hang]);
    let error = web().call(Call::get(double.url.as_str())).await.unwrap_err();
    assert!(matches!(error, WebError::TimedOut { seconds: 2, .. }), "{error}");
}

#[tokio::test]
async fn an_answer_without_end_is_not_read_to_its_end() {
    let double = WebDouble::start(|_| Reply::json("x".repeat(BYTES_MAX + 1))).await;
    let web = Web::with_timeout(Addresses::Private, Duration::from_secs(60)).unwrap();
    let error = web.call(Call::get(double.url.as_str())).await.unwrap_err();
    assert!(matches!(error, WebError::TooLarge { mib: 32, .. }), "{error}");
}

#[tokio::test]
async fn an_error_shows_the_host_and_nothing_that_may_be_secret() {
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let call = Call::get(format!("http://127.0.0.1:{port}/?key=hush")).with("authorization", "hush");
    let error = web().call(call).await.unwrap_err();
    assert!(matches!(error, WebError::Unreachable { .. }), "{error}");
    assert!(error.to_string().contains("127.0.0.1") && !error.to_string().contains("hush"), "{error}");
}
