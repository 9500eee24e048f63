//! How many requests one network address may send: a few to signing in and connecting, more to the pages of those who signed in. Counted
//! in this process; it keeps addresses in memory only, and no longer than they matter.

use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::num::NonZeroU32;

use axum::http::HeaderMap;
use governor::clock::{Clock as _, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};

use crate::settings::ServerSettings;

/// From so many addresses on, those that have been quiet are forgotten.
const MANY_ADDRESSES: usize = 10_000;

/// Which of the two limits a page is under.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Limit {
    /// Signing in, connecting and their callbacks: what a robot would try often.
    SignIn,
    /// Every other private page.
    Wide,
    /// Probes of the machines around us.
    None,
}

/// The counters.
pub(super) struct Limits {
    sign_in: DefaultKeyedRateLimiter<IpAddr>,
    wide: DefaultKeyedRateLimiter<IpAddr>,
    clock: DefaultClock,
    trusted_proxies: usize,
}

impl Limits {
    pub(super) fn of(settings: &ServerSettings) -> Self {
        let per_minute =
            |count: u64| Quota::per_minute(NonZeroU32::new(u32::try_from(count).unwrap_or(u32::MAX)).unwrap_or(NonZeroU32::MIN));
        Self {
            sign_in: RateLimiter::keyed(per_minute(settings.sign_in_per_minute)),
            wide: RateLimiter::keyed(per_minute(settings.requests_per_minute)),
            clock: DefaultClock::default(),
            trusted_proxies: usize::try_from(settings.trusted_proxies).unwrap_or(0),
        }
    }

    /// Counts a request; when it is one too many, the seconds until the next one is welcome.
    pub(super) fn take(&self, limit: Limit, peer: Option<SocketAddr>, headers: &HeaderMap) -> Result<(), u64> {
        let limiter = match limit {
            Limit::SignIn => &self.sign_in,
            Limit::Wide => &self.wide,
            Limit::None => return Ok(()),
        };
        if limiter.len() > MANY_ADDRESSES {
            limiter.retain_recent();
        }
        let address = network(client_address(peer, headers, self.trusted_proxies));
        limiter.check_key(&address).map_err(|until| until.wait_time_from(self.clock.now()).as_secs().saturating_add(1))
    }
}

/// The address that a request came from: the peer, or what the outermost trusted proxy saw. Entries that clients wrote themselves stand
/// further left in `X-Forwarded-For` and are not believed.
fn client_address(peer: Option<SocketAddr>, headers: &HeaderMap, trusted_proxies: usize) -> IpAddr {
    let peer = peer.map_or(IpAddr::V6(Ipv6Addr::UNSPECIFIED), |peer| peer.ip());
    if trusted_proxies == 0 {
        return peer;
    }
    let seen: Vec<&str> = headers
        .get_all("x-forwarded-for")
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(str::trim)
        .collect();
    let at = seen.len().checked_sub(trusted_proxies);
    at.and_then(|at| seen.get(at)).and_then(|text| parse_address(text)).unwrap_or(peer)
}

/// An address with or without a port.
fn parse_address(text: &str) -> Option<IpAddr> {
    text.parse().ok().or_else(|| text.parse::<SocketAddr>().ok().map(|socket| socket.ip()))
}

/// What one customer of a network provider has: one IPv4 address, or a /64 of IPv6.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        v4 @ IpAddr::V4(_) => v4,
        IpAddr::V6(v6) => {
            let [a, b, c, d, ..] = v6.segments();
            IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn forwarded(values: &[&str]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append("x-forwarded-for", value.parse().unwrap());
        }
        headers
    }

    #[test]
    fn the_address_is_that_which_the_trusted_proxies_saw() {
        let peer = "10.0.0.1:4000".parse().ok();
        let ip = |text: &str| text.parse::<IpAddr>().unwrap();
        for (headers, proxies, expected) in [
            (forwarded(&["6.6.6.6"]), 0, "10.0.0.1"),
            (forwarded(&["6.6.6.6, 1.2.3.4"]), 1, "1.2.3.4"),
            (forwarded(&["6.6.6.6", "1.2.3.4"]), 1, "1.2.3.4"),
            (forwarded(&["6.6.6.6, 1.2.3.4, 10.0.0.2"]), 2, "1.2.3.4"),
            (forwarded(&["1.2.3.4:5678"]), 1, "1.2.3.4"),
            (forwarded(&["[2001:db8::1]:5678"]), 1, "2001:db8::1"),
            (forwarded(&["nonsense"]), 1, "10.0.0.1"),
            (forwarded(&[]), 2, "10.0.0.1"),
        ] {
            assert_eq!(client_address(peer, &headers, proxies), ip(expected));
        }
        assert_eq!(network(ip("2001:db8:1:2:3:4:5:6")), ip("2001:db8:1:2::"));
        assert_eq!(network(ip("::ffff:1.2.3.4")), ip("1.2.3.4"));
    }
}
