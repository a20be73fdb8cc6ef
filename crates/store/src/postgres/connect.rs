//! Reading the address, TLS, and the connection pool.

use crate::{DbConfig, StoreError};
use deadpool_postgres::{Manager, ManagerConfig, Pool, RecyclingMethod, Runtime};
use rustls::{
    ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme,
    client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier},
    crypto::{CryptoProvider, ring, verify_tls12_signature, verify_tls13_signature},
    pki_types::{CertificateDer, ServerName, UnixTime, pem::PemObject},
};
use std::{sync::Arc, time::Duration};
use tokio_postgres::{Config, config::SslMode};
use tokio_postgres_rustls::MakeRustlsConnect;

/// How long a connection may take to be made.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// How long a caller waits for a free connection.
const WAIT_TIMEOUT: Duration = Duration::from_secs(10);
/// After so long without an answer a peer is taken for dead.
const SILENCE_MAX: Duration = Duration::from_secs(30);

/// Settings and TLS of every connection to one database.
#[derive(Clone)]
pub(super) struct Connect {
    pub config: Config,
    pub tls: MakeRustlsConnect,
}

impl Connect {
    pub(super) fn read(url: &str, settings: &DbConfig) -> Result<Connect, StoreError> {
        let (url, ssl) = take_ssl(url)?;
        let mut config: Config = url
            .parse()
            .map_err(|error| StoreError::Config(format!("the postgresql address cannot be read: {error}")))?;
        config.ssl_mode(ssl.mode).connect_timeout(CONNECT_TIMEOUT);
        config.keepalives_idle(SILENCE_MAX).tcp_user_timeout(SILENCE_MAX);
        let options = format!(
            "{} -c statement_timeout={} -c idle_in_transaction_session_timeout={} -c jit=off -c random_page_cost=1.1",
            config.get_options().unwrap_or_default(),
            settings.statement_timeout.as_millis(),
            // A frozen process must not hold a lock for ever.
            settings.transaction_timeout.as_millis()
        );
        config.options(options.trim());
        Ok(Connect { config, tls: MakeRustlsConnect::new(tls(&ssl)?) })
    }

    pub(super) fn pool(&self, size: usize) -> Result<Pool, StoreError> {
        let manager_config = ManagerConfig { recycling_method: RecyclingMethod::Fast };
        let manager = Manager::from_config(self.config.clone(), self.tls.clone(), manager_config);
        let pool = Pool::builder(manager)
            .max_size(size.max(1))
            .runtime(Runtime::Tokio1)
            .create_timeout(Some(CONNECT_TIMEOUT))
            .wait_timeout(Some(WAIT_TIMEOUT))
            .recycle_timeout(Some(CONNECT_TIMEOUT))
            .build();
        pool.map_err(|error| StoreError::Config(format!("no connection pool: {error}")))
    }
}

/// What the address says of TLS.
#[derive(Debug, PartialEq, Eq)]
struct Ssl {
    mode: SslMode,
    /// The certificate must be good and name the host.
    verify: bool,
    /// A file of certificates in PEM that are trusted instead of the system's.
    root: Option<String>,
}

/// Takes `sslmode` and `sslrootcert` out of the address, because the driver knows fewer modes than libpq.
fn take_ssl(url: &str) -> Result<(String, Ssl), StoreError> {
    let mut ssl = Ssl { mode: SslMode::Prefer, verify: false, root: None };
    let Some((start, query)) = url.split_once('?') else {
        return Ok((url.to_owned(), ssl));
    };
    let mut rest = Vec::new();
    for part in query.split('&') {
        match part.split_once('=') {
            Some(("sslmode", mode)) => {
                (ssl.mode, ssl.verify) = match mode {
                    "disable" => (SslMode::Disable, false),
                    "allow" | "prefer" => (SslMode::Prefer, false),
                    "require" => (SslMode::Require, false),
                    "verify-ca" | "verify-full" => (SslMode::Require, true),
                    other => {
                        let known = "disable, prefer, require or verify-full";
                        return Err(StoreError::Config(format!("sslmode={other} is not known: say {known}")));
                    }
                };
            }
            Some(("sslrootcert", "system")) => ssl.root = None,
            Some(("sslrootcert", path)) => ssl.root = Some(path.to_owned()),
            _ => rest.push(part),
        }
    }
    // As with libpq: who names the roots wants them used.
    ssl.verify |= ssl.root.is_some() && ssl.mode == SslMode::Require;
    let query = rest.join("&");
    Ok((if query.is_empty() { start.to_owned() } else { format!("{start}?{query}") }, ssl))
}

fn tls(ssl: &Ssl) -> Result<ClientConfig, StoreError> {
    let provider = Arc::new(ring::default_provider());
    let builder = ClientConfig::builder_with_provider(provider.clone()).with_safe_default_protocol_versions();
    let builder = builder.map_err(|error| StoreError::Config(format!("no TLS: {error}")))?;
    if !ssl.verify {
        let verifier = Arc::new(AnyCertificate { provider });
        return Ok(builder.dangerous().with_custom_certificate_verifier(verifier).with_no_client_auth());
    }
    let mut roots = RootCertStore::empty();
    match &ssl.root {
        Some(path) => {
            let bad = |error: &dyn std::fmt::Display| StoreError::Config(format!("sslrootcert {path}: {error}"));
            for certificate in CertificateDer::pem_file_iter(path).map_err(|error| bad(&error))? {
                roots.add(certificate.map_err(|error| bad(&error))?).map_err(|error| bad(&error))?;
            }
        }
        // A certificate of the system that cannot be read is one root less; without any the handshake says so.
        None => {
            roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        }
    }
    Ok(builder.with_root_certificates(roots).with_no_client_auth())
}

/// For `prefer` and `require`, which encrypt but do not ask who the server is (as with libpq): any certificate will do, as long
/// as the server holds its key.
#[derive(Debug)]
struct AnyCertificate {
    provider: Arc<CryptoProvider>,
}

impl ServerCertVerifier for AnyCertificate {
    fn verify_server_cert(
        &self,
        _end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls12_signature(message, certificate, signed, &self.provider.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls13_signature(message, certificate, signed, &self.provider.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tls_settings_are_taken_out_of_the_address() {
        let check = |url: &str, rest: &str, mode: SslMode, verify: bool, root: Option<&str>| {
            let expected = (rest.to_owned(), Ssl { mode, verify, root: root.map(str::to_owned) });
            assert_eq!(take_ssl(url), Ok(expected));
        };
        check("postgres://h/d", "postgres://h/d", SslMode::Prefer, false, None);
        check("postgres://h/d?sslmode=disable", "postgres://h/d", SslMode::Disable, false, None);
        check("postgres://h/d?a=b&sslmode=require&c=d", "postgres://h/d?a=b&c=d", SslMode::Require, false, None);
        check(
            "postgres://h/d?sslmode=verify-full&sslrootcert=/r.pem",
            "postgres://h/d",
            SslMode::Require,
            true,
            Some("/r.pem"),
        );
        check("postgres://h/d?sslmode=verify-full&sslrootcert=system", "postgres://h/d", SslMode::Require, true, None);
        check(
            "postgres://h/d?sslmode=require&sslrootcert=/r.pem",
            "postgres://h/d",
            SslMode::Require,
            true,
            Some("/r.pem"),
        );
        assert!(take_ssl("postgres://h/d?sslmode=maybe").is_err());
    }
}
