//! Where a call may go: never into the operator's own network by somebody's word, unless the operator said so.

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

/// Which addresses may be called.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Addresses {
    /// Those of the public internet, at the usual ports.
    #[default]
    Public,
    /// Those of private networks and of this machine too. What clouds tell their machines (link-local) stays out.
    Private,
}

/// Ports that shops answer at.
const PORTS: [u16; 4] = [80, 443, 8080, 8443];

impl Addresses {
    /// Whether an address may be called; whatever was asked for, it is this one that is connected to.
    pub fn allow(self, address: IpAddr) -> bool {
        match self {
            Addresses::Public => is_public(address),
            Addresses::Private => !is_link_local(address) && !address.is_unspecified() && !address.is_multicast(),
        }
    }

    /// Whether a port may be called.
    pub fn allow_port(self, port: u16) -> bool {
        self == Addresses::Private || PORTS.contains(&port)
    }
}

fn is_link_local(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => v4.is_link_local(),
        IpAddr::V6(v6) => match inner_v4(v6) {
            Some(v4) => v4.is_link_local(),
            None => v6.segments()[0] & 0xffc0 == 0xfe80,
        },
    }
}

fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => is_public_v4(v4),
        IpAddr::V6(v6) => is_public_v6(v6),
    }
}

/// <https://www.iana.org/assignments/iana-ipv4-special-registry>: what is not reachable from everywhere.
fn is_public_v4(v4: Ipv4Addr) -> bool {
    let [a, b, c, _] = v4.octets();
    let is_special = matches!(
        (a, b, c),
        (0 | 10 | 127, _, _)
            | (100, 64..=127, _)
            | (169, 254, _)
            | (172, 16..=31, _)
            | (192, 168, _)
            | (192, 0, 0 | 2)
            | (192, 88, 99)
            | (198, 18 | 19, _)
            | (198, 51, 100)
            | (203, 0, 113)
            | (224.., _, _)
    );
    !is_special
}

/// <https://www.iana.org/assignments/iana-ipv6-special-registry>: only global unicast, and of it nothing that carries an IPv4
/// address inside.
fn is_public_v6(v6: Ipv6Addr) -> bool {
    let s = v6.segments();
    let is_global = s[0] & 0xe000 == 0x2000;
    let is_special = matches!((s[0], s[1]), (0x2001, 0..0x0200 | 0x0db8) | (0x2002, _) | (0x3fff, 0..0x1000));
    is_global && !is_special
}

/// The IPv4 address that an IPv6 one stands for (mapped, compatible, NAT64).
fn inner_v4(v6: Ipv6Addr) -> Option<Ipv4Addr> {
    let s = v6.segments();
    let is_wrapped = s[..5] == [0; 5] && (s[5] == 0xffff || s[5] == 0) || s[..6] == [0x64, 0xff9b, 0, 0, 0, 0];
    is_wrapped.then(|| Ipv4Addr::from((u32::from(s[6]) << 16) | u32::from(s[7])))
}

/// Looks names up and lets through only addresses that may be called, which are then the ones connected to: a name that changes
/// its address between a check and the call gains nothing.
#[derive(Debug, Clone, Copy)]
pub(super) struct Guarded(pub Addresses);

impl Resolve for Guarded {
    fn resolve(&self, name: Name) -> Resolving {
        let allowed = self.0;
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let addresses: Vec<SocketAddr> = found.filter(|found| allowed.allow(found.ip())).collect();
            if addresses.is_empty() {
                return Err(NotAllowed.into());
            }
            Ok(Box::new(addresses.into_iter()) as Addrs)
        })
    }
}

/// A name leads to addresses that may not be called.
#[derive(Debug, thiserror::Error)]
#[error("it is an address of a private network: the server's operator can allow those (--allow-private-addresses)")]
pub(super) struct NotAllowed;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_everybody_reaches_is_public() {
        let check = |text: &str, public: bool, private: bool| {
            let address: IpAddr = text.parse().unwrap();
            assert_eq!(Addresses::Public.allow(address), public, "{text} as public");
            assert_eq!(Addresses::Private.allow(address), private, "{text} where private ones are allowed");
        };
        for text in ["93.184.216.34", "1.1.1.1", "2606:4700::1111", "2a00:1450:4001:81c::200e"] {
            check(text, true, true);
        }
        let private = [
            "127.0.0.1",
            "127.255.0.9",
            "10.0.0.1",
            "172.16.0.1",
            "172.31.255.255",
            "192.168.1.1",
            "100.64.0.1",
            "192.0.0.1",
            "192.0.2.7",
            "198.18.0.1",
            "198.51.100.1",
            "203.0.113.9",
            "240.0.0.1",
            "::1",
            "fc00::1",
            "fd12::1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "64:ff9b::7f00:1",
            "2001:db8::1",
            "2002:7f00:1::",
            "2001::1",
            "::7f00:1",
            "0.1.2.3",
        ];
        for text in private {
            check(text, false, true);
        }
        for text in [
            "169.254.169.254",
            "fe80::1",
            "::ffff:169.254.169.254",
            "64:ff9b::a9fe:a9fe",
            "0.0.0.0",
            "::",
            "224.0.0.1",
            "ff02::1",
        ] {
            check(text, false, false);
        }
        assert!(Addresses::Public.allow_port(443) && !Addresses::Public.allow_port(22));
        assert!(Addresses::Private.allow_port(3999));
    }
}
